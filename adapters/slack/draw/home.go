package draw

import (
	"fmt"
	"strconv"

	slackapi "github.com/slack-go/slack"

	"signoff/adapters"
	"signoff/adapters/slack/wire"
)

// How much of each list a page shows; two blocks an item. With headers, buttons
// and footer the page stays under 90 of Slack's 100 blocks.
const (
	maxWaiting = 15
	maxMine    = 8
	maxDecided = 5
)

// Home draws a person's page: what waits for them, the most urgent first, what
// they asked for, and what they decided. Its buttons open; none decides.
func Home(in adapters.Inbox) slackapi.HomeTabViewRequest {
	d := drawing{}
	if in.Refused != "" {
		d.title("signoff")
		d.section("refused", d.fit(clean(in.Refused), MaxSectionText))
		return d.page(in)
	}
	d.waiting(in)
	d.homeActions()
	if in.Away != "" {
		d.context("away", "🌴 "+oneLine(in.Away))
	}
	d.list(headMine, in.Mine, maxMine)
	d.list(headDecided, in.Decided, maxDecided)
	return d.page(in)
}

func (d *drawing) title(text string) {
	d.add(slackapi.NewHeaderBlock(plainText(short(text, MaxHeader, "")), slackapi.HeaderBlockOptionBlockID(d.id("head"))))
}

func (d *drawing) waiting(in adapters.Inbox) {
	if len(in.Waiting) == 0 {
		d.title(textNothingWaits)
		return
	}
	d.title(fmt.Sprintf(headWaiting, in.Total))
	for _, i := range in.Waiting[:min(len(in.Waiting), maxWaiting)] {
		d.item(i)
	}
	d.pager(in)
}

// pager turns the page where there is more than one.
func (d *drawing) pager(in adapters.Inbox) {
	if in.Pages < 2 {
		return
	}
	var turns []slackapi.BlockElement
	turn := func(name, label string, page int) {
		if page >= 0 && page < in.Pages {
			turns = append(turns, slackapi.NewButtonBlockElement(wire.PageAction+name, strconv.Itoa(page), plainText(label)))
		}
	}
	turn("back", wordEarlier, in.Page-1)
	turn("on", wordLater, in.Page+1)
	d.add(slackapi.NewActionBlock(d.id("pages"), turns...))
	d.context("page", fmt.Sprintf("Page %d of %d", in.Page+1, in.Pages))
}

func (d *drawing) homeActions() {
	d.add(slackapi.NewActionBlock(d.id("begin"),
		NewButton(adapters.NewRequest, wordNew, 1), NewButton(adapters.NewAbsence, wordAway, 2)))
}

// list shows requests under a headline, or nothing at all.
func (d *drawing) list(headline string, items []adapters.Item, limit int) {
	if len(items) == 0 {
		return
	}
	d.add(slackapi.NewDividerBlock())
	d.title(headline)
	for _, i := range items[:min(len(items), limit)] {
		d.item(i)
	}
}

// page ends with when it was drawn.
func (d *drawing) page(in adapters.Inbox) slackapi.HomeTabViewRequest {
	if !in.Now.IsZero() {
		at := date(adapters.Fact{When: in.Now})
		d.add(slackapi.NewContextBlock(d.id("now"), markdown("Updated "+at)))
	}
	return slackapi.HomeTabViewRequest{
		Type:       slackapi.VTHomeTab,
		CallbackID: wire.HomeCallback,
		Blocks:     slackapi.Blocks{BlockSet: d.blocks},
	}
}
