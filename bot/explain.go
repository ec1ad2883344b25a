package bot

import (
	"context"

	"signoff/engine"
	"signoff/engine/approval"
)

// Explain says of a request who can answer it now, who cannot and why not, what
// is missing and what happens when nobody answers. With as, a name or mail
// address, it answers "can I?" for that person. A request that the caller may
// not see is refused as if it were not there.
func (b *Bot) Explain(ctx context.Context, request, as string, by engine.Principal) (approval.Explanation, error) {
	a, err := b.find(ctx, request)
	if err != nil {
		return approval.Explanation{}, err
	}
	if !b.seesRequest(ctx, a, by) {
		return approval.Explanation{}, noRequest()
	}
	var who approval.PersonID
	if as != "" {
		var known bool
		if who, known = b.People.Called(as); !known {
			return approval.Explanation{}, refuse(engine.BadInput, "signoff does not know %.80q. Name somebody by mail address or by their name in the directory.", as)
		}
	}
	rev, err := b.revision(ctx, a.x.Flow)
	if err != nil {
		return approval.Explanation{}, err
	}
	b.knowAway(ctx, &a.x)
	facts, err := b.facts(ctx, rev)
	if err != nil {
		return approval.Explanation{}, err
	}
	e, ok := engine.Explain(rev.flow, a.x, a.run.ID, facts, who)
	if !ok {
		return approval.Explanation{}, noRequest()
	}
	return e, nil
}
