package adaptertest

import (
	"time"

	"signoff/adapters"
)

// Pending is an open card with one button that answers at once and one that
// asks for a reason.
func Pending() adapters.Card {
	return adapters.Card{
		Request: "01JD2Q8ZK4.2",
		Version: 1,
		Mood:    adapters.Pending,
		Title:   "Approval needed: Vacation for Alex",
		Summary: "Approval needed: Vacation for Alex, 2026-12-01 to 2026-12-05. Needs one answer of Dana or Kim.",
		Facts: []adapters.Fact{
			{Label: "Requested by", Value: "Alex"},
			{Label: "Days", Value: "5"},
			{Label: "Expires", Value: "2026-11-25 14:00 UTC", When: time.Date(2026, 11, 25, 14, 0, 0, 0, time.UTC)},
		},
		Body: adapters.Text{
			{Kind: adapters.Paragraph, Spans: []adapters.Span{{Text: "Kim covers the "}, {Text: "on-call", Bold: true}, {Text: " week."}}},
		},
		Notes: []string{"Waiting for Dana or Kim"},
		Links: []adapters.Link{{Text: "Team calendar", URL: "https://calendar.example.com/alex"}},
		Form:  []adapters.Field{{ID: "reason", Kind: adapters.TextField, Label: "Reason"}},
		Actions: []adapters.Action{
			{ID: "approve", Label: "Approve", Style: adapters.Primary},
			{ID: "reject", Label: "Reject…", Style: adapters.Danger, Asks: []string{"reason"}, Require: []string{"reason"}},
		},
		Ref:    "REQ-7K3F",
		Digest: "3f9a1c77e0",
	}
}

// Closed is the same card after somebody approved.
func Closed() adapters.Card {
	card := Pending()
	card.Version = 2
	card.Mood = adapters.Approved
	card.Title = "Approved: Vacation for Alex"
	card.Summary = "Approved by Dana: Vacation for Alex."
	card.Notes = []string{"✅ Dana 14:02 UTC"}
	card.Form, card.Actions = nil, nil
	return card
}

// Asking is a card whose one button asks for a field of every kind.
func Asking() adapters.Card {
	card := Pending()
	card.Form = []adapters.Field{
		{ID: "note", Kind: adapters.TextField, Label: "Note", Hint: "Everybody can read it."},
		{ID: "count", Kind: adapters.IntField, Label: "Count", Min: "1", Max: "10"},
		{ID: "amount", Kind: adapters.FloatField, Label: "Amount"},
		{ID: "sure", Kind: adapters.BoolField, Label: "Sure?"},
		{ID: "day", Kind: adapters.DateField, Label: "Day"},
		{ID: "moment", Kind: adapters.DateTimeField, Label: "Moment"},
		{ID: "color", Kind: adapters.SelectField, Label: "Colour", Options: []adapters.Option{{Value: "red", Label: "Red"}, {Value: "blue", Label: "Blue"}}},
		{ID: "hour", Kind: adapters.TimeField, Label: "Hour"},
		{ID: "tags", Kind: adapters.MultiField, Label: "Tags", Options: []adapters.Option{{Value: "a", Label: "A"}, {Value: "b", Label: "B"}, {Value: "c", Label: "C"}}},
		{ID: "mail", Kind: adapters.EmailField, Label: "Mail"},
		{ID: "page", Kind: adapters.URLField, Label: "Page"},
		{ID: "pin", Kind: adapters.SecretField, Label: "PIN"},
	}
	answer := adapters.Action{ID: "answer", Label: "Answer…", Style: adapters.Primary}
	for _, f := range card.Form {
		answer.Asks = append(answer.Asks, f.ID)
	}
	card.Actions = []adapters.Action{answer}
	return card
}

// Hostile returns texts that try to be more than texts: to mention, link,
// format, hide, or break out of what holds them.
func Hostile() []string {
	return []string{
		`x"},{"type":"actions","elements":[{"type":"button"}]}`, `\"}]`, `{{ secret("x") }}`, `${x}`, `%s%n%d`,
		"<!channel>", "<!here|here>", "<@U012AB3CD>", "<#C012AB3CD|general>", "<!subteam^S012AB3CD>",
		"@here", "@channel", "@everyone", "#general", "<https://evil.example|https://bank.example>",
		"<!date^0^{date}^https://evil.example|now>", "&lt;!channel&gt;", "&amp;lt;", "&#60;b&#62;",
		"*bold* _italic_ ~strike~ `code`", "```\ncode\n```", "> quote", "* item\n* item", "# heading",
		"[text](https://evil.example)", "![img](https://evil.example/x.png)", "<https://evil.example>",
		"https://evil.example/?a=b", "evil.example", "javascript:alert(1)", "mailto:x@evil.example",
		"<script>alert(1)</script>", `<img src=x onerror="alert(1)">`, "<at>Dana</at>", "</td></tr></table>",
		"<b>bold</b>", ":tada: :skull:", "a\u202Eb", "a\u200Bb", "a\u2066b\u2069", "a\u0000b", "a\x1b[31mb", "a\x07b",
		"line\nbreak", "line\r\nbreak", "line\u2028break", "tab\tstop", "x\u0301\u0302", "\uFEFFbom", "\U000E0041tag",
		"👩‍💻 ❤️ 🏳️‍🌈", "日本語 עברית العربية", "act:approve", "1|other.1|1", "form:reject", "|", "~", "…", " ", "–",
		`'; DROP TABLE x; --`, "\\", "//", "../../etc/passwd", "\xff\xfe", "=1+1", "+1", "-1", "@SUM(A1)", "0", "null", "true",
	}
}
