package flow

import (
	"slices"

	"signoff/engine/expr"
)

// fixedNames are what stands below a root that is the same in every flow; nil
// below one where that depends on the flow, its trigger or the configuration.
func fixedNames(root string) []string {
	switch root {
	case "flow":
		return []string{"id", "namespace", "revision", "tenantId"}
	case "execution":
		return []string{"id", "state", "startDate", "endDate", "originalId", "outputs"}
	case "task":
		return []string{"id", "type"}
	case "taskrun":
		return []string{"id", "startDate", "attemptsCount", "parentId", "value", "iteration"}
	}
	return nil
}

// checkFixed checks what is read of a root that is the same in every flow.
func (p *parser) checkFixed(u use, ref expr.Ref) {
	root, name := ref.Path[0], ref.Path[1]
	if known := fixedNames(root); known != nil && !slices.Contains(known, name) {
		p.absent(u, ref, ruleUnknownRoot, "%s has no %s%s", quote(root), quote(name), orKnown(name, known))
	}
}
