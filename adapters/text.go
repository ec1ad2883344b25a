package adapters

// Text is rich text: CommonMark that people wrote, parsed once. Each surface
// draws the tree in its own dialect. Leaves are plain data.
type Text []Block

// BlockKind is the kind of a block.
type BlockKind string

// The blocks.
const (
	Paragraph BlockKind = "paragraph"
	Heading   BlockKind = "heading"
	Bullets   BlockKind = "bullets"
	Numbers   BlockKind = "numbers"
	Quote     BlockKind = "quote"
	CodeBlock BlockKind = "code"
)

// Block is a paragraph, a list, a quote or a code block.
type Block struct {
	Kind  BlockKind
	Spans []Span // Paragraph, Heading
	Items []Text // Bullets, Numbers; Quote has one
	Code  string // CodeBlock
}

// Span is a run of text with one look.
type Span struct {
	Text   string
	Bold   bool
	Italic bool
	Code   bool
	URL    string // http or https; empty if it is not a link
	Break  bool   // a line break follows
}
