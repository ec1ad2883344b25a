package bot

import (
	"sync"

	"signoff/engine/approval"
)

// roleBook keeps the directory of each namespace, with who has which role there,
// as long as the directory that they come from is the latest.
type roleBook struct {
	mu    sync.Mutex
	from  *approval.Directory            // guarded by mu
	pages map[string]*approval.Directory // by namespace; guarded by mu
}

// maxPages is how many namespaces are kept. Above it all are dropped.
const maxPages = 1000

// Directory is what the rules of a namespace know of people now: with who has a
// role in it and who may answer there. It is shared; nobody changes it.
func (b *Bot) Directory(namespace string) *approval.Directory {
	now := b.People.Directory()
	b.roles.mu.Lock()
	defer b.roles.mu.Unlock()
	if b.roles.from != now || len(b.roles.pages) >= maxPages {
		b.roles.from, b.roles.pages = now, map[string]*approval.Directory{}
	}
	d, there := b.roles.pages[namespace]
	if !there {
		page := *now
		page.Roles = b.Access.AllHolders(now, namespace)
		page.Deciders = b.Access.Deciders(now, namespace)
		d = &page
		b.roles.pages[namespace] = d
	}
	return d
}
