//go:build unix

package bolt

import (
	"bufio"
	"fmt"
	"os"
	"strings"
	"syscall"
)

const noFollow = syscall.O_NOFOLLOW

// lockHolder finds the process that has locked the file, in the list that Linux
// keeps. It returns 0 if it cannot be known.
func lockHolder(path string) int {
	var file syscall.Stat_t
	if err := syscall.Stat(path, &file); err != nil {
		return 0
	}
	list, err := os.Open("/proc/locks")
	if err != nil {
		return 0
	}
	defer list.Close() //nolint:errcheck // only read
	suffix := fmt.Sprintf(":%d", file.Ino)
	for lines := bufio.NewScanner(list); lines.Scan(); {
		// 1: FLOCK  ADVISORY  WRITE 4711 fd:00:131123 0 EOF
		var kind, mode, access, place string
		var number, pid int
		n, _ := fmt.Sscanf(lines.Text(), "%d: %s %s %s %d %s", &number, &kind, &mode, &access, &pid, &place)
		if n == 6 && kind == "FLOCK" && strings.HasSuffix(place, suffix) && pid > 0 {
			return pid
		}
	}
	return 0
}
