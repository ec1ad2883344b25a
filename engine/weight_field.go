package engine

import "signoff/engine/flow"

// weighField is about how many bytes a question holds that the flow computed.
func weighField(f *flow.Field) int {
	n := weigh(f.Group) + weigh(f.Label) + weigh(f.Description) + weigh(f.Default) + weigh(f.Prefill) + weigh(f.Schema)
	for _, o := range f.Values {
		n += weigh(o.Value) + weigh(o.Label)
	}
	if f.Late != nil {
		n += weigh(f.Late.Known) + weigh(f.Late.KV)
	}
	return n
}
