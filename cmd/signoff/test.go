package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"signoff/cmd/signoff/config"
	"signoff/engine/flow"
	"signoff/story"
)

// testFlags are what `signoff test` was asked for.
type testFlags struct {
	run     string
	config  string
	verbose bool
	cover   bool
}

func (p *program) testCommand() *cobra.Command {
	var f testFlags
	cmd := &cobra.Command{
		Use:   "test [PATH…]",
		Short: "Run the stories of flows: what is put in, who answers, what must come of it",
		Long: "Run the stories of flows. The stories of a.yaml stand beside it in a.test.yaml; a\n" +
			"folder stands for all of them in it and below. Without a path: the flows folder of\n" +
			"the configuration, or this folder. Nothing leaves the machine, and a month of\n" +
			"waiting takes no time.\n" +
			"Exit status 0: all stories came true; 1: one did not; 2: the command line is wrong.",
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error { return p.test(cmd.Context(), args, f) },
	}
	cmd.Flags().StringVar(&f.run, "run", "", "run only stories whose FLOW/NAME fits this regular expression")
	cmd.Flags().BoolVarP(&f.verbose, "verbose", "v", false, "tell every story, and what happens in it")
	cmd.Flags().BoolVar(&f.cover, "cover", false, "tell which tasks, and which ends of gates, no story reached")
	cmd.Flags().StringVar(&f.config, "config", "signoff.yaml", "the configuration that names the flows folder")
	return cmd
}

func (p *program) test(ctx context.Context, paths []string, f testFlags) error {
	only, err := regexp.Compile(f.run)
	if err != nil {
		return usagef("--run %q is not a regular expression: %v", f.run, err)
	}
	if len(paths) == 0 {
		if paths, err = p.flowsFolder(f.config); err != nil {
			return err
		}
	}
	files, bare, err := storyFiles(paths)
	if err != nil {
		return err
	}
	var tell teller = &textTeller{out: p.Stdout, verbose: f.verbose}
	if p.json {
		tell = &jsonTeller{out: p.Stdout, now: time.Now}
	}
	ok, reached := true, coverage{}
	for _, file := range files {
		if !p.testFile(ctx, file, only, tell, reached) {
			ok = false
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	for _, file := range bare {
		tell.untold(file)
	}
	if f.cover && !p.json {
		reached.print(p.Stdout)
	}
	if !ok {
		return errFaults
	}
	return nil
}

// flowsFolder is where the flows of a configuration are, or this folder where
// there is none.
func (p *program) flowsFolder(file string) ([]string, error) {
	src, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return []string{"."}, nil
	} else if err != nil {
		return nil, err
	}
	cfg, faults := config.Parse(file, src)
	if faults.Stop() {
		return nil, p.tellFaults([]checked{{file: file, faults: faults}})
	}
	if cfg.Flows == "" {
		return []string{"."}, nil
	}
	return []string{cfg.Flows}, nil
}

// storyFiles lists the files with stories that the paths stand for, and the flows
// in folders that have none.
func storyFiles(paths []string) (files, bare []string, err error) {
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return nil, nil, usagef("there is no file or folder %s", path)
		}
		if !info.IsDir() {
			file, err := storyOf(path)
			if err != nil {
				return nil, nil, err
			}
			files = append(files, file)
			continue
		}
		below, without, err := storiesBelow(path)
		if err != nil {
			return nil, nil, err
		}
		if len(below) == 0 {
			return nil, nil, usagef("there is no *%s.yaml file in %s; docs/stories.md says how to write one", story.Suffix, path)
		}
		files, bare = append(files, below...), append(bare, without...)
	}
	slices.Sort(files)
	return slices.Compact(files), bare, nil
}

// storyOf is the file with the stories of a flow; a story file is its own.
func storyOf(path string) (string, error) {
	if story.IsFile(path) {
		return path, nil
	}
	ext := filepath.Ext(path)
	beside := strings.TrimSuffix(path, ext) + story.Suffix + ext
	if _, err := os.Stat(beside); err != nil {
		return "", usagef("%s has no stories; write them in %s (docs/stories.md)", path, beside)
	}
	return beside, nil
}

func storiesBelow(dir string) (files, bare []string, err error) {
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		hidden := strings.HasPrefix(d.Name(), ".") && path != dir
		switch {
		case err != nil:
			return err
		case d.IsDir() && hidden:
			return filepath.SkipDir
		case !d.IsDir() && !hidden && story.IsFile(path):
			files = append(files, path)
		}
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	flows, err := flowFilesBelow(dir)
	if err != nil {
		return nil, nil, err
	}
	for _, path := range flows {
		if _, err := storyOf(path); err != nil && isFlow(path) {
			bare = append(bare, path)
		}
	}
	return files, bare, nil
}

// isFlow tells flows from other YAML files, which have no stories to miss.
func isFlow(path string) bool {
	src, err := readFlow(path)
	if err != nil {
		return false
	}
	parsed, _ := flow.Parse(path, src)
	return parsed != nil
}

// testFile runs the stories of one file and reports whether all came true.
func (p *program) testFile(ctx context.Context, file string, only *regexp.Regexp, tell teller, reached coverage) bool {
	began := time.Now()
	suite, faults, err := loadStories(file)
	if err != nil || suite == nil {
		tell.broken(file, faults, err)
		return false
	}
	name, ok, ran := strings.TrimSuffix(filepath.Base(suite.File.Flow.Text), filepath.Ext(suite.File.Flow.Text)), true, 0
	reached.expect(suite)
	for _, s := range suite.File.Stories {
		title := name + "/" + s.Name
		if !only.MatchString(title) {
			continue
		}
		ran++
		start := time.Now()
		tell.begin(file, title)
		r := suite.Run(ctx, s)
		tell.end(file, title, r, time.Since(start))
		reached.take(r)
		ok = ok && len(r.Failures) == 0
	}
	tell.file(file, ok, ran, time.Since(began))
	return ok
}

// loadStories reads a story file and its flows.
func loadStories(file string) (*story.Suite, flow.Faults, error) {
	src, err := readFlow(file)
	if err != nil {
		return nil, nil, err
	}
	f, faults := story.Parse(file, src)
	if f == nil {
		return nil, faults, nil
	}
	suite, faults := story.Load(f, func(name story.Text) (story.Source, error) {
		path := filepath.Join(filepath.Dir(file), name.Text)
		if filepath.IsAbs(name.Text) {
			path = name.Text
		}
		src, err := readFlow(path)
		return story.Source{Name: path, Bytes: src}, err
	})
	return suite, faults, nil
}
