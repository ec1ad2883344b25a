package audit

import "fmt"

// FaultKind says what is wrong with a log.
type FaultKind string

// The kinds of fault.
const (
	// Changed: the line is not the one that was written, or the line before it
	// was rewritten together with its hash. The hashes alone cannot tell these
	// two apart.
	Changed FaultKind = "changed"
	// Removed: the line is missing, and perhaps more after it.
	Removed FaultKind = "removed"
	// Inserted: the line does not belong where it stands.
	Inserted FaultKind = "inserted"
	// Reordered: the line belongs to the log and stands elsewhere in it.
	Reordered FaultKind = "reordered"
	// Cut: the log ends before the line that the known head names.
	Cut FaultKind = "cut"
	// Rewritten: the log is consistent in itself and is not the one that the
	// known head was taken from.
	Rewritten FaultKind = "rewritten"
)

// FaultError is the first thing wrong with a log. Nothing after it is certified.
type FaultError struct {
	Kind FaultKind
	// Seq names the line.
	Seq uint64
	// Want is the hash that the chain or the known head asks for, Got the one
	// that the line carries. Both are zero for a line that is not there.
	Want, Got Hash
}

// Error says what is wrong in a sentence.
func (e *FaultError) Error() string {
	switch e.Kind {
	case Changed:
		return fmt.Sprintf("line %d was changed, or line %d with its hash: the chain gives %s, the line says %s", e.Seq, e.Seq-1, e.Want, e.Got)
	case Removed:
		return fmt.Sprintf("line %d was removed", e.Seq)
	case Inserted:
		return fmt.Sprintf("a line with number %d was inserted: the chain gives %s, the line says %s", e.Seq, e.Want, e.Got)
	case Reordered:
		return fmt.Sprintf("line %d stands in the wrong place: the chain gives %s, the line there says %s", e.Seq, e.Want, e.Got)
	case Cut:
		return fmt.Sprintf("line %d and all after it were cut off", e.Seq)
	case Rewritten:
		return fmt.Sprintf("the log was rewritten: line %d had the hash %s and now has %s", e.Seq, e.Want, e.Got)
	}
	panic("audit: unknown fault " + string(e.Kind))
}
