package api

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"signoff/adapters"
	"signoff/engine/access"
)

// People is what the API needs to say and mend which account is whose.
type People interface {
	People(ctx context.Context, by adapters.Account) (PeopleList, error)
	// LinkPerson says that an account is a person's, in place of the one before.
	LinkPerson(ctx context.Context, r LinkRequest) error
	// UnlinkPerson breaks a person's links on a surface, if there are any.
	UnlinkPerson(ctx context.Context, r LinkRequest) error
}

// LinkRequest names a person and an account, or only a surface.
type LinkRequest struct {
	By     adapters.Account
	Person string
	Body   LinkBody
}

// LinkBody is the body of PUT /people/{person}/link.
type LinkBody struct {
	Surface string `json:"surface"`
	Tenant  string `json:"tenant"`
	Account string `json:"account"`
}

// PeopleList is everybody whom signoff knows, and what should be mended.
type PeopleList struct {
	People []PersonInfo `json:"people"`
	// Problems are groups that cannot be read, members whom nobody knows, and
	// statuses by which nobody stands in though they name somebody.
	Problems []string `json:"problems,omitempty"`
}

// PersonInfo is a person and the accounts that were linked to them.
type PersonInfo struct {
	ID       string     `json:"id"`
	Name     string     `json:"name"`
	Inactive bool       `json:"inactive,omitempty"`
	Manager  string     `json:"manager,omitempty"`
	Links    []LinkInfo `json:"links,omitempty"`
}

// LinkInfo is an account that became a person's.
type LinkInfo struct {
	LinkBody

	// Method is "mail" or "administrator".
	Method string    `json:"method"`
	At     time.Time `json:"at"`
	Mail   string    `json:"mail,omitempty"`
	By     string    `json:"by,omitempty"`
}

// people adds the routes about people.
func (s *server) people(t *table) {
	t.add("GET "+Prefix+"/people", s.known(s.listPeople), access.ManagePeople)
	t.add("PUT "+Prefix+"/people/{person}/link", s.known(s.linkPerson), access.ManagePeople)
	t.add("DELETE "+Prefix+"/people/{person}/link", s.known(s.unlinkPerson), access.ManagePeople)
}

func (s *server) listPeople(w http.ResponseWriter, r *http.Request, t Token) {
	s.peopleNow(w, r, t, nil)
}

func (s *server) linkPerson(w http.ResponseWriter, r *http.Request, t Token) {
	o := LinkRequest{By: t.account(), Person: r.PathValue("person")}
	_, err := decode(w, r, &o.Body)
	if err == nil {
		err = s.Service.LinkPerson(r.Context(), o)
	}
	s.peopleNow(w, r, t, err)
}

func (s *server) unlinkPerson(w http.ResponseWriter, r *http.Request, t Token) {
	o := LinkRequest{By: t.account(), Person: r.PathValue("person"), Body: LinkBody{Surface: r.URL.Query().Get("surface")}}
	s.peopleNow(w, r, t, s.Service.UnlinkPerson(r.Context(), o))
}

// peopleNow answers with everybody as they are by now.
func (s *server) peopleNow(w http.ResponseWriter, r *http.Request, t Token, err error) {
	var list PeopleList
	if err == nil {
		list, err = s.Service.People(r.Context(), t.account())
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.write(w, http.StatusOK, list)
}

// People lists everybody whom the server knows.
func (c *Client) People(ctx context.Context) (PeopleList, error) {
	var out PeopleList
	err := c.call(ctx, ask{method: http.MethodGet, path: "/people"}, &out)
	return out, err
}

// LinkPerson says that an account is a person's.
func (c *Client) LinkPerson(ctx context.Context, person string, b LinkBody) (PeopleList, error) {
	var out PeopleList
	err := c.call(ctx, ask{method: http.MethodPut, path: "/people/" + url.PathEscape(person) + "/link", body: b}, &out)
	return out, err
}

// UnlinkPerson breaks the links of a person on a surface.
func (c *Client) UnlinkPerson(ctx context.Context, person, surface string) (PeopleList, error) {
	a := ask{method: http.MethodDelete, path: "/people/" + url.PathEscape(person) + "/link", query: url.Values{"surface": {surface}}}
	var out PeopleList
	err := c.call(ctx, a, &out)
	return out, err
}
