package audit

import (
	"fmt"
	"strconv"
)

// Canonical writes a record as the JSON that is hashed: fields in the order of
// [Record], keys of maps sorted, the time in UTC, nothing escaped for HTML, no
// white space. Equal records give equal bytes.
//
// It fails for data that JSON cannot say, such as a NaN or a channel.
func Canonical(r Record) ([]byte, error) {
	w := writer{out: make([]byte, 0, 512)}
	w.record(&r)
	if w.err != nil {
		return nil, fmt.Errorf("write the audit record %s: %w", r.Event, w.err)
	}
	return w.out, nil
}

// record writes what encoding/json writes by the tags of [Record], without its
// reflection: lines are the greater part of a commit.
func (w *writer) record(r *Record) {
	w.raw(`{"at":"`)
	w.time(r.At)
	w.raw(`","event":`)
	w.text(string(r.Event))
	w.field(`,"namespace":`, r.Namespace)
	w.field(`,"flow":`, r.Flow)
	if r.Revision != 0 {
		w.raw(`,"revision":`)
		w.out = strconv.AppendInt(w.out, int64(r.Revision), 10)
	}
	w.field(`,"execution":`, r.Execution)
	w.field(`,"task":`, r.Task)
	w.field(`,"taskRun":`, r.TaskRun)
	if r.Actor != (Actor{}) {
		w.actor(&r.Actor)
	}
	if len(r.Data) > 0 {
		w.raw(`,"data":`)
		w.table(r.Data)
	}
	w.raw(`}`)
}

func (w *writer) actor(a *Actor) {
	w.raw(`,"actor":{`)
	start := len(w.out)
	w.field(`,"person":`, a.Person)
	w.field(`,"name":`, a.Name)
	w.field(`,"account":`, a.Account)
	w.field(`,"via":`, a.Via)
	w.out = append(w.out[:start], w.out[start+1:]...) // the first comma; an empty actor is not written
	w.raw(`}`)
}

// field writes a field that is left out when it is empty.
func (w *writer) field(name, value string) {
	if value == "" {
		return
	}
	w.raw(name)
	w.text(value)
}
