package prose

import (
	"bufio"
	"bytes"
	"html"
	"strconv"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	htmlrenderer "github.com/yuin/goldmark/renderer/html"
	gmtext "github.com/yuin/goldmark/text"

	"signoff/adapters"
	"signoff/engine"
)

// Limits of what people write. Nothing that a person should see is dropped
// silently: what is cut says so, what is nested too deep is shown flat.
const (
	maxTextBytes = 12_000
	maxTextDepth = 5
)

// commonMark is CommonMark without extensions. It is a compiled table, as a
// regular expression is: making it costs more than using it, and it may be
// shared.
var commonMark = goldmark.DefaultParser() //nolint:gochecknoglobals // see above

// Parse turns CommonMark into the tree that every surface draws; values that
// are shielded in it ([engine.Shield]) stay data. Raw HTML
// becomes visible text, images become links, and only http and https addresses
// become links at all; a link whose text is not its address names its host.
func Parse(src string) adapters.Text {
	if src == "" {
		return nil
	}
	src, cut := cutBytes(oneLineEnd(strings.ReplaceAll(src, "\x00", "\uFFFD")), maxTextBytes)
	w := &textWalker{source: []byte(src)}
	doc := commonMark.Parse(gmtext.NewReader(w.source))
	out := w.blocks(doc, 0)
	if cut {
		out = append(out, paragraph(cutMark))
	}
	return out
}

// paragraph is a text without any markup.
func paragraph(s string) adapters.Block {
	return adapters.Block{Kind: adapters.Paragraph, Spans: []adapters.Span{{Text: s}}}
}

type textWalker struct{ source []byte }

// blocks converts the children of a node.
func (w *textWalker) blocks(parent ast.Node, depth int) adapters.Text {
	var out adapters.Text
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		out = append(out, w.block(n, depth)...)
	}
	return out
}

func (w *textWalker) block(n ast.Node, depth int) adapters.Text {
	switch n := n.(type) {
	case *ast.Heading:
		return spans(adapters.Heading, w.inline(n, adapters.Span{}))
	case *ast.Paragraph, *ast.TextBlock:
		return spans(adapters.Paragraph, w.inline(n, adapters.Span{}))
	case *ast.CodeBlock, *ast.FencedCodeBlock:
		return adapters.Text{{Kind: adapters.CodeBlock, Code: Clean(engine.Unshield(strings.TrimRight(w.lines(n), "\n")))}}
	case *ast.HTMLBlock:
		raw := w.lines(n)
		if n.HasClosure() {
			raw += string(n.ClosureLine.Value(w.source))
		}
		return adapters.Text{{Kind: adapters.CodeBlock, Code: Clean(engine.Unshield(strings.TrimRight(raw, "\n")))}}
	case *ast.ThematicBreak:
		return adapters.Text{paragraph("———")}
	case *ast.Blockquote:
		return w.nest(adapters.Quote, []adapters.Text{w.blocks(n, depth+1)}, depth)
	case *ast.List:
		return w.list(n, depth)
	default:
		return w.blocks(n, depth)
	}
}

// list converts a list. The tree has no start number, so a list that does not
// begin at one carries its numbers in its texts.
func (w *textWalker) list(n *ast.List, depth int) adapters.Text {
	kind := adapters.Bullets
	if n.IsOrdered() {
		kind = adapters.Numbers
	}
	written := n.IsOrdered() && n.Start != 1
	if written {
		kind = adapters.Bullets
	}
	var items []adapters.Text
	for item, number := n.FirstChild(), n.Start; item != nil; item, number = item.NextSibling(), number+1 {
		text := w.blocks(item, depth+1)
		if written {
			text = numbered(strconv.Itoa(number)+". ", text)
		}
		items = append(items, text)
	}
	return w.nest(kind, items, depth)
}

func numbered(number string, item adapters.Text) adapters.Text {
	if len(item) == 0 || item[0].Kind != adapters.Paragraph {
		return append(adapters.Text{paragraph(strings.TrimSpace(number))}, item...)
	}
	return append(spans(adapters.Paragraph, append([]adapters.Span{{Text: number}}, item[0].Spans...)), item[1:]...)
}

// nest puts items into a block, or leaves them flat when they are too deep.
func (w *textWalker) nest(kind adapters.BlockKind, items []adapters.Text, depth int) adapters.Text {
	if depth < maxTextDepth {
		return adapters.Text{{Kind: kind, Items: items}}
	}
	var flat adapters.Text
	for _, item := range items {
		flat = append(flat, item...)
	}
	return flat
}

func (w *textWalker) lines(n ast.Node) string {
	var b strings.Builder
	for i := range n.Lines().Len() {
		seg := n.Lines().At(i)
		b.Write(seg.Value(w.source))
	}
	return b.String()
}

// inline converts the inline children of a node; look is what surrounds them.
func (w *textWalker) inline(parent ast.Node, look adapters.Span) []adapters.Span {
	var out []adapters.Span
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		out = append(out, w.span(n, look)...)
	}
	return out
}

func (w *textWalker) span(n ast.Node, look adapters.Span) []adapters.Span {
	switch n := n.(type) {
	case *ast.Text:
		return w.leaf(n, look)
	case *ast.String:
		look.Text = Clean(engine.Unshield(string(n.Value)))
	case *ast.CodeSpan:
		look.Code, look.Text = true, OneLine(engine.Unshield(w.raw(n)))
	case *ast.Emphasis:
		if n.Level > 1 {
			look.Bold = true
		} else {
			look.Italic = true
		}
		return w.inline(n, look)
	case *ast.RawHTML:
		var b strings.Builder
		for i := range n.Segments.Len() {
			seg := n.Segments.At(i)
			b.Write(seg.Value(w.source))
		}
		look.Text = OneLine(engine.Unshield(b.String()))
	case *ast.AutoLink:
		label := engine.Unshield(string(n.Label(w.source)))
		return link(look, []adapters.Span{{Text: label}}, engine.Unshield(string(n.URL(w.source))))
	case *ast.Link:
		return link(look, w.inline(n, look), address(engine.Unshield(string(n.Destination))))
	case *ast.Image:
		return link(look, w.inline(n, look), address(engine.Unshield(string(n.Destination))))
	default:
		return w.inline(n, look)
	}
	return []adapters.Span{look}
}

// leaf is a run of text with its escapes and character references resolved.
func (w *textWalker) leaf(n *ast.Text, look adapters.Span) []adapters.Span {
	text := n.Segment.Value(w.source)
	look.Text = cleanRun(engine.Unshield(unescape(text)))
	if n.IsRaw() {
		look.Text = cleanRun(engine.Unshield(string(text)))
	}
	if n.SoftLineBreak() {
		look.Text += " "
	}
	look.Break = n.HardLineBreak()
	return []adapters.Span{look}
}

// raw is the source text below a node.
func (w *textWalker) raw(parent ast.Node) string {
	var b strings.Builder
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		if t, ok := n.(*ast.Text); ok {
			b.Write(t.Segment.Value(w.source))
		}
	}
	return b.String()
}

// unescape resolves backslashes and character references as goldmark does when
// it writes HTML, and takes the HTML escaping away again.
func unescape(text []byte) string {
	var b bytes.Buffer
	buf := bufio.NewWriter(&b)
	htmlrenderer.DefaultWriter.Write(buf, text)
	_ = buf.Flush() // a bytes.Buffer cannot fail
	return html.UnescapeString(b.String())
}

// spans makes a block of neighbours that look the same joined into one.
func spans(kind adapters.BlockKind, in []adapters.Span) adapters.Text {
	var out []adapters.Span
	for _, s := range in {
		if last := len(out) - 1; last >= 0 && sameLook(out[last], s) {
			out[last].Text += s.Text
			out[last].Break = s.Break
			continue
		}
		out = append(out, s)
	}
	if len(out) == 0 {
		return nil
	}
	return adapters.Text{{Kind: kind, Spans: out}}
}

// sameLook reports whether b can be appended to a.
func sameLook(a, b adapters.Span) bool {
	return !a.Break && a.Bold == b.Bold && a.Italic == b.Italic && a.Code == b.Code && a.URL == b.URL
}
