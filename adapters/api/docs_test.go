package api_test

import (
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// docs/api.md lists exactly the routes that are served and tested.
func TestRoutesAreDocumented(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/api.md")
	if err != nil {
		t.Fatal(err)
	}
	example := strings.NewReplacer("requests/{id}", "requests/x1.1", "{id}/follow", "over/follow", "{namespace}/{id}", "hr/f", "{id}", "x1", "{namespace}", "hr", "{key}", "k", "{verb}", "kill", "{trigger}", "t", "{person}", "kim")
	var documented []string
	for _, m := range regexp.MustCompile("(?m)^\\| `([A-Z]+) (/api/v1[^`]*)`").FindAllStringSubmatch(string(page), -1) {
		documented = append(documented, m[1]+" "+example.Replace(m[2]))
	}
	base := serve(t, newProduct(), false)
	for _, route := range routes {
		name := route.method + " " + route.path
		status, body := send(t, request(t, route.method, base+route.path, danaToken, route.body))
		served := status < http.StatusBadRequest
		if served != slices.Contains(documented, name) {
			t.Errorf("%s: served %t (%d %.100s), documented %t", name, served, status, body, !served)
		}
	}
	if len(documented) < 6 {
		t.Errorf("only %v are documented", documented)
	}
}
