package due

// pieceHeap implements heap.Interface and lets each piece know its place.
type pieceHeap struct {
	list   []*piece
	before func(a, b *piece) bool
}

func (h *pieceHeap) Len() int           { return len(h.list) }
func (h *pieceHeap) Less(i, j int) bool { return h.before(h.list[i], h.list[j]) }

func (h *pieceHeap) Swap(i, j int) {
	h.list[i], h.list[j] = h.list[j], h.list[i]
	h.list[i].index, h.list[j].index = i, j
}

// Push adds x, which must be a *piece.
func (h *pieceHeap) Push(x any) {
	p := x.(*piece) //nolint:forcetypeassert,errcheck // container/heap passes on what this package pushed
	p.index = len(h.list)
	h.list = append(h.list, p)
}

// Pop takes the last piece away.
func (h *pieceHeap) Pop() any {
	last := len(h.list) - 1
	p := h.list[last]
	h.list[last] = nil
	h.list = h.list[:last]
	return p
}
