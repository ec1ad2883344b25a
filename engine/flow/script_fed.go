package flow

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// fed says that the place is in what a program is given to read which takes it
// for its own text: a here-document of a shell, or what is piped into one.
func (w *shellWalk) fed() string {
	for i, n := range w.stack {
		switch n := n.(type) {
		case *syntax.Stmt:
			if i+1 < len(w.stack) {
				if _, ok := w.stack[i+1].(*syntax.Redirect); ok {
					if why := runsInput(n); why != "" {
						return why
					}
				}
			}
		case *syntax.BinaryCmd:
			piped := n.Op == syntax.Pipe || n.Op == syntax.PipeAll
			if piped && i+1 < len(w.stack) && w.stack[i+1] == syntax.Node(n.X) {
				if why := runsInput(n.Y); why != "" {
					return why
				}
			}
		}
	}
	return ""
}

// runsInput says that a command runs what it reads.
func runsInput(s *syntax.Stmt) string {
	call, ok := s.Cmd.(*syntax.CallExpr)
	if !ok {
		return ""
	}
	words := make([]string, len(call.Args))
	for i, a := range call.Args {
		words[i] = a.Lit()
	}
	for i, word := range words {
		name := word[strings.LastIndexByte(word, '/')+1:]
		if readsProgram(name, words[i+1:]) {
			return quote(name) + " would run the value as a program"
		}
	}
	return ""
}

// readsProgram reports whether a command with these arguments reads its program
// from its standard input.
func readsProgram(command string, args []string) bool {
	flags := ""
	switch command {
	case "sh", "bash", "dash", "ash", "ksh", "mksh", "zsh", "rbash", "fish", "python", "python2", "python3":
		flags = "c"
	case "node", "nodejs", "bun":
		flags = "ep"
	case "perl", "ruby", "lua":
		flags = "eE"
	case "php":
		flags = "rf"
	case "ssh":
		operands, _ := operandsOf(args, "BbcDEeFIiJLlmOoPpQRSWw")
		return operands == 1
	default:
		return false
	}
	given := func(arg string) bool { // the program itself, or the file that it is in
		return arg == "" || arg[0] != '-' || len(arg) > 1 && arg[1] != '-' && strings.ContainsAny(arg, flags)
	}
	return slices.Contains(args, "-s") || !slices.ContainsFunc(args, given)
}
