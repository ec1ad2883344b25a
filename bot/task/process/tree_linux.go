package process

import (
	"bytes"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// descendants lists the processes below one, those that have ended and wait to
// be reaped left out.
func descendants(of int) []int {
	below := map[int][]int{}
	proc, err := os.Open("/proc")
	if err != nil {
		return nil
	}
	defer proc.Close() //nolint:errcheck // only read
	names, err := proc.Readdirnames(-1)
	if err != nil && len(names) == 0 {
		return nil
	}
	for _, name := range names {
		pid, err := strconv.Atoi(name)
		if err != nil {
			continue
		}
		if parent, alive := parentOf(name); alive {
			below[parent] = append(below[parent], pid)
		}
	}
	var out []int
	for next := []int{of}; len(next) > 0; next = next[1:] {
		out = append(out, below[next[0]]...)
		next = append(next, below[next[0]]...)
	}
	return out
}

// parentOf reads the parent of a process, and whether it still does something.
func parentOf(pid string) (parent int, alive bool) {
	fields := statOf(pid)
	if len(fields) <= statThreads {
		return 0, false
	}
	// A process whose first thread has ended looks dead while the others run.
	if bytes.ContainsAny(fields[statState], "ZX") && number(fields[statThreads]) <= 1 {
		return 0, false
	}
	return number(fields[statParent]), true
}

// The places of fields behind the name of a process.
const (
	statState   = 0
	statParent  = 1
	statThreads = 17
)

// statOf reads the fields of "pid (name) state ppid …" behind the name, which may
// hold anything.
func statOf(pid string) [][]byte {
	b, err := os.ReadFile("/proc/" + pid + "/stat") //nolint:gosec // a number from the listing of /proc
	if err != nil {
		return nil
	}
	return bytes.Fields(b[bytes.LastIndexByte(b, ')')+1:])
}

func number(b []byte) int {
	n, err := strconv.Atoi(string(b))
	if err != nil {
		return 0
	}
	return n
}

// threadsOf counts the threads of a user, which is what the kernel bounds.
func threadsOf(uid int) int {
	names, _ := os.ReadDir("/proc")
	sum := 0
	for _, d := range names {
		info, err := d.Info()
		if err != nil || strings.Trim(d.Name(), "0123456789") != "" {
			continue
		}
		if st, ok := info.Sys().(*syscall.Stat_t); !ok || int(st.Uid) != uid {
			continue
		}
		if fields := statOf(d.Name()); len(fields) > statThreads {
			sum += number(fields[statThreads])
		}
	}
	return sum
}

// taskCount is how many threads there are in the system; 0 if unknown.
func taskCount() int {
	b, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return 0
	}
	_, after, _ := bytes.Cut(b, []byte("/"))
	count, _, _ := bytes.Cut(after, []byte(" "))
	return number(count)
}
