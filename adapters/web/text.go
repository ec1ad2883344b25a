package web

import "signoff/adapters"

// block is a block of a text that people wrote, ready and clean.
type block struct {
	Kind  adapters.BlockKind
	Spans []adapters.Span
	Items [][]block
	Code  string
}

// blocks makes the view of a text. Without a parser it is one paragraph, as it
// was written.
func (s *server) blocks(src string) []block {
	if src == "" {
		return nil
	}
	if s.Text == nil {
		return textView(adapters.Text{{Kind: adapters.Paragraph, Spans: []adapters.Span{{Text: src}}}})
	}
	return textView(s.Text(src))
}

func textView(t adapters.Text) []block {
	var out []block
	for _, b := range t {
		v := block{Kind: b.Kind, Code: clean(b.Code)}
		for _, span := range b.Spans {
			span.Text = clean(span.Text)
			v.Spans = append(v.Spans, span)
		}
		for _, item := range b.Items {
			v.Items = append(v.Items, textView(item))
		}
		out = append(out, v)
	}
	return out
}
