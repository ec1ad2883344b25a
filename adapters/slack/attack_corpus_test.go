package slack_test

import (
	"maps"
	"strings"
)

// attack is something genuinely delivered that must come to nothing: no click, no
// command and no form reaches the desk.
type attack struct {
	kind   string // of the envelope
	body   string // JSON
	status int    // over HTTP
}

const (
	press2 = `{"type":"block_actions","api_app_id":"A0SIGNOFF","trigger_id":"1.2","team":{"id":"T0SIGNOFF"},"user":{"id":"UDANA","team_id":"T0SIGNOFF"},` +
		`"container":{"channel_id":"C0REQ","message_ts":"1.000001"},"actions":[{"type":"button","action_id":"act:approve","block_id":"b","value":"1|01JD.2|1"}]}`
	filled = `{"type":"view_submission","api_app_id":"A0SIGNOFF","trigger_id":"1.3","team":{"id":"T0SIGNOFF"},"user":{"id":"UDANA","team_id":"T0SIGNOFF"},` +
		`"view":{"id":"V1","hash":"h","type":"modal","callback_id":"signoff:answer","private_metadata":"{\"r\":\"01JD.2\",\"v\":1,\"a\":\"approve\"}",` +
		`"blocks":[{"type":"input","block_id":"f:x"}],"state":{"values":{"f:x":{"value":{"type":"plain_text_input","value":"a"}}}}}}`
	searched = `{"type":"block_suggestion","api_app_id":"A0SIGNOFF","team":{"id":"T0SIGNOFF"},"user":{"id":"UDANA","team_id":"T0SIGNOFF"},"block_id":"f:x","value":"a",` +
		`"view":{"id":"V1","hash":"h","type":"modal","callback_id":"signoff:sheet","private_metadata":"{\"s\":\"new\"}","state":{"values":{}}}}`
	picked = `{"type":"shortcut","api_app_id":"A0SIGNOFF","trigger_id":"1.4","callback_id":"signoff.new","team":{"id":"T0SIGNOFF"},"user":{"id":"UDANA","team_id":"T0SIGNOFF"}}`
	typed  = `{"command":"/signoff","text":"approve X","user_id":"UDANA","team_id":"T0SIGNOFF","channel_id":"C0REQ","api_app_id":"A0SIGNOFF","trigger_id":"1.5"}`
	told   = `{"type":"event_callback","api_app_id":"A0SIGNOFF","team_id":"T0SIGNOFF","event_id":"Ev1","event_time":1,"event":{"type":"app_uninstalled"}}`
)

// with is a payload with one part replaced.
func with(payload, old, instead string) string {
	if !strings.Contains(payload, old) {
		panic("nothing to replace: " + old)
	}
	return strings.Replace(payload, old, instead, 1)
}

// attacks is the corpus.
func attacks() map[string]attack {
	all := map[string]attack{}
	for _, part := range []map[string]attack{pressed(), submitted(), asksFor(), commanded(), announced()} {
		maps.Copy(all, part)
	}
	return all
}

// pressed are buttons that are not ours, or not as we made them.
func pressed() map[string]attack {
	all := map[string]attack{}
	for name, c := range map[string]struct {
		body   string
		status int
	}{
		"null":                  {`null`, 200},
		"array":                 {`[` + press2 + `]`, 400},
		"number":                {`7`, 400},
		"text":                  {`"act:approve"`, 400},
		"two_payloads":          {press2 + press2, 400},
		"cut_off":               {press2[:len(press2)-3], 400},
		"type_number":           {with(press2, `"block_actions"`, `7`), 400},
		"type_null":             {with(press2, `"block_actions"`, `null`), 200},
		"type_unknown":          {with(press2, `"block_actions"`, `"block_action"`), 200},
		"type_in_capitals":      {with(press2, `"block_actions"`, `"BLOCK_ACTIONS"`), 200},
		"user_null":             {with(press2, `{"id":"UDANA","team_id":"T0SIGNOFF"}`, `null`), 200},
		"user_text":             {with(press2, `{"id":"UDANA","team_id":"T0SIGNOFF"}`, `"UDANA"`), 400},
		"user_id_null":          {with(press2, `"UDANA"`, `null`), 200},
		"user_id_number":        {with(press2, `"UDANA"`, `7`), 400},
		"user_id_empty":         {with(press2, `"UDANA"`, `""`), 200},
		"actions_null":          {with(press2, `[{"type":"button","action_id":"act:approve","block_id":"b","value":"1|01JD.2|1"}]`, `null`), 200},
		"actions_object":        {with(press2, `[{"type":"button","action_id":"act:approve","block_id":"b","value":"1|01JD.2|1"}]`, `{}`), 400},
		"action_null":           {with(press2, `{"type":"button","action_id":"act:approve","block_id":"b","value":"1|01JD.2|1"}`, `null`), 200},
		"action_text":           {with(press2, `{"type":"button","action_id":"act:approve","block_id":"b","value":"1|01JD.2|1"}`, `"act:approve"`), 400},
		"other_app_id":          {with(press2, `A0SIGNOFF`, `A0OTHER`), 200},
		"button_of_another_app": {with(press2, `act:approve`, `approve`), 200},
		"value_null":            {with(press2, `"1|01JD.2|1"`, `null`), 200},
		"value_number":          {with(press2, `"1|01JD.2|1"`, `1`), 400},
		"value_of_later_form":   {with(press2, `1|01JD.2|1`, `2|01JD.2|1`), 200},
		"value_too_many_parts":  {with(press2, `1|01JD.2|1`, `1|01JD.2|1|approve|x`), 200},
		"value_no_version":      {with(press2, `1|01JD.2|1`, `1|01JD.2|`), 200},
		"value_negative":        {with(press2, `1|01JD.2|1`, `1|01JD.2|-1`), 200},
		"value_huge_version":    {with(press2, `1|01JD.2|1`, `1|01JD.2|99999999999999999999`), 200},
		"value_no_request":      {with(press2, `1|01JD.2|1`, `1||1`), 200},
		"review_no_value":       {with(with(press2, `act:approve`, `see:review`), `1|01JD.2|1`, ``), 200},
		"review_four_parts":     {with(with(press2, `act:approve`, `see:review`), `1|01JD.2|1`, `1|01JD.2|1|approve`), 200},
		"sheet_no_subject":      {with(with(press2, `act:approve`, `sheet:0`), `1|01JD.2|1`, ``), 200},
		"changed_outside_form":  {with(with(press2, `act:approve`, `value`), `"block_id":"b"`, `"block_id":"f:x"`), 200},
		"team_text":             {with(press2, `{"id":"T0SIGNOFF"}`, `"T0SIGNOFF"`), 400},
	} {
		all["press/"+name] = attack{"interactive", c.body, c.status}
	}

	return all
}

// submitted are forms that are not ours, or not as we made them.
func submitted() map[string]attack {
	all := map[string]attack{}
	meta := `"{\"r\":\"01JD.2\",\"v\":1,\"a\":\"approve\"}"`
	for name, c := range map[string]struct {
		body   string
		status int
	}{
		"view_null":            {`{"type":"view_submission","api_app_id":"A0SIGNOFF","user":{"id":"UDANA"},"view":null}`, 200},
		"view_text":            {`{"type":"view_submission","user":{"id":"UDANA"},"view":"V1"}`, 400},
		"form_of_another_app":  {with(filled, `signoff:answer`, `deploy:answer`), 200},
		"callback_number":      {with(filled, `"signoff:answer"`, `1`), 400},
		"review_submitted":     {with(filled, `signoff:answer`, `signoff:review`), 200},
		"metadata_empty":       {with(filled, meta, `""`), 200},
		"metadata_null":        {with(filled, meta, `null`), 200},
		"metadata_object":      {with(filled, meta, `{"r":"01JD.2"}`), 400},
		"metadata_array":       {with(filled, meta, `"[]"`), 200},
		"metadata_no_json":     {with(filled, meta, `"01JD.2"`), 200},
		"metadata_null_ids":    {with(filled, meta, `"{\"r\":null,\"v\":1,\"a\":\"approve\"}"`), 200},
		"metadata_no_action":   {with(filled, meta, `"{\"r\":\"01JD.2\",\"v\":1}"`), 200},
		"metadata_version":     {with(filled, meta, `"{\"r\":\"01JD.2\",\"v\":-1,\"a\":\"approve\"}"`), 200},
		"metadata_version_txt": {with(filled, meta, `"{\"r\":\"01JD.2\",\"v\":\"1\",\"a\":\"approve\"}"`), 200},
		"sheet_of_a_card":      {with(filled, `signoff:answer`, `signoff:sheet`), 200},
		"sheet_no_subject":     {with(with(filled, `signoff:answer`, `signoff:sheet`), meta, `"{\"s\":\"\"}"`), 200},
		"sheet_null_subject":   {with(with(filled, `signoff:answer`, `signoff:sheet`), meta, `"{\"s\":null}"`), 200},
		"sheet_number_subject": {with(with(filled, `signoff:answer`, `signoff:sheet`), meta, `"{\"s\":7}"`), 200},
		"state_array":          {with(filled, `{"values":{"f:x":{"value":{"type":"plain_text_input","value":"a"}}}}`, `[]`), 400},
		"values_array":         {with(filled, `{"f:x":{"value":{"type":"plain_text_input","value":"a"}}}`, `[]`), 400},
		"value_number":         {with(filled, `"value":"a"`, `"value":7`), 400},
		"blocks_object":        {with(filled, `[{"type":"input","block_id":"f:x"}]`, `{}`), 400},
		"other_app_id":         {with(filled, `A0SIGNOFF`, `A0OTHER`), 200},
		"nobody":               {with(filled, `"UDANA"`, `""`), 200},
		"closed":               {with(filled, `view_submission`, `view_closed`), 200},
	} {
		all["form/"+name] = attack{"interactive", c.body, c.status}
	}
	return all
}

// asksFor are searches and shortcuts that are not ours.
func asksFor() map[string]attack {
	all := map[string]attack{}
	for name, c := range map[string]struct {
		body   string
		status int
	}{
		"search_no_view":       {`{"type":"block_suggestion","api_app_id":"A0SIGNOFF","user":{"id":"UDANA"},"block_id":"f:x","value":"a"}`, 200},
		"search_other_form":    {with(searched, `signoff:sheet`, `other`), 200},
		"search_other_block":   {with(searched, `"f:x"`, `"x"`), 200},
		"search_no_subject":    {with(searched, `{\"s\":\"new\"}`, `{}`), 200},
		"search_no_request":    {with(searched, `signoff:sheet`, `signoff:answer`), 200},
		"search_value_number":  {with(searched, `"value":"a"`, `"value":1`), 400},
		"search_nobody":        {with(searched, `"UDANA"`, `""`), 200},
		"search_other_app_id":  {with(searched, `A0SIGNOFF`, `A0OTHER`), 200},
		"shortcut_unknown":     {with(picked, `signoff.new`, `signoff.all`), 200},
		"shortcut_nothing":     {with(picked, `"signoff.new"`, `null`), 200},
		"shortcut_number":      {with(picked, `"signoff.new"`, `1`), 400},
		"shortcut_nobody":      {with(picked, `"UDANA"`, `null`), 200},
		"shortcut_other_app":   {with(picked, `A0SIGNOFF`, `A0OTHER`), 200},
		"message_unknown":      {with(with(picked, `"shortcut"`, `"message_action"`), `signoff.new`, `other`), 200},
		"message_text_an_list": {with(with(picked, `"shortcut"`, `"message_action"`), `"trigger_id"`, `"message":{"text":[]},"trigger_id"`), 400},
	} {
		all["menu/"+name] = attack{"interactive", c.body, c.status}
	}
	return all
}

// commanded are commands that nobody typed.
func commanded() map[string]attack {
	all := map[string]attack{}
	for name, body := range map[string]string{
		"no_command":      with(typed, `"command":"/signoff",`, ``),
		"no_slash":        with(typed, `/signoff`, `signoff`),
		"only_a_slash":    with(typed, `/signoff`, `/`),
		"long_command":    with(typed, `/signoff`, `/`+strings.Repeat("s", 100)),
		"nobody":          with(typed, `UDANA`, ``),
		"much_text":       with(typed, `approve X`, strings.Repeat("approve X ", 2000)),
		"other_app":       with(typed, `A0SIGNOFF`, `A0OTHER`),
		"certificate":     with(typed, `"command"`, `"ssl_check":"1","command"`),
		"certificate_two": with(typed, `"command":"/signoff",`, `"ssl_check":"2",`),
	} {
		status := 400
		if name == "other_app" || name == "certificate" {
			status = 200
		}
		all["command/"+name] = attack{"slash_commands", body, status}
	}
	return all
}

// announced are events that are none.
func announced() map[string]attack {
	all := map[string]attack{}
	for name, c := range map[string]struct {
		body   string
		status int
	}{
		"null":           {`null`, 200},
		"array":          {`[]`, 400},
		"cut_off":        {told[:len(told)-1], 400},
		"no_type":        {with(told, `"event_callback"`, `""`), 200},
		"type_number":    {with(told, `"event_callback"`, `1`), 400},
		"event_null":     {with(told, `{"type":"app_uninstalled"}`, `null`), 200},
		"event_text":     {with(told, `{"type":"app_uninstalled"}`, `"app_uninstalled"`), 400},
		"event_array":    {with(told, `{"type":"app_uninstalled"}`, `[]`), 400},
		"event_missing":  {with(told, `"event_time":1,"event":{"type":"app_uninstalled"}`, `"event_time":1`), 400},
		"time_text":      {with(told, `"event_time":1`, `"event_time":"1"`), 400},
		"id_null":        {with(told, `"Ev1"`, `null`), 200},
		"id_number":      {with(told, `"Ev1"`, `1`), 400},
		"user_text":      {with(told, `{"type":"app_uninstalled"}`, `{"type":"user_change","user":"UDANA"}`), 400},
		"tokens_array":   {with(told, `{"type":"app_uninstalled"}`, `{"type":"tokens_revoked","tokens":[]}`), 400},
		"challenge_huge": {`{"type":"url_verification","challenge":"` + strings.Repeat("x", 2000) + `"}`, 400},
		"challenge_list": {`{"type":"url_verification","challenge":[]}`, 400},
		"other_app":      {with(told, `A0SIGNOFF`, `A0OTHER`), 200},
		"unknown":        {with(told, `app_uninstalled`, `app_exploded`), 200},
	} {
		all["event/"+name] = attack{"events_api", c.body, c.status}
	}
	return all
}
