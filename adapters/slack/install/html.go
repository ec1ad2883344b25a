package install

import (
	"html/template"
	"net/http"
)

// What the pages say.
const (
	titleAsk   = "Install signoff in a Slack workspace"
	titleAgain = "Not installed"
	titleDone  = "Installed"

	textNoCode    = "This is not an install code, or its time is over. Make a new one with: signoff slack install"
	textCodeUsed  = "This install code was used before. Make a new one with: signoff slack install"
	textNoState   = "An install begins on signoff's own page. Begin again there."
	textBadState  = "This way back was used before, took too long, or was begun in another browser. Begin again."
	textDeclined  = "Slack says that the app was not allowed. Nothing was installed. Begin again if that was a mistake."
	textRefused   = "Slack did not complete the install. Begin again."
	textBroken    = "Something went wrong, and it is in signoff's log. Begin again."
	textInstalled = "signoff is installed in "
)

// sheet is what a page says.
type sheet struct {
	Title, Text, Path string
	Form              bool
}

//nolint:gochecknoglobals // a template
var page = template.Must(template.New("page").Parse(`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex"><title>{{.Title}}</title></head>
<body><main><h1>{{.Title}}</h1>
{{if .Text}}<p role="status">{{.Text}}</p>
{{end}}{{if .Form}}<form method="post" action="{{.Path}}">
<p><label>Install code, as printed by <code>signoff slack install</code><br>
<input name="code" required autocomplete="off" spellcheck="false" size="60" maxlength="200"></label></p>
<p><button>Continue to Slack</button></p></form>
{{else}}<p><a href="{{.Path}}">The install page</a></p>
{{end}}</main></body></html>
`))

// guard keeps a page out of caches, frames and referrers, and scripts out of it.
func guard(w http.ResponseWriter) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Content-Type-Options", "nosniff")
	// No form-action: browsers apply it to the redirect to Slack, too.
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'")
}

func show(w http.ResponseWriter, status int, s sheet) {
	guard(w)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	s.Path = InstallPath
	_ = page.Execute(w, s) // a reader who has gone needs no page
}

// ask shows the page that wants a code.
func ask(w http.ResponseWriter, status int, text string) {
	show(w, status, sheet{Title: titleAsk, Text: text, Form: true})
}

// tell shows what came of it.
func tell(w http.ResponseWriter, status int, title, text string) {
	show(w, status, sheet{Title: title, Text: text})
}
