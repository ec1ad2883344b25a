package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"signoff/adapters/api"
	"signoff/bot"
)

func (p *program) flowDiffCommand() *cobra.Command {
	return p.onFlow("diff NAMESPACE/FLOW REVISION [REVISION]", "Compare two revisions, or one with the latest",
		wantArgs(2, 3, "a flow and one or two revisions"),
		func(ctx context.Context, client *api.Client, f flowArgs) error {
			var sides [2]api.FlowRevision
			for i := range sides {
				var revision int
				var err error
				if i < len(f.more) {
					if revision, err = revisionNumber(f.more[i]); err != nil {
						return err
					}
				}
				if sides[i], err = client.Source(ctx, f.namespace, f.id, revision); err != nil {
					return err
				}
			}
			return p.showDiff(sides[0], sides[1])
		})
}

// flowDiff is what `flows diff --json` writes.
type flowDiff struct {
	Before  int    `json:"before"`
	After   int    `json:"after"`
	Added   int    `json:"added"`
	Removed int    `json:"removed"`
	Diff    string `json:"diff"`
}

func (p *program) showDiff(before, after api.FlowRevision) error {
	diff := bot.Diff([]byte(before.Source), []byte(after.Source))
	added, removed := bot.DiffStat(diff)
	var text string
	if added+removed > 0 {
		name := before.Namespace + "/" + before.ID
		text = fmt.Sprintf("--- %s revision %d\n+++ %s revision %d\n", name, before.Revision, name, after.Revision) + hunks(diff)
	}
	if p.json {
		return p.writeJSON(flowDiff{Before: before.Revision, After: after.Revision, Added: added, Removed: removed, Diff: text})
	}
	if text == "" {
		p.say("revisions %d and %d have the same source", before.Revision, after.Revision)
		return nil
	}
	for l := range strings.Lines(text) {
		p.say("%s", visible(strings.TrimSuffix(l, "\n")))
	}
	return nil
}

// around is how many equal lines are shown around those that differ.
const around = 3

// hunks writes a difference as `diff -u` does.
func hunks(diff []bot.DiffLine) string {
	var b strings.Builder
	for at := 0; at < len(diff); {
		start, end := nextHunk(diff, at)
		if start == end {
			break
		}
		writeHunk(&b, diff, start, end)
		at = end
	}
	return b.String()
}

// nextHunk finds the lines from at on that belong to one hunk: changes with no
// more than twice the lines around them in between.
func nextHunk(diff []bot.DiffLine, at int) (start, end int) {
	first := at
	for first < len(diff) && diff[first].Op == ' ' {
		first++
	}
	if first == len(diff) {
		return len(diff), len(diff)
	}
	last := first
	for i := first; i < len(diff) && i-last <= 2*around; i++ {
		if diff[i].Op != ' ' {
			last = i
		}
	}
	return max(first-around, at), min(last+around+1, len(diff))
}

func writeHunk(b *strings.Builder, diff []bot.DiffLine, start, end int) {
	var before, after int // lines up to the hunk
	for _, l := range diff[:start] {
		before, after = before+btoi(l.Op != '+'), after+btoi(l.Op != '-')
	}
	var old, now int // lines in it
	for _, l := range diff[start:end] {
		old, now = old+btoi(l.Op != '+'), now+btoi(l.Op != '-')
	}
	fmt.Fprintf(b, "@@ -%s +%s @@\n", span(before, old), span(after, now))
	for _, l := range diff[start:end] {
		fmt.Fprintf(b, "%c%s\n", l.Op, l.Text)
	}
}

// span is the place of n lines that follow so many others.
func span(before, n int) string {
	if n == 0 {
		return fmt.Sprintf("%d,0", before)
	}
	return fmt.Sprintf("%d,%d", before+1, n)
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}
