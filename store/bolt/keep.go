package bolt

import (
	"time"

	"go.etcd.io/bbolt"

	"signoff/store"
	"signoff/store/internal/plan"
)

// applyKept sets the plan's values and triggers.
func (b *batch) applyKept(p *plan.Plan) error {
	if len(p.Values) > 0 {
		if err := b.sweep(); err != nil {
			return err
		}
	}
	for _, v := range p.Values {
		if err := b.setValue(v); err != nil {
			return err
		}
	}
	for _, t := range p.Triggers {
		if err := put(b.tx.Bucket(bucketTriggers), t.Key, t.Record, &b.state.triggers); err != nil {
			return err
		}
	}
	return nil
}

func (b *batch) setValue(v plan.Value) error {
	if _, had := b.s.ends[v.Key]; had || !v.Expires.IsZero() || b.ends != nil {
		b.setEnd(v.Key, v.Expires)
	}
	return put(b.tx.Bucket(bucketKV), v.Key, v.Record, &b.state.values)
}

// put puts a record under a key, or, if it is nil, takes away what stands there,
// and keeps count.
func put(bucket *bbolt.Bucket, key string, rec []byte, count *uint64) error {
	there := bucket.Get([]byte(key)) != nil
	switch {
	case rec != nil:
		if !there {
			*count++
		}
		return bucket.Put([]byte(key), rec)
	case there:
		*count--
		return bucket.Delete([]byte(key))
	}
	return nil
}

// sweep removes values that have expired, once in a batch. Nobody sees them any
// more; they go when the folder is written anyway.
func (b *batch) sweep() error {
	if b.swept {
		return nil
	}
	b.swept = true
	for key, end := range b.s.ends {
		if !(store.Entry{Expires: end}).Expired(b.now) {
			continue
		}
		if err := put(b.tx.Bucket(bucketKV), key, nil, &b.state.values); err != nil {
			return err
		}
		b.setEnd(key, time.Time{})
	}
	return nil
}

func (b *batch) setEnd(key string, end time.Time) {
	if b.ends == nil {
		b.ends = make(map[string]time.Time)
	}
	b.ends[key] = end
}

// applyEnds makes the ends of the batch's values those of the store.
func (b *batch) applyEnds() {
	for key, end := range b.ends {
		if end.IsZero() {
			delete(b.s.ends, key)
		} else {
			b.s.ends[key] = end
		}
	}
}
