package slacktest

// giveIDs names the blocks and elements that the app left without a block_id or
// an action_id, as Slack does. It reports whether it had to.
func giveIDs(blocks []any, next func(prefix string) string) bool {
	var changed bool
	give := func(o object, key string) {
		if str(o, key) == "" {
			o[key] = next("auto")
			changed = true
		}
	}
	for _, b := range blocks {
		block, ok := b.(object)
		if !ok {
			continue
		}
		give(block, "block_id")
		for _, e := range interactive(block) {
			give(e, "action_id")
		}
	}
	return changed
}

// interactive are the elements of a block that a person can use.
func interactive(block object) []object {
	var all []object
	add := func(v any) {
		if e, ok := v.(object); ok && str(e, "type") != "image" {
			all = append(all, e)
		}
	}
	switch str(block, "type") {
	case "actions":
		for _, e := range list(block, "elements") {
			add(e)
		}
	case "section":
		add(block["accessory"])
	case "input":
		add(block["element"])
	}
	return all
}
