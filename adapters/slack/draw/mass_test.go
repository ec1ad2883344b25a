package draw

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"signoff/adapters"
	"signoff/adapters/adaptertest"
)

// usualValues is how many texts are tried by default; SIGNOFF_RENDER says another
// number, such as 10000000.
const usualValues = 100_000

// leaves is how many texts stand in one card of this test.
const leaves = 26

// TestRenderKeepsItsShapeForMany: what is sent for texts that nobody can be
// trusted with is, but for these texts, what is sent for harmless ones of their
// length.
func TestRenderKeepsItsShapeForMany(t *testing.T) {
	t.Parallel()
	values := usualValues
	if n, err := strconv.Atoi(os.Getenv("SIGNOFF_RENDER")); err == nil {
		values = n
	}
	workers := runtime.GOMAXPROCS(0)
	var all sync.WaitGroup
	for w := range workers {
		all.Go(func() {
			r := rand.New(rand.NewPCG(uint64(w), 0x5167e0ff))
			made := hostile{r: r, corpus: adaptertest.Hostile()}
			for n := 0; n < values/workers && !t.Failed(); n += leaves {
				texts, plain := made.texts()
				got, want := skimmed(t, texts), skimmed(t, plain)
				if got != want {
					t.Errorf("%q change the shape:\n%s\nwant\n%s", texts, got, want)
				}
			}
		})
	}
	all.Wait()
}

// hostile makes texts.
type hostile struct {
	r      *rand.Rand
	corpus []string
}

// pieces are what breaks out, calls, links, hides or formats somewhere.
var pieces = []string{
	"<!channel>", "<@U1>", "<#C1>", "<https://a.example|b>", "<!date^1^{ago}|x>", "@here", "&lt;", "&amp;", "<", ">", "&", "|", "^", "*", "_", "~", "`",
	"```", ":smile:", "\u202e", "\u2066", "\u200b", "\u00ad", "\ufe0f", "\u200d", "\n", "\r\n", "\t", "\x00", "\x1b[31m", `"}]`, `"},{"type":"actions"`, `\`, `\"`,
	"\u2028", "https://evil.example", "javascript:", "mailto:x", "{{", "}}", "\xff", "\xc3\x28", "e\u0301", "👩‍👩‍👧", "ﷺ", " ", "…", "x",
}

// texts are as many as a card has, and as many harmless ones of their length.
func (h hostile) texts() (texts, plain []string) {
	for len(texts) < leaves {
		s := h.text()
		seen := strings.TrimSuffix(oneLine(s), "…")
		if seen == "" {
			continue
		}
		texts, plain = append(texts, s), append(plain, strings.Repeat("x", utf8.RuneCountInString(seen)))
	}
	return texts, plain
}

func (h hostile) text() string {
	if h.r.IntN(8) == 0 {
		s := h.corpus[h.r.IntN(len(h.corpus))]
		if utf8.RuneCountInString(s) <= 60 {
			return s
		}
	}
	var b strings.Builder
	for range 1 + h.r.IntN(5) {
		switch h.r.IntN(3) {
		case 0:
			b.WriteString(pieces[h.r.IntN(len(pieces))])
		case 1:
			b.WriteRune(rune(h.r.IntN(0x80)))
		default:
			b.WriteRune(rune(h.r.IntN(0x3000)))
		}
	}
	return b.String()
}

// skimmed is a card full of texts, and a line below it, without them.
func skimmed(t *testing.T, texts []string) string {
	next := func() string {
		s := texts[0]
		texts = texts[1:]
		return s
	}
	card := adaptertest.Pending()
	card.Title, card.Summary, card.Ref, card.Digest = next(), next(), next(), next()
	card.Notes = []string{next(), next()}
	card.Facts = []adapters.Fact{{Label: next(), Value: next()}, {Label: next(), Value: next(), When: time.Unix(1763822400, 0)}}
	card.Links = []adapters.Link{{Text: next(), URL: "https://good.example/"}, {Text: next(), URL: "javascript:alert(1)"}}
	card.Body = adapters.Text{
		{Kind: adapters.Paragraph, Spans: []adapters.Span{{Text: next()}, {Text: next(), Bold: true, Break: true}, {Text: next(), URL: "https://good.example/"}}},
		{Kind: adapters.Bullets, Items: []adapters.Text{{{Kind: adapters.Paragraph, Spans: []adapters.Span{{Text: next()}}}}}},
		{Kind: adapters.Quote, Items: []adapters.Text{{{Kind: adapters.Paragraph, Spans: []adapters.Span{{Text: next()}}}}}},
		{Kind: adapters.CodeBlock, Code: next()},
		{Kind: adapters.Heading, Spans: []adapters.Span{{Text: next(), Code: true}}},
	}
	card.Actions = []adapters.Action{{ID: "go", Label: next(), Confirm: next()}, {ID: "form", Label: next(), Asks: []string{"a"}}}
	quoted := adaptertest.Pending()
	quoted.Body = adapters.Text{{Kind: adapters.Paragraph, Spans: []adapters.Span{{Text: next()}}}}
	m, below := Card(card), Line(adapters.Line{Text: next(), Quote: next()}, []string{"U1"})
	raw, err := json.Marshal(map[string]any{
		"blocks": m.Blocks, "line": below.Blocks, "quoted": Card(quoted).Blocks, "calls": []string{called(m.Text), called(below.Text)},
	})
	if err != nil {
		t.Errorf("%q: %v", texts, err)
	}
	return skim(raw)
}

// skim forgets the texts of JSON as encoding/json writes it, where a type stands
// before its text, and keeps of mrkdwn what Slack would make of it.
func skim(raw []byte) string {
	var out strings.Builder
	key, kind := "", ""
	for i := 0; i < len(raw); i++ {
		if raw[i] != '"' {
			out.WriteByte(raw[i])
			continue
		}
		end := i + 1
		for raw[end] != '"' {
			if raw[end] == '\\' {
				end++
			}
			end++
		}
		last := string(raw[i : end+1])
		if end+1 < len(raw) && raw[end+1] == ':' {
			key = strings.Trim(last, `"`)
			out.WriteString(last)
		} else {
			out.WriteString(kept(key, kind, last))
			if key == "type" {
				kind = strings.Trim(last, `"`)
			}
		}
		i = end
	}
	return out.String()
}

func kept(key, kind, quoted string) string {
	switch {
	case key == "text" && kind == "mrkdwn":
		var s string
		if err := json.Unmarshal([]byte(quoted), &s); err != nil {
			return "broken"
		}
		return markup(s)
	case key == "text" || key == "accessibility_label":
		return strconv.FormatBool(len(quoted) > 2)
	}
	return quoted
}

// The test would find a renderer that lets a text out.
func TestSkimFindsWhatBreaksOut(t *testing.T) {
	t.Parallel()
	for name, c := range map[string][2]string{
		"another block": {`[{"type":"section","text":"x"}]`, `[{"type":"section","text":"x"},{"type":"actions"}]`},
		"a mention":     {`{"type":"mrkdwn","text":"*x*"}`, `{"type":"mrkdwn","text":"*<!channel>*"}`},
		"a user":        {`{"type":"text","text":"x"}`, `{"type":"user","user_id":"U1"}`},
		"an address":    {`{"type":"link","url":"https://a","text":"x"}`, `{"type":"link","url":"https://b","text":"x"}`},
		"nothing":       {`{"type":"plain_text","text":"x"}`, `{"type":"plain_text","text":""}`},
	} {
		if bytes.Equal([]byte(skim([]byte(c[0]))), []byte(skim([]byte(c[1])))) {
			t.Errorf("%s is not seen", name)
		}
	}
}
