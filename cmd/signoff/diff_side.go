package main

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"gopkg.in/yaml.v3"

	"signoff/cmd/signoff/config"
	"signoff/engine/approval"
	"signoff/engine/flow"
)

// configName is what a configuration is called in a folder.
const configName = "signoff.yaml"

// version is one side of a comparison: its flows and, if there is a
// configuration, its people.
type version struct {
	world *world
	flows []*flow.Flow
}

// compareVersions compares what both sides say of who approves what.
func compareVersions(old, now version) approval.Difference {
	old.world = cmp.Or(old.world, now.world)
	now.world = cmp.Or(now.world, old.world)
	before, after := old.world.gates(old.flows), now.world.gates(now.flows)
	var policies []approval.Policy // one side's names must exist on the other, too
	for _, g := range slices.Concat(before, after) {
		policies = append(policies, g.Policy)
	}
	old.world.populate(before, policies)
	now.world.populate(after, policies)
	return approval.Compare(before, after)
}

// side is where a version's configuration and flows stand; empty is nowhere.
type side struct {
	config string
	flows  []string
}

// versionOf reads what a path of the command line stands for.
func versionOf(path string, f diffFlags) (version, error) {
	s, err := sideOf(path)
	if err != nil {
		return version{}, err
	}
	s.config = cmp.Or(s.config, f.config)
	var v version
	var loader flow.Loader
	if s.config != "" {
		cfg, err := readConfig(s.config)
		if err != nil {
			return version{}, err
		}
		loader.Mapped = cfg.Tasks.Mapped
		if v.world, err = worldOf(cfg); err != nil {
			return version{}, err
		}
		if len(s.flows) == 0 {
			s.flows = named(cmp.Or(f.flows, cfg.Flows))
		}
	}
	if len(s.flows) == 0 {
		return version{}, usagef("%s has no flows; name them with --flows", path)
	}
	v.flows, err = soundFlows(loader, s.flows)
	return v, err
}

// named is a list of the path, if there is one.
func named(path string) []string {
	if path == "" {
		return nil
	}
	return []string{path}
}

// sideOf says what a path of the command line stands for.
func sideOf(path string) (side, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return side{}, usagef("there is no file or folder %s", path)
	}
	if err != nil {
		return side{}, fmt.Errorf("look at a path: %w", err)
	}
	if !info.IsDir() {
		src, err := readFlow(path)
		if err != nil {
			return side{}, err
		}
		if holdsFlow(src) {
			return side{flows: []string{path}}, nil
		}
		return side{config: path}, nil
	}
	file := filepath.Join(path, configName)
	if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
		return side{flows: []string{path}}, nil
	}
	files, err := flowFilesBelow(path) // what is wrong with the configuration is told when it is read
	if err != nil {
		return side{}, err
	}
	s := side{config: file}
	for _, f := range files {
		if f != file {
			s.flows = append(s.flows, f)
		}
	}
	return s, nil
}

// holdsFlow reports whether a file is a flow and not a configuration: only a flow
// has an id and a namespace.
func holdsFlow(src []byte) bool {
	var doc struct {
		ID        yaml.Node `yaml:"id"`
		Namespace yaml.Node `yaml:"namespace"`
	}
	return yaml.Unmarshal(src, &doc) == nil && !doc.ID.IsZero() && !doc.Namespace.IsZero()
}

// readConfig reads a configuration that must be sound.
func readConfig(file string) (config.Config, error) {
	src, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return config.Config{}, usagef("there is no file %s", file)
	}
	if err != nil {
		return config.Config{}, fmt.Errorf("read the configuration: %w", err)
	}
	cfg, faults := config.Parse(file, src)
	if faults.Stop() {
		return cfg, usagef("%s has faults, the first: %s", file, faults[0])
	}
	return cfg, nil
}

// soundFlows reads flows that must be without faults.
func soundFlows(loader flow.Loader, paths []string) ([]*flow.Flow, error) {
	all, err := checkWith(loader, paths)
	if err != nil {
		return nil, err
	}
	var out []*flow.Flow
	for _, c := range all {
		if c.flow == nil {
			return nil, usagef("%s has faults; see: signoff validate %s", c.file, c.file)
		}
		out = append(out, c.flow)
	}
	return out, nil
}
