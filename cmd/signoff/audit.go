package main

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"signoff/adapters/api"
	"signoff/engine/audit"
)

func (p *program) auditCommand() *cobra.Command {
	var r remote
	var from uint64
	var n int
	cmd := &cobra.Command{
		Use:   "audit",
		Short: "Print the audit log; with --json as JSON Lines that verify offline",
		Args:  wantArgs(0, 0, "no argument"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if n < 0 {
				return usagef("--n %d is less than nothing", n)
			}
			client, err := p.client(r)
			if err != nil {
				return err
			}
			return p.printAudit(cmd.Context(), client, from, n)
		},
	}
	r.flags(cmd)
	cmd.Flags().Uint64Var(&from, "from", 1, "the first line")
	cmd.Flags().IntVar(&n, "n", 0, "at most so many lines (default: all)")
	cmd.AddCommand(p.verifyCommand())
	return cmd
}

func (p *program) printAudit(ctx context.Context, client *api.Client, from uint64, n int) error {
	log, err := client.Audit(ctx, from, n)
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }() // it was only read
	enc := json.NewEncoder(p.Stdout)
	enc.SetEscapeHTML(false)
	for l, err := range log.Lines() {
		if err != nil {
			return err
		}
		if p.json {
			if err := enc.Encode(l); err != nil {
				return err
			}
			continue
		}
		p.say("%s", auditLine(l))
	}
	return nil
}

func (p *program) verifyCommand() *cobra.Command {
	var r remote
	var head string
	cmd := &cobra.Command{
		Use:   "verify [FILE]",
		Short: "Verify the audit log of the server, or one that was saved with: signoff audit --json",
		Long: "Verify the chain of the audit log and name the first line that is wrong.\n" +
			"A cut-off end is found only against a head that was noted before: --head SEQ:HASH.",
		Args: wantArgs(0, 1, "at most one file"),
		RunE: func(cmd *cobra.Command, args []string) error {
			want, err := parseHead(head)
			if err != nil {
				return err
			}
			if len(args) == 1 {
				return p.verifyFile(args[0], want)
			}
			client, err := p.client(r)
			if err != nil {
				return err
			}
			return p.verifyServer(cmd.Context(), client, want)
		},
	}
	r.flags(cmd)
	cmd.Flags().StringVar(&head, "head", "", "a head that was noted before, as SEQ:HASH")
	return cmd
}

func (p *program) verifyFile(name string, want audit.Head) error {
	in := p.Stdin
	if name != "-" {
		f, err := os.Open(name)
		if errors.Is(err, fs.ErrNotExist) {
			return usagef("there is no file %s", name)
		}
		if err != nil {
			return fmt.Errorf("verify the audit log: %w", err)
		}
		defer func() { _ = f.Close() }() // it was only read
		in = f
	}
	return p.verify(api.ReadLines(in), want)
}

func (p *program) verifyServer(ctx context.Context, client *api.Client, want audit.Head) error {
	log, err := client.Audit(ctx, 1, 0)
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }() // it was only read
	if want == (audit.Head{}) {
		want = log.Head
	}
	return p.verify(log.Lines(), want)
}

// verify says where the chain ends, or what is wrong with it.
func (p *program) verify(lines iter.Seq2[audit.Line, error], want audit.Head) error {
	head, err := audit.Verify(lines, audit.Head{}, want)
	if err != nil {
		return fmt.Errorf("the audit log does not verify: %w", err)
	}
	if p.json {
		return p.writeJSON(map[string]any{"lines": head.Seq, "head": headText(head)})
	}
	p.say("%s verified; the head is %s", count(int(head.Seq), "line"), headText(head)) //nolint:gosec // a log has fewer lines than an int holds
	return nil
}

func headText(h audit.Head) string { return fmt.Sprintf("%d:%s", h.Seq, h.Hash) }

// parseHead reads what headText writes; nothing is the zero head.
func parseHead(text string) (audit.Head, error) {
	if text == "" {
		return audit.Head{}, nil
	}
	number, sum, _ := strings.Cut(text, ":")
	seq, err := strconv.ParseUint(number, 10, 64)
	raw, badHex := hex.DecodeString(sum)
	if err != nil || badHex != nil || len(raw) != len(audit.Hash{}) {
		return audit.Head{}, usagef("--head %s is not of the form SEQ:HASH", text)
	}
	return audit.Head{Seq: seq, Hash: audit.Hash(raw)}, nil
}
