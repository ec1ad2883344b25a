package flow

import (
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"signoff/engine/expr"
)

// readScript reads the keys of a script task.
func readScript(t *testing.T, src string, lang Language, isCommands bool) (*Script, Faults) {
	t.Helper()
	p := &parser{
		file: "f.yaml", src: readable([]byte(src)), size: len(src), reported: map[Fault]bool{},
		badKeys: map[*yaml.Node]bool{}, templates: map[*yaml.Node]*expr.Template{}, seats: map[string]*seat{},
	}
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(src), &doc); err != nil {
		t.Fatal(err)
	}
	s := p.section(doc.Content[0], "a script")
	got := p.script(s, &seat{id: "it"}, lang, isCommands)
	return got, p.sorted()
}

func TestShellKeepsValuesOut(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, in, want string }{
		{"unquoted", `echo {{ inputs.a }}`, `echo "${SIGNOFF_V1}"`},
		{"within a word", `ssh admin@{{ inputs.a }}:/x`, `ssh admin@"${SIGNOFF_V1}":/x`},
		{"double quotes", `echo "a {{ inputs.a }} b"`, `echo "a ${SIGNOFF_V1} b"`},
		{"single quotes", `echo 'a {{ inputs.a }} b'`, `echo 'a '"${SIGNOFF_V1}"' b'`},
		{"twice", `echo {{ inputs.a }} "{{ inputs.b }}" {{ inputs.a }}`, `echo "${SIGNOFF_V1}" "${SIGNOFF_V2}" "${SIGNOFF_V1}"`},
		{"side by side", `echo {{ inputs.a }}{{ inputs.b }}`, `echo "${SIGNOFF_V1}""${SIGNOFF_V2}"`},
		{"assignment", `a={{ inputs.a }}; export B={{ inputs.a }}`, `a="${SIGNOFF_V1}"; export B="${SIGNOFF_V1}"`},
		{"command substitution in quotes", `echo "$(cat {{ inputs.a }})"`, `echo "$(cat "${SIGNOFF_V1}")"`},
		{"here-document", "cat <<EOF\n'{{ inputs.a }}' \"{{ inputs.b }}\"\nEOF", "cat <<EOF\n'${SIGNOFF_V1}' \"${SIGNOFF_V2}\"\nEOF"},
		{"command in a here-document", "cat <<EOF\n$(echo {{ inputs.a }})\nEOF", "cat <<EOF\n$(echo \"${SIGNOFF_V1}\")\nEOF"},
		{"redirection", `echo a > {{ inputs.a }}.txt`, `echo a > "${SIGNOFF_V1}".txt`},
		{"comment", "# {{ inputs.a }}\necho", "# SIGNOFFx\necho"},
		{"case", "case {{ inputs.a }} in {{ inputs.b }}) echo;; esac", `case "${SIGNOFF_V1}" in "${SIGNOFF_V2}") echo;; esac`},
		{"for", "for i in {{ inputs.a }}; do echo $i; done", `for i in "${SIGNOFF_V1}"; do echo $i; done`},
		{"test", `[ {{ inputs.a }} -eq 1 ] && [[ {{ inputs.a }} == b ]]`, `[ "${SIGNOFF_V1}" -eq 1 ] && [[ "${SIGNOFF_V1}" == b ]]`},
		{"position of another program", `sh -c 'echo "$1"' x {{ inputs.a }}`, `sh -c 'echo "$1"' x "${SIGNOFF_V1}"`},
		{"awk variable", `awk -v a={{ inputs.a }} '{print a}'`, `awk -v a="${SIGNOFF_V1}" '{print a}'`},
		{"a dot is no command here", `find . -name {{ inputs.a }}`, `find . -name "${SIGNOFF_V1}"`},
		{"raw", `docker ps --format '{% raw %}{{.Names}}{% endraw %}' {{ inputs.a }}`, `docker ps --format '{{.Names}}' "${SIGNOFF_V1}"`},
		{"no expression is left as it is", "if then ((", "if then (("},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, faults := readScript(t, "script: "+yamlText(tt.in), Shell, false)
			for _, f := range faults {
				t.Error(f)
			}
			if got.Source != tt.want {
				t.Errorf("source %q, want %q", got.Source, tt.want)
			}
		})
	}
}

func TestShellRefusesWhatIsReadAsAProgram(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, in, want string }{
		{"arithmetic", `echo $(({{ inputs.a }} + 1))`, "compute"},
		{"arithmetic command", `(({{ inputs.a }}))`, "compute"},
		{"let", `let {{ inputs.a }}`, "compute"},
		{"index", `a[{{ inputs.a }}]=1`, "cannot"},
		{"numeric test", `[[ {{ inputs.a }} -eq 1 ]]`, "compute"},
		{"variable test", `[[ -v {{ inputs.a }} ]]`, "name of a variable"},
		{"declare -i", `declare -i a={{ inputs.a }}`, "compute"},
		{"parameter", `echo ${a:-{{ inputs.a }}}`, "${…}"},
		{"dollar", `echo ${{ inputs.a }}`, "cannot"},
		{"backslash", `echo \{{ inputs.a }}`, "backslash"},
		{"backslash in quotes", `echo "\{{ inputs.a }}"`, "backslash"},
		{"backquotes", "echo `cat {{ inputs.a }}`", "$(…)"},
		{"ansi quotes", `echo $'{{ inputs.a }}'`, "$'…'"},
		{"quoted here-document", "cat <<'EOF'\n{{ inputs.a }}\nEOF", "takes its text as it is"},
		{"end of a here-document", "cat <<{{ inputs.a }}\nx\n{{ inputs.a }}", "cannot"},
		{"the command", `{{ inputs.a }} x`, "the command itself"},
		{"a path to the command", `/opt/{{ inputs.a }}/run x`, "the command itself"},
		{"function name", `{{ inputs.a }}() { echo; }`, "cannot"},
		{"variable name", `{{ inputs.a }}=1`, "cannot"},
		{"loop variable", `for {{ inputs.a }} in a; do echo; done`, "cannot"},
		{"eval", `eval "echo {{ inputs.a }}"`, "run the value as a program"},
		{"sh -c", `sudo /bin/sh -ec "echo {{ inputs.a }}"`, "run the value as a program"},
		{"docker exec sh -c", `docker exec x bash -c 'echo {{ inputs.a }}'`, "run the value as a program"},
		{"python -c", `python3 -c "print('{{ inputs.a }}')"`, "run the value as a program"},
		{"awk program", `awk '/{{ inputs.a }}/ {print}' file`, "run the value as a program"},
		{"sed program", `sed -e "s/a/{{ inputs.a }}/" file`, "run the value as a program"},
		{"sed operand", `sed "s/a/{{ inputs.a }}/" file`, "run the value as a program"},
		{"remote shell", `ssh -p 22 host "deploy {{ inputs.a }}"`, "run the value as a program"},
		{"broken", `echo "{{ inputs.a }}`, "cannot be read"},
		{"control", `{% if true %}echo{% endif %}`, "{% if %}"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, faults := readScript(t, "script: "+yamlText(tt.in), Shell, false)
			if len(faults) == 0 || faults[0].Rule != "expression-in-script" || !strings.Contains(faults[0].Message, tt.want) {
				t.Errorf("faults %v, want expression-in-script with %q", faults, tt.want)
			}
		})
	}
}

func TestScriptFaultHasItsPlace(t *testing.T) {
	t.Parallel()
	src := "env: {A: x}\ncommands:\n  - echo ok {{ inputs.b }}\n  - |\n    echo one\n    eval {{ inputs.a }}\n"
	_, faults := readScript(t, src, Shell, true)
	if len(faults) != 1 || faults[0].Line != 6 || faults[0].Col != 13 {
		t.Errorf("faults %v, want one at 6:13", faults)
	}
}

func TestCodeKeepsValuesOut(t *testing.T) {
	t.Parallel()
	const (
		pyText = "__import__('os').environ['SIGNOFF_V1']"
		pyJSON = "__import__('json').loads(__import__('os').environ['SIGNOFF_V1'])"
	)
	for _, tt := range []struct {
		name     string
		lang     Language
		in, want string
	}{
		{"bare", Python, `days = {{ inputs.a }} + 1`, `days = ` + pyJSON + ` + 1`},
		{"whole", Python, `a = "{{ inputs.a }}"`, `a = ` + pyText},
		{"whole in three quotes", Python, `a = json.loads('''{{ inputs.a }}''')`, `a = json.loads(` + pyText + `)`},
		{"longer", Python, `a = 'x {{ inputs.a }} y'`, `a = ('x ' + ` + pyText + ` + ' y')`},
		{"raw", Python, `a = r"\d {{ inputs.a }}"`, `a = (r"\d " + ` + pyText + ` + r"")`},
		{"quote before it", Python, `a = """{"k": "{{ inputs.a }}"}"""`, `a = ("""{"k": \"""" + ` + pyText + ` + """"}""")`},
		{"comment", Python, "# it's {{ inputs.a }}\na = 1", "# it's SIGNOFFx\na = 1"},
		{"hash in a string", Python, `a = "#" + str({{ inputs.a }})`, `a = "#" + str(` + pyJSON + `)`},
		{"node bare", Node, `const a = {{ inputs.a }};`, `const a = JSON.parse(process.env.SIGNOFF_V1);`},
		{"node whole", Node, `const a = '{{ inputs.a }}';`, `const a = process.env.SIGNOFF_V1;`},
		{"node longer", Node, `f("x {{ inputs.a }}")`, `f(("x " + process.env.SIGNOFF_V1 + ""))`},
		{"node template", Node, "f(`a ${b + {{ inputs.a }}} {{ inputs.a }}`)", "f(`a ${b + JSON.parse(process.env.SIGNOFF_V1)} ${process.env.SIGNOFF_V2}`)"},
		{"node pattern", Node, `a.replace(/"/g, {{ inputs.a }})`, `a.replace(/"/g, JSON.parse(process.env.SIGNOFF_V1))`},
		{"node division", Node, `a / b; "{{ inputs.a }}"; c / d`, `a / b; process.env.SIGNOFF_V1; c / d`},
		{"node comments", Node, "// {{ inputs.a }}\n/* '{{ inputs.a }} */ x", "// SIGNOFFx\n/* 'SIGNOFFx */ x"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, faults := readScript(t, "script: "+yamlText(tt.in), tt.lang, false)
			for _, f := range faults {
				t.Error(f)
			}
			if got.Source != tt.want {
				t.Errorf("source\n%s, want\n%s", got.Source, tt.want)
			}
		})
	}
}

func TestCodeRefusesWhatIsReadAsAProgram(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name     string
		lang     Language
		in, want string
	}{
		{"f-string", Python, `a = f"{{ inputs.a }}"`, "f-string"},
		{"bytes", Python, `a = b"{{ inputs.a }}"`, "bytes"},
		{"side by side", Python, `a = ("x" "{{ inputs.a }}")`, "side by side"},
		{"side by side over lines", Python, "a = ('x {{ inputs.a }}' # c\n 'y')", "side by side"},
		{"part of a name", Python, `a_{{ inputs.a }} = 1`, "name"},
		{"attribute", Node, `a.{{ inputs.a }}`, "name"},
		{"backslash", Python, `a = "\{{ inputs.a }}"`, "backslash"},
		{"raw quote", Python, `a = r'''x '{{ inputs.a }} '''`, "raw string"},
		{"format", Python, `a = "{{ inputs.a }} %s" % b`, "format"},
		{"eval", Python, `eval("1 + {{ inputs.a }}")`, "program"},
		{"system", Python, `os.system("ls {{ inputs.a }}")`, "program"},
		{"shell", Python, `subprocess.run("ls {{ inputs.a }}", shell=True)`, "program"},
		{"node exec", Node, "execSync(`ls {{ inputs.a }}`)", "program"},
		{"node exec after a value", Node, "execSync(`ls ${b} {{ inputs.a }}`)", "program"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, faults := readScript(t, "script: "+yamlText(tt.in), tt.lang, false)
			if len(faults) == 0 || faults[0].Rule != "expression-in-script" || !strings.Contains(faults[0].Message, tt.want) {
				t.Errorf("faults %v, want expression-in-script with %q", faults, tt.want)
			}
		})
	}
}

func TestScriptWarnsOfSecrets(t *testing.T) {
	t.Parallel()
	_, faults := readScript(t, "script: curl -H {{ secret('TOKEN') }} x", Shell, false)
	if len(faults) != 1 || faults[0].Rule != "secret-in-script" || faults[0].Severity != Warning {
		t.Errorf("faults %v, want the warning secret-in-script", faults)
	}
}

func TestScriptRefusesNames(t *testing.T) {
	t.Parallel()
	for _, src := range []string{
		"script: a\nenv: {'1A': x}", "script: a\nenv: {SIGNOFF_V1: x}", "script: a\nenv: {'A=B': x}",
		"script: a\ninputFiles: {../a: x}", "script: a\ninputFiles: {/a: x}", "script: a\noutputFiles: [a/../../b]",
	} {
		if _, faults := readScript(t, src, Shell, false); len(faults) != 1 || faults[0].Rule != "bad-value" {
			t.Errorf("%s: faults %v, want bad-value", src, faults)
		}
	}
}

// yamlText writes a text as YAML.
func yamlText(s string) string {
	b, err := yaml.Marshal(s)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// What is taken out of a script is what its author wrote.
func TestScriptValuesKeepTheirExpressions(t *testing.T) {
	t.Parallel()
	got, _ := readScript(t, "script: "+yamlText(`echo {{ inputs.a | upper }} "{{ {"b": 1} | toJson }}"`), Shell, false)
	want := []string{"{{ inputs.a | upper }}", `{{ {"b": 1} | toJson }}`}
	for i, v := range got.Values {
		if v.Value.Source() != want[i] {
			t.Errorf("value %d is %s, want %s", i, v.Value.Source(), want[i])
		}
	}
	env := expr.Env{Roots: map[string]any{"inputs": map[string]any{"a": "x"}}}
	if s, err := got.Values[0].Value.Render(env); s != "X" || err != nil {
		t.Errorf("Render = %q, %v", s, err)
	}
}
