package command

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Values are inputs by name. One that was given several times has several.
type Values map[string][]string

// maxValues bounds how many values are read.
const maxValues = 200

// Map is the values as a form takes them: a text, or a list of texts where
// several were given.
func (v Values) Map() map[string]any {
	out := make(map[string]any, len(v))
	for name, given := range v {
		if len(given) == 1 {
			out[name] = given[0]
			continue
		}
		list := make([]any, len(given))
		for i, text := range given {
			list[i] = text
		}
		out[name] = list
	}
	return out
}

// ReadValues reads "key=value other="two words"". It is nil for an empty text. The
// error is a [*FaultError] that names the key.
func ReadValues(text string) (Values, error) {
	if utf8.RuneCountInString(text) > MaxText {
		return nil, tooLong()
	}
	return values(clean(text))
}

func values(text string) (Values, error) {
	var out Values
	for n := 0; text != ""; n++ {
		if n == maxValues {
			return nil, &FaultError{Text: fmt.Sprintf("These are more than %d values. Open the form instead.", maxValues)}
		}
		key, value, rest, err := pair(text)
		if err != nil {
			return nil, err
		}
		if out == nil {
			out = Values{}
		}
		out[key] = append(out[key], value)
		text = rest
	}
	return out, nil
}

// pair reads the first key and its value.
func pair(text string) (key, value, rest string, err error) {
	at := strings.IndexFunc(text, func(r rune) bool { return isEquals(r) || isQuote(r) || unicode.IsSpace(r) })
	if at <= 0 || !isEquals(firstRune(text[at:])) {
		loose, _ := word(text)
		return "", "", "", &FaultError{Text: "“" + short(loose) + "” does not say for which input it is. Write each as key=value, and put quotes around spaces: reason=\"two words\"."}
	}
	key = text[:at]
	_, size := utf8.DecodeRuneInString(text[at:])
	text = text[at+size:]
	if _, quoted := closers(text); !quoted {
		if text != "" && unicode.IsSpace(firstRune(text)) { // "key= next=1": nothing was given
			return key, "", strings.TrimSpace(text), nil
		}
		value, rest = word(text)
		return key, value, rest, nil
	}
	value, rest, ok := unquote(text)
	switch {
	case !ok:
		return "", "", "", &FaultError{Key: key, Text: "The quote that begins the value of " + short(key) + " does not end. Add the closing quote."}
	case rest != "" && !unicode.IsSpace(firstRune(rest)):
		return "", "", "", &FaultError{Key: key, Text: "Something follows the closing quote of " + short(key) + ". Put a space behind the quote, or a backslash in front of it if it belongs to the value."}
	}
	return key, value, strings.TrimSpace(rest), nil
}

func isEquals(r rune) bool { return r == '=' || r == '＝' }

func isQuote(r rune) bool {
	_, quote := closers(string(r))
	return quote
}

func firstRune(text string) rune {
	r, _ := utf8.DecodeRuneInString(text)
	return r
}

func tooLong() error {
	return &FaultError{Text: fmt.Sprintf("That is too long: at most %d characters are read. Open the form instead.", MaxText)}
}
