package slacktest

import (
	"context"
	"errors"
	"fmt"
	"time"
	"unicode/utf8"

	"signoff/adapters/slack/draw"
)

// Suggested is what an external select shows for what was typed into it.
type Suggested struct {
	Options []Suggestion
	// Failed is what the person sees if the app did not answer, or badly.
	Failed string
	// Status is the app's HTTP status; 0 if it was not asked or did not answer.
	Status int
}

// Suggestion is one choice.
type Suggestion struct {
	Text  string
	Value string
	Group string // the label of its group, if there are groups
}

// offer is what the app suggested for a select. It can be chosen from then on.
type offer struct {
	options []any
}

// offerLife is how long what was suggested can be chosen.
const offerLife = 24 * time.Hour

// minQuery is how much must be typed before the app is asked, if the element does
// not say.
const minQuery = 3

// Suggest types a text into an external select and returns what the app offers.
// [Gesture.Value] is the text. Each option can then be chosen by its value.
func (s *Server) Suggest(ctx context.Context, g Gesture) (Suggested, error) {
	query, _ := g.Value.(string)
	s.mu.Lock()
	target, err := s.aim(g)
	if err != nil {
		s.mu.Unlock()
		return Suggested{}, err
	}
	if utf8.RuneCountInString(query) < limit(target.element, "min_query_length", minQuery) {
		s.mu.Unlock()
		return Suggested{}, nil
	}
	payload := s.suggestionJSON(target, query)
	s.mu.Unlock()
	answer, err := s.send(ctx, interaction(payload))
	out := Suggested{Status: answer.status, Failed: s.trouble(answer, err)}
	if out.Failed == "" {
		s.mu.Lock()
		out.Options, err = s.offered(target, answer)
		s.announce()
		s.mu.Unlock()
		if err != nil {
			s.log.WarnContext(ctx, "bad options", "err", err)
			out.Failed = s.opt.AppName + " gave an answer that Slack does not understand."
		}
	}
	if out.Failed != "" {
		s.tell(target.user.ID, out.Failed)
	}
	return out, nil
}

// suggestionJSON is the payload with what was typed.
func (s *Server) suggestionJSON(t target, query string) object {
	p := s.payload(t.in, "block_suggestion", t.user)
	p["action_id"], p["block_id"], p["value"] = str(t.element, "action_id"), str(t.block, "block_id"), query
	p["container"] = t.container()
	if t.view != nil {
		p["view"] = s.viewJSON(t.view)
		return p
	}
	p["channel"] = channelRef(t.place)
	if !t.hidden {
		p["message"] = s.messageJSON(t.message)
	}
	return p
}

// offered reads the app's options and keeps them as choices.
func (s *Server) offered(t target, r reply) ([]Suggestion, error) {
	body, ok := decodeObject(r.body)
	if !ok || !r.json || (body["options"] == nil) == (body["option_groups"] == nil) {
		return nil, errors.New("slacktest: no options in the answer")
	}
	report := &report{}
	shape{fields: map[string]rule{
		"options":       items(0, draw.MaxSelectOptions, option(false)),
		"option_groups": items(0, draw.MaxSelectOptions, optionGroup()),
	}}.check(report, "", body)
	if len(report.faults) > 0 {
		return nil, fmt.Errorf("slacktest: bad options: %v", words(report.faults))
	}
	var all []Suggestion
	add := func(options []any, group string) {
		for _, o := range options {
			choice, _ := o.(object)
			all = append(all, Suggestion{Text: plainText(sub(choice, "text")), Value: str(choice, "value"), Group: group})
		}
		s.keep(t, options)
	}
	add(list(body, "options"), "")
	for _, g := range list(body, "option_groups") {
		group, _ := g.(object)
		add(list(group, "options"), plainText(sub(group, "label")))
	}
	return all, nil
}

// keep makes options choosable.
func (s *Server) keep(t target, options []any) {
	key := t.key(t.block, t.element)
	o, ok := s.state.offers.get(key)
	if !ok {
		o = &offer{}
		s.state.offers.put(key, o, s.now())
	}
	o.options = append(o.options, options...)
}

// key names a select of one person.
func (t target) key(block, element object) string {
	return string(encode([]string{t.user.ID, t.where(), str(block, "block_id"), str(element, "action_id")}))
}

// equip gives the elements of a surface what stands behind them and not in the
// blocks: the options that were suggested, and the files that a person has.
func (s *Server) equip(t target) {
	for _, b := range t.blocks {
		block, ok := b.(object)
		if !ok {
			continue
		}
		for _, e := range interactive(block) {
			switch str(e, "type") {
			case "external_select", "multi_external_select":
				if o, ok := s.state.offers.get(t.key(block, e)); ok {
					e[behind] = o.options
				}
			case "file_input":
				e[behind] = s.filesJSON(t.user)
			}
		}
	}
}

// behind is the key under which an element holds what it can be filled with, in
// the fake alone.
const behind = "\x00behind"
