package engine

// ledger is the work that a step owes and takes back.
type ledger struct {
	effects []Effect
	at      map[EffectKey]int // where an effect stands, counted from 1
	drops   []EffectKey
	dropped map[EffectKey]bool
}

// put owes work. What was owed under the same key is replaced.
func (l *ledger) put(e Effect) {
	l.forget(e.Key)
	l.effects = append(l.effects, e)
	if l.at == nil {
		l.at = map[EffectKey]int{}
	}
	l.at[e.Key] = len(l.effects)
	delete(l.dropped, e.Key)
}

// drop takes back work that is no longer owed, whether by this step or by an
// earlier one.
func (l *ledger) drop(key EffectKey) {
	l.forget(key)
	if l.dropped == nil {
		l.dropped = map[EffectKey]bool{}
	}
	if _, known := l.dropped[key]; !known {
		l.drops = append(l.drops, key)
	}
	l.dropped[key] = true
}

func (l *ledger) forget(key EffectKey) {
	if i := l.at[key]; i > 0 {
		l.effects[i-1].Work = nil
		delete(l.at, key)
	}
}

// done is what remains, in the order in which it was asked for.
func (l *ledger) done() (effects []Effect, drops []EffectKey) {
	for _, e := range l.effects {
		if e.Work != nil {
			effects = append(effects, e)
		}
	}
	seen := map[EffectKey]bool{}
	for _, key := range l.drops {
		if l.dropped[key] && !seen[key] {
			seen[key] = true
			drops = append(drops, key)
		}
	}
	return effects, drops
}

// put owes work under a key, at once unless it is due later.
func (m *machine) put(key EffectKey, e Effect) {
	e.Execution, e.Key = m.next.ID, key
	if e.Due.IsZero() {
		e.Due = m.facts.Now
	}
	m.owed.put(e)
}

func (m *machine) drop(key EffectKey) { m.owed.drop(key) }
