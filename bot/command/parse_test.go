package command

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var slash = Grammar{Name: Reserved}

func ref(name string) ID { return ID{Ref: name} }

func TestParse(t *testing.T) {
	t.Parallel()
	dana := Person{Text: "UDANA", Mention: true}
	for text, want := range map[string]Command{
		"":           Help{},
		"  \t\n ":    Help{},
		"help":       Help{},
		"HELP":       Help{},
		"help start": Help{},
		"?":          Help{},

		"start":                  Start{},
		"new":                    Start{},
		"start vacation":         Start{Flow: "vacation"},
		"start hr/vacation a=1":  Start{Flow: "hr/vacation", Values: Values{"a": {"1"}}},
		`start "vacation" a="b"`: Start{Flow: "vacation", Values: Values{"a": {"b"}}},

		"run vacation":                              Run{Flow: "vacation"},
		"run f a=1 b=two a=3":                       Run{Flow: "f", Values: Values{"a": {"1", "3"}, "b": {"two"}}},
		`run f why="two words" x='it is'`:           Run{Flow: "f", Values: Values{"why": {"two words"}, "x": {"it is"}}},
		"run f why=“two words”":                     Run{Flow: "f", Values: Values{"why": {"two words"}}},
		"run f why=„zwei Worte“ x=«deux mots»":      Run{Flow: "f", Values: Values{"why": {"zwei Worte"}, "x": {"deux mots"}}},
		"run f why=‘one’ x=»to ord«":                Run{Flow: "f", Values: Values{"why": {"one"}, "x": {"to ord"}}},
		`run f why="a \"b\" c\\d \n"`:               Run{Flow: "f", Values: Values{"why": {`a "b" c\d \n`}}},
		`run f why=don't x=a"b`:                     Run{Flow: "f", Values: Values{"why": {"don't"}, "x": {`a"b`}}},
		"run f url=https://x.example/?a=b&c=d":      Run{Flow: "f", Values: Values{"url": {"https://x.example/?a=b&c=d"}}},
		"run f a= b=":                               Run{Flow: "f", Values: Values{"a": {""}, "b": {""}}},
		`run f a=""`:                                Run{Flow: "f", Values: Values{"a": {""}}},
		"run f\u00a0a=1\u3000b=2\nc=3":              Run{Flow: "f", Values: Values{"a": {"1"}, "b": {"2"}, "c": {"3"}}},
		"run f 理由＝休暇 имя=Аня":                       Run{Flow: "f", Values: Values{"理由": {"休暇"}, "имя": {"Аня"}}},
		"run f request.name=x":                      Run{Flow: "f", Values: Values{"request.name": {"x"}}},
		"run f a=\"line one\nline two\"":            Run{Flow: "f", Values: Values{"a": {"line one\nline two"}}},
		"run f note=\u202eevil\u202c z=\u200b1\x00": Run{Flow: "f", Values: Values{"note": {"evil"}, "z": {"1"}}},

		"pending":   Pending{Page: 1},
		"inbox 3":   Pending{Page: 3},
		"mine":      Mine{},
		"status x1": Status{ID: ID{Text: "x1"}},

		"approve REQ-7K3F2":                       Decide{ID: ref("REQ-7K3F2"), Approve: true},
		"Approve req-7k3f2 fine by me":            Decide{ID: ref("REQ-7K3F2"), Approve: true, Reason: "fine by me"},
		"approve `REQ-7K3F2`":                     Decide{ID: ref("REQ-7K3F2"), Approve: true},
		"approve #REQ7K3F2.":                      Decide{ID: ref("REQ-7K3F2"), Approve: true},
		"approve REQ–7K3F2":                       Decide{ID: ref("REQ-7K3F2"), Approve: true},
		"approve req-oiloo":                       Decide{ID: ref("REQ-01100"), Approve: true},
		"reject REQ-7K3F2 “too long”":             Decide{ID: ref("REQ-7K3F2"), Reason: "too long"},
		`reject REQ-7K3F2 "no" means no`:          Decide{ID: ref("REQ-7K3F2"), Reason: `"no" means no`},
		"reject REQ-7K3F2 don't \"":               Decide{ID: ref("REQ-7K3F2"), Reason: `don't "`},
		"reject REQ-7K3F2 \"unbalanced":           Decide{ID: ref("REQ-7K3F2"), Reason: `"unbalanced`},
		"reject 01ABC.1 a=b @here <!here>":        Decide{ID: ID{Text: "01abc.1"}, Reason: "a=b @here <!here>"},
		"reject REQ-7K3F2 👩\u200d👧 می\u200cخواهم": Decide{ID: ref("REQ-7K3F2"), Reason: "👩\u200d👧 می\u200cخواهم"},
		"no REQ-7K3F2 x\u202egnp.exe":             Decide{ID: ref("REQ-7K3F2"), Reason: "xgnp.exe"},
		"cancel REQ-7K3F2":                        Cancel{ID: ref("REQ-7K3F2")},
		"withdraw REQ-7K3F2 the trip is off":      Cancel{ID: ref("REQ-7K3F2"), Reason: "the trip is off"},

		"status https://signoff.example/executions/01abc?x=1": Status{ID: ID{Text: "01abc"}},

		"explain REQ-7K3F2":                  Explain{ID: ref("REQ-7K3F2")},
		"explain REQ-7K3F2 @UDANA":           Explain{ID: ref("REQ-7K3F2"), As: dana},
		"why REQ-7K3F2 dana@example.com":     Explain{ID: ref("REQ-7K3F2"), As: Person{Text: "dana@example.com"}},
		`explain REQ-7K3F2 "Dana Smith"`:     Explain{ID: ref("REQ-7K3F2"), As: Person{Text: "Dana Smith"}},
		`explain REQ-7K3F2 @"Dana Smith"`:    Explain{ID: ref("REQ-7K3F2"), As: Person{Text: "Dana Smith", Mention: true}},
		"delegate REQ-7K3F2 @UDANA":          Delegate{ID: ref("REQ-7K3F2"), To: dana},
		"delegate REQ-7K3F2 to @UDANA, busy": Delegate{ID: ref("REQ-7K3F2"), To: dana, Reason: "busy"},
		"delegate REQ-7K3F2 @UDANA until 3d I am away": Delegate{
			ID: ref("REQ-7K3F2"), To: dana, Until: "P3D", Reason: "I am away",
		},
		"delegate REQ-7K3F2 @UDANA Until 2026-11-25 9:00 “lunch”": Delegate{
			ID: ref("REQ-7K3F2"), To: dana, Until: "2026-11-25T09:00", Reason: "lunch",
		},

		"away":                    Away{},
		"away until 2026-12-01":   Away{Until: "2026-12-01"},
		"away until 2w to @UDANA": Away{Until: "P2W", To: dana},
		"away to @UDANA from 2026-12-01 until 12h": Away{From: "2026-12-01", Until: "PT12H", To: dana},
		"ooo until 2026-11-25 18:00 to kim":        Away{Until: "2026-11-25T18:00", To: Person{Text: "kim"}},
		"back":                                     Back{},
	} {
		got, err := slash.Parse(text)
		if err != nil {
			t.Errorf("Parse(%q) failed: %v", text, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("Parse(%q) (-want +got):\n%s", text, diff)
		}
	}
}

// What is no command is answered with what to type instead.
func TestParseFaults(t *testing.T) {
	t.Parallel()
	for text, says := range map[string]string{
		"aprove REQ-7K3F2":      "Did you mean “/signoff approve”?",
		"pendign":               "Did you mean “/signoff pending”?",
		"statsu x":              "Did you mean “/signoff status”?",
		"одобрить REQ-7K3F2":    "There is no command “одобрить”. Type “/signoff help”",
		"承認":                    "There is no command “承認”.",
		"approveREQ-7K3F2":      "There is no command “approveREQ-7K3F2”.",
		"/signoff approve x":    "There is no command “/signoff”.",
		"REQ-7K3F2":             "There is no command “REQ-7K3F2”.",
		"@UDANA":                "There is no command “@UDANA”.",
		"<!channel>":            "There is no command “<!channel>”.",
		"=":                     "There is no command “=”.",
		"\"":                    "There is no command “\"”.",
		"🙂":                     "There is no command “🙂”.",
		"\xff\xfe":              "There is no command “\uFFFD”.",
		strings.Repeat("x", 99): "There is no command “" + strings.Repeat("x", 39) + "…”.",

		"approve":                "Say which request",
		"approve ---":            "Say which request",
		"approve ``":             "Say which request",
		"approve \u200b":         "Say which request",
		"approve 🙂":              "Say which request",
		"reject":                 "Type “/signoff reject ID [reason]”",
		"reject \"\"":            "Say which request",
		"cancel":                 "Say which request",
		"cancel !!":              "Say which request",
		"status":                 "Say which request",
		"status x y":             "Nothing follows the request. Type “/signoff status ID”.",
		"status REQ-7K3F2 @dana": "Nothing follows the request.",
		"explain":                "Say which request",
		"explain x @dana @kim":   "One person follows the request",
		"explain x \"dana":       "The quote that begins a name does not end.",
		"explain x @":            "Nobody follows the @.",
		"explain x @\"\"":        "Nobody follows the @.",

		"delegate":                        "Say which request",
		"delegate x":                      "Say who answers for you.",
		"delegate x to":                   "Say who answers for you.",
		"delegate x @":                    "Nobody follows the @.",
		"delegate x “dana":                "The quote that begins a name does not end.",
		"delegate x @dana until":          "Say until when",
		"delegate x \"\"":                 "Say who answers for you.",
		"away tomorrow":                   "“tomorrow” is not understood.",
		"away until":                      "Say until when",
		"away from":                       "Say from when",
		"away until 1d until 2d":          "“until” stands there twice.",
		"away to":                         "Say who answers for you.",
		"away to @":                       "Nobody follows the @.",
		"away to @dana to @kim":           "One person can answer for you.",
		"away to \"dana":                  "does not end",
		"away until 2026-12-01 because":   "“because” is not understood.",
		"back soon":                       "Nothing follows “back”.",
		"mine all":                        "Nothing follows “mine”.",
		"pending x":                       "“x” is no page.",
		"pending 0":                       "“0” is no page.",
		"pending -1":                      "is no page.",
		"pending 99999999999999999999999": "is no page.",
		"pending 1 2":                     "“1 2” is no page.",
		"pending ١":                       "is no page.",

		"run":                                 "Say which flow.",
		"run \"\"":                            "Say which flow.",
		"run \"f":                             "The quote that begins the flow's name does not end.",
		"run f x":                             "“x” does not say for which input it is.",
		"run f a=1 two words":                 "“two” does not say for which input it is.",
		"run f =1":                            "“=1” does not say for which input it is.",
		"run f a = 1":                         "“a” does not say for which input it is.",
		"run f = =":                           "does not say for which input it is.",
		"run f a=\"b":                         "The quote that begins the value of a does not end.",
		"run f a=“b":                          "The quote that begins the value of a does not end.",
		"run f a='b\"":                        "The quote that begins the value of a does not end.",
		"run f a=\"b\\\"":                     "The quote that begins the value of a does not end.",
		"run f a=1 b=\"c\"d":                  "Something follows the closing quote of b.",
		"run f a=\"b\"c=\"d\"":                "Something follows the closing quote of a.",
		"start f “a=1”":                       "does not say for which input it is.",
		"start «f":                            "The quote that begins the flow's name does not end.",
		"start f <@UDANA>":                    "does not say for which input it is.",
		"start f \"a\"=1":                     "does not say for which input it is.",
		"run f" + strings.Repeat(" a=1", 201): "more than 200 values",
		strings.Repeat("a", MaxText+1):        "That is too long: at most 4000 characters",
		strings.Repeat("🙂", 10_000):           "That is too long",
		"reject x " + strings.Repeat("no ", 4000): "That is too long",
	} {
		got, err := slash.Parse(text)
		fault, ok := errors.AsType[*FaultError](err)
		if !ok || got != nil {
			t.Errorf("Parse(%.80q) = %#v, %v; want a fault", text, got, err)
			continue
		}
		if !strings.Contains(fault.Text, says) {
			t.Errorf("Parse(%.80q) says\n%s\nwant\n%s", text, fault.Text, says)
		}
	}
}

func TestFaultNamesTheKey(t *testing.T) {
	t.Parallel()
	for text, key := range map[string]string{
		`a=1 b="c`: "b", `a=1 b="c"d`: "b", "x=“": "x", "loose": "",
	} {
		_, err := ReadValues(text)
		if fault, ok := errors.AsType[*FaultError](err); !ok || fault.Key != key {
			t.Errorf("ReadValues(%q) = %v, want a fault of %q", text, err, key)
		}
	}
}

// Where no slash is needed, the help does not ask for one.
func TestGrammarWithoutSlash(t *testing.T) {
	t.Parallel()
	bare := Grammar{}
	if got, err := bare.Parse("/approve REQ-7K3F2"); err != nil || got != Command(Decide{ID: ref("REQ-7K3F2"), Approve: true}) {
		t.Errorf("Parse = %#v, %v", got, err)
	}
	_, err := bare.Parse("aprove x")
	if err == nil || strings.Contains(err.Error(), "/") || !strings.Contains(err.Error(), "“approve”") {
		t.Errorf("Parse = %v", err)
	}
	for _, u := range bare.Usages() {
		if strings.HasPrefix(u.Type, " ") || strings.HasPrefix(u.Type, "/") || u.Doc == "" {
			t.Errorf("usage %+v", u)
		}
	}
}

// No word begins two commands.
func TestVerbsAreToldApart(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	for _, v := range verbs() {
		for _, name := range append([]string{v.name}, v.also...) {
			if other := seen[name]; other != "" {
				t.Errorf("%s begins %s and %s", name, v.name, other)
			}
			seen[name] = v.name
		}
	}
}

func TestValuesMap(t *testing.T) {
	t.Parallel()
	got := Values{"a": {"1"}, "b": {"1", "2"}}.Map()
	if diff := cmp.Diff(map[string]any{"a": "1", "b": []any{"1", "2"}}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := Values(nil).Map(); len(got) != 0 {
		t.Errorf("Map = %v", got)
	}
}

func TestNearest(t *testing.T) {
	t.Parallel()
	names := []string{"hr/vacation", "it/access_request", "hr/expense_claim", "it/production_deploy"}
	for typed, want := range map[string][]string{
		"vacation": {"hr/vacation"}, "hr/vacatoin": {"hr/vacation"}, "ACCESS": {"it/access_request"},
		"zzzzz": nil, "": nil, strings.Repeat("v", 200): nil, "hr/": {"hr/expense_claim", "hr/vacation"},
	} {
		if diff := cmp.Diff(want, Nearest(typed, names, 2)); diff != "" {
			t.Errorf("Nearest(%q) (-want +got):\n%s", typed, diff)
		}
	}
}

// TestQuotedValuesComeBack: what is written in quotes, with backslashes, is what
// is read, whatever it is.
func TestQuotedValuesComeBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		value := clean(rapid.StringN(0, 80, -1).Draw(t, "value"))
		quote := rapid.SampledFrom([]string{`""`, "''", "“”", "‘’", "«»"}).Draw(t, "quotes")
		opening, size := utf8.DecodeRuneInString(quote)
		closing := quote[size:]
		written := strings.ReplaceAll(value, `\`, `\\`)
		ends, _ := closers(string(opening))
		for _, r := range ends {
			written = strings.ReplaceAll(written, string(r), `\`+string(r))
		}
		got, err := ReadValues("first=1 key=" + string(opening) + written + closing + " last=2")
		if err != nil {
			t.Fatalf("ReadValues failed: %v", err)
		}
		if diff := cmp.Diff(Values{"first": {"1"}, "key": {value}, "last": {"2"}}, got); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
	})
}

// FuzzParse: every text is a command or a fault with words, and never both.
// Nothing that a command holds can be seen otherwise than it is.
func FuzzParse(f *testing.F) {
	for _, text := range []string{
		"", "approve REQ-7K3F2 “fine”", "run f a=\"b c\" d='e' a=2", "delegate x @U1 until 3d why", "away from 1d until 2d to @x",
		"delegate 0 @,", "delegate 0 \"@;\"", "away to @:",
		"start \"f\" a=\\", "\x00\u202e\ufeff", "explain x \"", "reject x \xff",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, g := range []Grammar{slash, {}} {
			got, err := g.Parse(text)
			fault, faulty := errors.AsType[*FaultError](err)
			switch {
			case err != nil && (!faulty || fault.Text == "" || !utf8.ValidString(fault.Text)):
				t.Fatalf("Parse(%q) = %v", text, err)
			case (got == nil) != faulty:
				t.Fatalf("Parse(%q) = %#v, %v", text, got, err)
			}
			if d, ok := got.(Decide); ok && (d.ID == (ID{}) || d.Reason != clean(d.Reason)) {
				t.Fatalf("Parse(%q) = %#v", text, d)
			}
			if d, ok := got.(Delegate); ok && d.To.Text == "" {
				t.Fatalf("Parse(%q) = %#v", text, d)
			}
		}
	})
}
