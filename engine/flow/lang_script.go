package flow

// scriptProperties are the keys of all tasks that run a program.
func scriptProperties() []Property {
	return with(common(), []Property{
		{Name: "env", Kind: KindMap, Doc: "What the program finds in its environment. Values go here, not into the program."},
		inputFiles("Files that are written before it starts, by name."),
		outputFiles("Files that are kept when it has ended: names or patterns."),
		{Name: "beforeCommands", Kind: KindTexts, Doc: "Commands that the shell runs first."},
		{Name: "interpreter", Kind: KindWords, Doc: "What runs it, in place of the usual.", Example: `[/bin/bash, -c]`},
		{Name: "failFast", Kind: KindFlag, Doc: "Stop at the first command that fails; true is the default."},
		{Name: "warningOnStdErr", Kind: KindFlag, Doc: "What it writes to its standard error is a warning; false is the default."},
	},
		lost("it runs as a process of this machine", "containerImage", "dockerOptions", "docker", "taskRunner", "runner", "targetOS"),
		lost("it has only the files of inputFiles", "namespaceFiles", "dependencies", "requirements"),
		ignored("dependencyCacheEnabled", "outputDir", "outputsFiles", "packageManager", "pythonVersion", "virtualEnv", "pythonPath", "npmPath", "nodePath"))
}

func inputFiles(doc string) Property {
	return Property{Name: "inputFiles", Kind: KindFiles, Doc: doc, Example: "{note.txt: one two}"}
}

func outputFiles(doc string) Property {
	return Property{Name: "outputFiles", Kind: KindWords, Doc: doc, Example: `["*.csv"]`}
}

func scriptDefinitions() []Definition {
	commands := Property{Name: "commands", Kind: KindTexts, Required: true, Doc: "What the shell runs, one after the other."}
	script := Property{Name: "script", Kind: KindText, Required: true, Doc: "The program. An expression in it is read from the environment, so that no value becomes a part of the program."}
	define := func(t Type, pkg, last, doc string, what Property, example string, older ...string) Definition {
		return Definition{
			Sort: SortTask, Name: string(t), Names: append([]string{"io.kestra.plugin.scripts." + pkg + "." + last}, older...),
			Doc: doc, Properties: with([]Property{what}, scriptProperties()), Example: example,
		}
	}
	return []Definition{
		define(TypeShellCommands, "shell", "Commands", "Runs commands of the shell.", commands,
			"id: count\ntype: shell.Commands\ncommands:\n  - wc -w note.txt\ninputFiles: {note.txt: one two}\n", "io.kestra.core.tasks.scripts.Bash"),
		define(TypeShellScript, "shell", "Script", "Runs a script of the shell.", script,
			"id: greet\ntype: shell.Script\nenv: {WHO: \"{{ flow.id }}\"}\nscript: |\n  echo \"Hello $WHO\"\n"),
		define(TypePythonCommands, "python", "Commands", "Runs commands of the shell that call Python.", commands,
			"id: convert\ntype: python.Commands\ncommands: [python3 convert.py]\ninputFiles: {convert.py: print(1)}\n", "io.kestra.core.tasks.scripts.Python"),
		define(TypePythonScript, "python", "Script", "Runs a Python script.", script,
			"id: sum\ntype: python.Script\nscript: |\n  print(1 + 2)\n"),
		define(TypeNodeCommands, "node", "Commands", "Runs commands of the shell that call Node.", commands,
			"id: build\ntype: node.Commands\ncommands: [node build.js]\ninputFiles: {build.js: console.log(1)}\n", "io.kestra.core.tasks.scripts.Node"),
		define(TypeNodeScript, "node", "Script", "Runs a Node script.", script,
			"id: add\ntype: node.Script\nscript: |\n  console.log(1 + 2)\n"),
	}
}
