package wire

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"signoff/adapters"
)

const pressPayload = `{"type":"block_actions","team":null,"enterprise":{"id":"E1"},"is_enterprise_install":true,
	"user":{"id":"U1","team_id":"T1","name":"dana"},"trigger_id":"1.2.3","response_url":"https://hooks.slack.com/x",
	"container":{"type":"message","channel_id":"C1","message_ts":"1.000002"},"channel":{"id":"C1"},
	"message":{"ts":"1.000002","blocks":[{"type":"actions","elements":[{"type":"hologram","text":7}]},"odd"]},
	"actions":[{"type":"hologram","action_id":"x","value":"1|other|1"},{"type":"button","action_id":"act:approve","value":"1|01JD.2|3"}]}`

func TestDecodePress(t *testing.T) {
	t.Parallel()
	p, err := Decode([]byte(pressPayload))
	if err != nil {
		t.Fatalf("decode: %v", err)
	}
	a, form, ok := p.Button()
	if want := (Aim{"01JD.2", 3, "approve"}); !ok || form || a != want {
		t.Errorf("button = %+v, form %v, %v, want %+v", a, form, ok, want)
	}
	if got, want := p.Touched(), (adapters.MessageRef{Place: "C1", Message: "1.000002"}); got != want {
		t.Errorf("touched = %+v, want %+v", got, want)
	}
	bare, err := Decode([]byte(strings.Replace(pressPayload, `"container"`, `"other"`, 1)))
	if got, want := bare.Touched(), p.Touched(); err != nil || got != want {
		t.Errorf("touched without a container = %+v, %v, want %+v", got, err, want)
	}
}

// TestDecodeState: absent, null, empty and zero are different things in Slack's
// JSON, and an empty field is one thing in ours.
func TestDecodeState(t *testing.T) {
	t.Parallel()
	for state, want := range map[string]any{
		`{"value":{"type":"plain_text_input","value":"a"}}`:                                                                                          "a",
		`{"value":{"type":"plain_text_input","value":" "}}`:                                                                                          " ",
		`{"value":{"type":"plain_text_input","value":null}}`:                                                                                         nil,
		`{"value":{"type":"plain_text_input","value":""}}`:                                                                                           nil,
		`{"value":{"type":"plain_text_input"}}`:                                                                                                      nil,
		`{"value":{"type":"number_input","value":"0"}}`:                                                                                              "0",
		`{"value":{"type":"number_input","value":"12.50"}}`:                                                                                          "12.50",
		`{"value":{"type":"datepicker","selected_date":"2026-12-01"}}`:                                                                               "2026-12-01",
		`{"value":{"type":"datepicker","selected_date":null}}`:                                                                                       nil,
		`{"value":{"type":"datetimepicker","selected_date_time":null}}`:                                                                              nil,
		`{"value":{"type":"datetimepicker","selected_date_time":0}}`:                                                                                 "1970-01-01T00:00:00Z",
		`{"value":{"type":"datetimepicker","selected_date_time":1796117400}}`:                                                                        "2026-12-01T09:30:00Z",
		`{"value":{"type":"datetimepicker","selected_date_time":-1}}`:                                                                                "-1",
		`{"value":{"type":"datetimepicker","selected_date_time":1e30}}`:                                                                              "1e30",
		`{"value":{"type":"static_select","selected_option":{"value":"red"}}}`:                                                                       "red",
		`{"value":{"type":"static_select","selected_option":null}}`:                                                                                  nil,
		`{"value":{"type":"radio_buttons","selected_option":{"value":"true"}}}`:                                                                      "true",
		`{"yes_no":{"type":"radio_buttons","selected_option":{"value":"true"}}}`:                                                                     true,
		`{"yes_no":{"type":"radio_buttons","selected_option":{"value":"false"}}}`:                                                                    false,
		`{"yes_no":{"type":"radio_buttons","selected_option":null}}`:                                                                                 nil,
		`{"value":{"type":"hologram","value":"x"}}`:                                                                                                  nil,
		`{"value":{"type":"external_select","selected_option":{"text":{"text":"Red"},"value":"red"}}}`:                                               "red",
		`{"value":{"type":"multi_external_select","selected_options":[{"value":"a"},{"value":"b"}]}}`:                                                []any{"a", "b"},
		`{"value":{"type":"multi_static_select","selected_options":[]}}`:                                                                             nil,
		`{"value":{"type":"users_select","selected_user":"U1"}}`:                                                                                     adapters.Account{ID: "U1"},
		`{"value":{"type":"users_select","selected_user":null}}`:                                                                                     nil,
		`{"value":{"type":"users_select","selected_user":""}}`:                                                                                       nil,
		`{"value":{"type":"multi_users_select","selected_users":["U1","","U2"]}}`:                                                                    []any{adapters.Account{ID: "U1"}, adapters.Account{ID: "U2"}},
		`{"value":{"type":"multi_users_select","selected_users":[]}}`:                                                                                nil,
		`{"value":{"type":"conversations_select","selected_conversation":"C1"}}`:                                                                     "C1",
		`{"value":{"type":"conversations_select"}}`:                                                                                                  nil,
		`{"value":{"type":"file_input","files":[]}}`:                                                                                                 nil,
		`{"value":{"type":"file_input","files":[{"id":"F1","name":"a.pdf","size":"huge"}]}}`:                                                         File{ID: "F1", Name: "a.pdf"},
		`{"value":{"type":"file_input","files":[{"id":"F1"},{"id":"F2"}]}}`:                                                                          []any{File{ID: "F1"}, File{ID: "F2"}},
		`{"value":{"type":"rich_text_input","rich_text_value":null}}`:                                                                                nil,
		`{"value":{"type":"rich_text_input","rich_text_value":{"elements":[]}}}`:                                                                     nil,
		`{"value":{"type":"rich_text_input","rich_text_value":"x"}}`:                                                                                 map[string]any{},
		`{"value":{"type":"rich_text_input","rich_text_value":{"elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"a"}]}]}}}`: "a",
		`{"value":{"type":"plain_text_input","value":"a","rich":{"x":[1,{"deep":[]}]}}}`:                                                             "a",
	} {
		raw := `{"type":"view_submission","view":{"state":{"values":{"f:x":` + state + `,"other":{"y":{"type":"plain_text_input","value":"z"}}}}}}`
		p, err := Decode([]byte(raw))
		if err != nil {
			t.Errorf("Decode(%s): %v", state, err)
			continue
		}
		if diff := cmp.Diff(map[string]any{"x": want}, p.View.Values()); diff != "" {
			t.Errorf("values of %s (-want +got)\n%s", state, diff)
		}
	}
}

// TestPresetsStandBeforeWhatIsWritten: a common answer and a word of one's own are
// one answer to one field.
func TestPresetsStandBeforeWhatIsWritten(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		preset, written string
		want            any
	}{
		"both":    {`{"selected_option":{"value":"Too late"},"type":"radio_buttons"}`, `{"type":"plain_text_input","value":" The train left.\n"}`, "Too late: The train left."},
		"preset":  {`{"selected_option":{"value":"Too late"},"type":"radio_buttons"}`, `{"type":"plain_text_input","value":null}`, "Too late"},
		"blank":   {`{"selected_option":{"value":"Too late"},"type":"radio_buttons"}`, `{"type":"plain_text_input","value":" \n"}`, "Too late"},
		"written": {`{"selected_option":null,"type":"radio_buttons"}`, `{"type":"plain_text_input","value":"Other"}`, "Other"},
		"neither": {`{"type":"radio_buttons"}`, `{"type":"plain_text_input"}`, nil},
		"odd":     {`{"type":"users_select","selected_user":"U1"}`, `{"type":"plain_text_input","value":"x"}`, "x"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, err := Decode([]byte(`{"type":"view_submission","view":{"state":{"values":{"p:why":{"value":` + test.preset + `},"f:why":{"value":` + test.written + `}}}}}`))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(map[string]any{"why": test.want}, p.View.Values()); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// FuzzDecode: no payload breaks the decoder, and what comes out of it is in
// order.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(pressPayload))
	f.Add([]byte(`{"type":"view_submission","view":{"callback_id":"signoff:answer","private_metadata":"{}","blocks":[{"type":"input","block_id":"f:a"}],"state":{"values":{"f:a":{"value":{"type":"number_input","value":"1"}}}}}}`))
	f.Add([]byte(`{"type":"view_submission","view":null}`))
	f.Add([]byte(`{"type":"view_submission","view":{"state":{"values":{"f:a":{"value":{"type":"multi_users_select","selected_users":["U1"]}},"f:b":{"value":{"type":"rich_text_input","rich_text_value":{"elements":[1]}}},"p:c":{"value":{"type":"radio_buttons","selected_option":{"value":"x"}}}}}}}`))
	f.Add([]byte(`{"type":"view_closed"}`))
	f.Add([]byte(`[]`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		p, err := Decode(raw)
		if err != nil {
			return
		}
		if !json.Valid(raw) {
			t.Fatalf("decode took what is no JSON: %q", raw)
		}
		if a, _, ok := p.Button(); ok && (a.Request == "" || a.Action == "" || a.Version < 0) {
			t.Fatalf("button = %+v", a)
		}
		p.Touched()
		if p.View == nil {
			return
		}
		p.View.Fields()
		for field, v := range p.View.Values() {
			switch v := v.(type) {
			case nil, bool, []any, adapters.Account, File, map[string]any:
			case string:
				if v == "" {
					t.Fatalf("field %q is an empty text", field)
				}
			default:
				t.Fatalf("field %q is a %T", field, v)
			}
		}
	})
}
