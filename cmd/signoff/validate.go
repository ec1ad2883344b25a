package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"signoff/cmd/signoff/config"
	"signoff/engine/flow"
	"signoff/story"
)

// checked is one flow file and what is wrong with it.
type checked struct {
	file   string
	source []byte
	flow   *flow.Flow // nil if it does not load
	faults flow.Faults
}

func (p *program) validateCommand() *cobra.Command {
	var file string
	cmd := &cobra.Command{
		Use:   "validate PATH…",
		Short: "Check flow files, or all flow files in folders",
		Long: "Check flow files. A folder stands for all *.yaml and *.yml files in it and below.\n" +
			"With --config, the task types that the configuration maps are known, and it warns\n" +
			"of questions that nobody, or not enough of its people, could answer.\n" +
			"Exit status 0: clean or only warnings; 1: faults; 2: the command line is wrong.",
		Args: wantArgs(1, -1, "files or folders"),
		RunE: func(_ *cobra.Command, args []string) error {
			loader, w, err := p.loaderOf(file)
			if err != nil {
				return err
			}
			all, err := checkWith(loader, args)
			if err != nil {
				return err
			}
			w.checkPeople(all)
			// Two folders may hold two environments; only loading both is wrong.
			twice(all, flow.Warning)
			return p.tellFaults(all)
		},
	}
	cmd.Flags().StringVar(&file, "config", "", "a configuration file, whose people and mapped task types are known")
	return cmd
}

// loaderOf reads flows as a server with the configuration does, and knows its
// people; "" is none.
func (p *program) loaderOf(file string) (flow.Loader, *world, error) {
	if file == "" {
		return flow.Loader{}, nil, nil
	}
	src, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return flow.Loader{}, nil, usagef("there is no file %s", file)
	}
	if err != nil {
		return flow.Loader{}, nil, fmt.Errorf("read the configuration: %w", err)
	}
	cfg, faults := config.Parse(file, src)
	if faults.Stop() {
		// Without the source lines: one of them may hold a secret by mistake.
		return flow.Loader{}, nil, p.tellFaults([]checked{{file: file, faults: faults}})
	}
	w, err := worldOf(cfg)
	return flow.Loader{Mapped: cfg.Tasks.Mapped}, w, err
}

// checkPaths reads and checks every file that the paths stand for.
func checkPaths(paths []string) ([]checked, error) { return checkWith(flow.Loader{}, paths) }

func checkWith(loader flow.Loader, paths []string) ([]checked, error) {
	files, err := flowFiles(paths)
	if err != nil {
		return nil, err
	}
	var all []checked
	for _, file := range files {
		src, err := readFlow(file)
		if err != nil {
			return nil, err
		}
		parsed, faults := loader.Parse(file, src)
		all = append(all, checked{file: file, source: src, flow: parsed, faults: faults})
	}
	return all, nil
}

// maxFlow is above the size that a flow may have, so that the parser names the
// fault, and below what would hurt.
const maxFlow = 1 << 20

func readFlow(file string) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("read a flow: %w", err)
	}
	defer func() { _ = f.Close() }() // it was only read
	src, err := io.ReadAll(io.LimitReader(f, maxFlow))
	if err != nil {
		return nil, fmt.Errorf("read a flow: %w", err)
	}
	return src, nil
}

// flowFiles lists the files: those named, and those below the folders named,
// in order. A folder without any is a mistake worth a word.
func flowFiles(paths []string) ([]string, error) {
	var files []string
	for _, path := range paths {
		info, err := os.Stat(path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, usagef("there is no file or folder %s", path)
		}
		if err != nil {
			return nil, fmt.Errorf("look at a path: %w", err)
		}
		if !info.IsDir() {
			if !story.IsFile(path) { // flows/*.yaml names stories, too
				files = append(files, path)
			}
			continue
		}
		below, err := flowFilesBelow(path)
		if err != nil {
			return nil, err
		}
		if len(below) == 0 {
			return nil, usagef("there is no *.yaml or *.yml file in %s", path)
		}
		files = append(files, below...)
	}
	if len(files) == 0 {
		return nil, usagef("%s holds stories, not flows; run them with: signoff test %s", paths[0], paths[0])
	}
	return slices.Compact(files), nil
}

func flowFilesBelow(dir string) ([]string, error) {
	var files []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		hidden := strings.HasPrefix(d.Name(), ".") && path != dir
		if d.IsDir() {
			if hidden {
				return filepath.SkipDir
			}
			return nil
		}
		if ext := filepath.Ext(path); !hidden && (ext == ".yaml" || ext == ".yml") && !story.IsFile(path) {
			files = append(files, path)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list flow files: %w", err)
	}
	return files, nil
}

// twice marks flows that another file defines, too.
func twice(all []checked, severity flow.Severity) {
	first := map[string]string{}
	for i, c := range all {
		if c.flow == nil {
			continue
		}
		name := c.flow.Namespace + "/" + c.flow.ID
		if other, ok := first[name]; ok {
			all[i].faults = append(all[i].faults, flow.Fault{
				File: c.file, Line: 1, Col: 1, Severity: severity, Rule: "flow-duplicate",
				Message: fmt.Sprintf("the flow %s is defined in %s, too", name, other),
			})
			slices.SortStableFunc(all[i].faults, byPlace)
			continue
		}
		first[name] = c.file
	}
	commandsTwice(all, severity)
}

// commandsTwice reports the commands that two flows own.
func commandsTwice(all []checked, severity flow.Severity) {
	var flows []*flow.Flow
	for _, c := range all {
		flows = append(flows, c.flow)
	}
	commands := flow.Commands(flows)
	for i, c := range all {
		if c.flow == nil {
			continue
		}
		taken := flow.CommandsTaken(c.flow, c.file, commands)
		for j := range taken {
			taken[j].Severity = severity
		}
		if len(taken) > 0 {
			all[i].faults = append(all[i].faults, taken...)
			slices.SortStableFunc(all[i].faults, byPlace)
		}
	}
}

func byPlace(a, b flow.Fault) int { return cmp.Or(a.Line-b.Line, a.Col-b.Col) }
