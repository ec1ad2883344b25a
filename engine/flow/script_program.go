package flow

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// argument says why a value cannot be a word of a command: it would choose the
// program, or be read as one.
func (w *shellWalk) argument(call *syntax.CallExpr, word *syntax.Word) string {
	at := slices.Index(call.Args, word)
	if at == 0 {
		return "a value cannot be the command itself"
	}
	words := make([]string, len(call.Args))
	for i, a := range call.Args {
		words[i] = a.Lit()
	}
	first := words[0]
	if at > 1 && slices.Contains([]string{"builtin", "command", "exec"}, first) {
		first = words[1]
	}
	if slices.Contains([]string{"eval", "trap", "source", "."}, first) {
		return quote(first) + " would run the value as a program"
	}
	for i := range at {
		if runs := programs(words[i][strings.LastIndexByte(words[i], '/')+1:]); runs != nil && runs(words[i+1:at]) {
			return quote(words[i]) + " would run the value as a program"
		}
	}
	return ""
}

// programs returns, for a command that runs an argument as a program, what
// tells from the words between the two that the next one is it; else nil.
func programs(command string) func(between []string) bool {
	switch command {
	case "sh", "bash", "dash", "ash", "ksh", "mksh", "zsh", "rbash", "fish", "su", "runuser", "script":
		return afterFlag("c")
	case "python", "python2", "python3":
		return afterFlag("c")
	case "node", "nodejs", "bun":
		return afterFlag("ep", "--eval", "--print")
	case "deno":
		return func(between []string) bool { return len(between) > 0 && between[len(between)-1] == "eval" }
	case "perl", "ruby", "lua":
		return afterFlag("eE")
	case "php":
		return afterFlag("rBRE")
	case "awk", "gawk", "mawk", "nawk":
		return firstOperand("Ffv")
	case "sed":
		return sedScript
	case "ssh":
		return remote
	}
	return nil
}

// afterFlag: the program follows a flag, one of the letters or the long ones.
func afterFlag(letters string, long ...string) func([]string) bool {
	return func(between []string) bool {
		if n := len(between); n > 1 && between[n-1] == "--" { // the flags end
			between = between[:n-1]
		}
		if len(between) == 0 {
			return false
		}
		last := between[len(between)-1]
		short := strings.HasPrefix(last, "-") && !strings.HasPrefix(last, "--") && strings.ContainsAny(last, letters)
		return short || slices.Contains(long, last)
	}
}

// firstOperand: the program is the first word that is neither a flag nor the
// argument of one. A word that cannot be read may be either.
func firstOperand(withArgument string) func([]string) bool {
	return func(between []string) bool {
		operands, flag := operandsOf(between, withArgument)
		return operands == 0 && !flag
	}
}

// sedScript: the program is the first operand, or follows -e.
func sedScript(between []string) bool {
	return afterFlag("e", "--expression")(between) || firstOperand("fl")(between)
}

// remote: everything behind the host is read by the shell there.
func remote(between []string) bool {
	operands, flag := operandsOf(between, "BbcDEeFIiJLlmOoPpQRSWw")
	return operands > 0 && !flag
}

// operandsOf counts operands, and tells whether the next word belongs to a flag.
func operandsOf(words []string, withArgument string) (operands int, flag bool) {
	for _, w := range words {
		switch {
		case flag:
			flag = false
		case len(w) == 2 && w[0] == '-' && strings.Contains(withArgument, w[1:]):
			flag = true
		case w == "" || w[0] != '-':
			operands++
		}
	}
	return operands, flag
}
