package api_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"signoff/adapters"
	"signoff/adapters/api"
)

func somePeople() api.PeopleList {
	return api.PeopleList{
		People: []api.PersonInfo{{ID: "kim", Name: "Kim", Links: []api.LinkInfo{{
			LinkBody: api.LinkBody{Surface: "slack", Tenant: "T1", Account: "U1"},
			Method:   "mail", At: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC), Mail: "kim@corp.example",
		}}}},
		Problems: []string{"group:ops: the Slack user group S1 could not be read"},
	}
}

func (p *product) People(_ context.Context, by adapters.Account) (api.PeopleList, error) {
	p.read(by)
	return somePeople(), p.err
}

func (p *product) LinkPerson(_ context.Context, r api.LinkRequest) error {
	p.ask(r)
	return p.err
}

func (p *product) UnlinkPerson(_ context.Context, r api.LinkRequest) error {
	p.ask(r)
	return p.err
}

// TestPeople: who calls, whom they mean and which account arrive as they were
// sent, and the answer is everybody as they are by then.
func TestPeople(t *testing.T) {
	t.Parallel()
	p := newProduct()
	c := client(t, serve(t, p, false), danaToken)
	link := api.LinkBody{Surface: "slack", Tenant: "T1", Account: "U1"}
	for name, call := range map[string]func() (api.PeopleList, error){
		"list":   func() (api.PeopleList, error) { return c.People(t.Context()) },
		"link":   func() (api.PeopleList, error) { return c.LinkPerson(t.Context(), "kim@corp.example", link) },
		"unlink": func() (api.PeopleList, error) { return c.UnlinkPerson(t.Context(), "a/b c", "slack") },
	} {
		got, err := call()
		if diff := cmp.Diff(somePeople(), got); diff != "" || err != nil {
			t.Errorf("%s: %v (-want +got):\n%s", name, err, diff)
		}
	}
	dana := adapters.Account{Surface: "api", Tenant: "dana's token", ID: "dana@example.com", Name: "dana's token"}
	want := []any{
		api.LinkRequest{By: dana, Person: "a/b c", Body: api.LinkBody{Surface: "slack"}},
		api.LinkRequest{By: dana, Person: "kim@corp.example", Body: link},
	}
	byPerson := cmpopts.SortSlices(func(a, b any) bool { return fmt.Sprint(a) < fmt.Sprint(b) })
	if diff := cmp.Diff(want, p.flows.asked, byPerson); diff != "" {
		t.Errorf("asked (-want +got):\n%s", diff)
	}
	if status, _ := send(t, request(t, http.MethodPut, serve(t, p, false)+"/api/v1/people/kim/link", danaToken, `{"surface":"slack","id":"U1"}`)); status != http.StatusBadRequest {
		t.Errorf("an unknown key is answered %d", status)
	}
}
