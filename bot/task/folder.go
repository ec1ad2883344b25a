package task

import (
	"context"
	"maps"
	"os"
	"slices"

	"signoff/engine/flow"
)

// inputText is a file that is to be written: what it holds, or the address of
// the kept file that does.
type inputText struct{ name, text string }

// inputTexts renders the files that scripts find.
func (x *run) inputTexts(set flow.FileSet) ([]inputText, error) {
	if set.Map != nil {
		return x.inputMap(set)
	}
	files := make([]inputText, 0, len(set.Named))
	for _, f := range set.Named {
		text, err := x.text(f)
		if err != nil {
			return nil, about("inputFiles", err)
		}
		files = append(files, inputText{f.Name, text})
	}
	return files, nil
}

// inputMap renders files whose names the flow computes.
func (x *run) inputMap(set flow.FileSet) ([]inputText, error) {
	v, err := set.Map.Eval(x.env)
	if err != nil {
		return nil, about("inputFiles", evalProblem(err))
	}
	all, ok := v.(map[string]any)
	if text, isText := v.(string); isText {
		ok = decodeJSON(text, &all) == nil && all != nil
		plainNumbers(all)
	}
	if !ok {
		return nil, problemf("inputFiles: it must yield a map of names and contents, or the JSON text of one")
	}
	var files []inputText
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if !flow.IsLocalPath(name) {
			return nil, problemf("inputFiles: %q is not the name of a file below the working directory", cut(name, 100))
		}
		text, err := asText(all[name])
		if err != nil {
			return nil, about("inputFiles: "+name, err)
		}
		files = append(files, inputText{name, text})
	}
	return files, nil
}

func (x *run) writeInputs(ctx context.Context, root *os.Root, files []inputText) error {
	for _, f := range files {
		if err := x.inputFile(ctx, root, f); err != nil {
			return about("inputFiles: "+f.name, err)
		}
	}
	return nil
}

// enter opens the working directory of the call: its own, or the one that it
// shares, which the first call to come fills.
func (x *run) enter(ctx context.Context) (place, error) {
	if x.call.Directory == "" {
		return x.scratch.open(x.call.IdempotencyKey)
	}
	// They are rendered at each call, so that the secrets in them are masked in
	// what each script says.
	files, err := x.fillTexts(ctx, x.scratch.shared(x.call.Directory))
	if err != nil {
		return place{}, err
	}
	return x.scratch.share(x.call.IdempotencyKey, x.call.Directory, func(dir string) error {
		root, err := os.OpenRoot(dir)
		if err != nil {
			return err
		}
		defer root.Close() //nolint:errcheck // a folder
		return x.writeInputs(ctx, root, files)
	})
}

// fillTexts renders the files with which a shared folder begins, as the task
// around it sees the world.
func (x *run) fillTexts(ctx context.Context, dir string) ([]inputText, error) {
	if x.call.Fill.Empty() {
		return nil, nil
	}
	own := x.env
	defer func() { x.env = own }()
	x.env = x.withFiles(ctx, x.withSecrets(ctx, x.withAnswers(x.call.FillEnv)))
	x.env = x.inFolder(dir)
	return x.inputTexts(x.call.Fill)
}

// keepFolder keeps the files that a WorkingDirectory names, when the tasks in it
// have ended.
func (x *run) keepFolder(ctx context.Context, spec *flow.Sequential) (map[string]any, error) {
	if err := x.mayRun(); err != nil {
		return nil, err
	}
	at, err := x.enter(ctx)
	if err != nil {
		return nil, err
	}
	files, err := x.keepFiles(ctx, at.files, spec.OutputFiles)
	return map[string]any{"outputFiles": files}, err
}

// sketchFolder shows what a WorkingDirectory begins with and what it keeps.
func (x *run) sketchFolder(ctx context.Context, spec *flow.Sequential) (map[string]any, error) {
	texts, err := x.fillTexts(ctx, here)
	if err != nil {
		return nil, err
	}
	names := make([]any, len(spec.OutputFiles))
	for i, name := range spec.OutputFiles {
		names[i] = name
	}
	out := map[string]any{"outputFiles": names}
	if files := asMap(texts); len(files) > 0 {
		out["inputFiles"] = files
	}
	return out, nil
}

func (x *run) sketchFiles(set flow.FileSet) (map[string]any, error) {
	texts, err := x.inputTexts(set)
	return asMap(texts), err
}

func asMap(texts []inputText) map[string]any {
	files := make(map[string]any, len(texts))
	for _, f := range texts {
		files[f.name] = f.text
	}
	return files
}
