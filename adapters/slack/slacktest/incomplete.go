package slacktest

import (
	"encoding/json"
	"fmt"
	"math"
	"net/url"
	"regexp"
	"strconv"
	"unicode/utf8"
)

// incomplete is what Slack's own client says before it lets a person submit, by
// block id.
func incomplete(blocks []any, state object) map[string]string {
	wrong := map[string]string{}
	for _, b := range blocks {
		block, ok := b.(object)
		if !ok || str(block, "type") != "input" {
			continue
		}
		element := sub(block, "element")
		id := str(block, "block_id")
		value := sub(sub(state, id), str(element, "action_id"))[stateKey(str(element, "type"))]
		if several, ok := value.([]any); ok {
			if high := most(element); len(several) > high {
				wrong[id] = fmt.Sprintf("Please choose at most %d.", high)
				continue
			}
			if len(several) == 0 {
				value = nil
			}
		}
		if value == nil {
			if block["optional"] != true {
				wrong[id] = "Please complete this required field."
			}
			continue
		}
		if s, ok := value.(string); ok {
			if complaint := unfit(element, s); complaint != "" {
				wrong[id] = complaint
			}
		}
	}
	return wrong
}

// most is how many things can be chosen.
func most(element object) int {
	if str(element, "type") == "file_input" {
		return limit(element, "max_files", maxFiles)
	}
	return limit(element, "max_selected_items", math.MaxInt32)
}

// unfit is what the client says about one typed value.
func unfit(element object, s string) string {
	length := utf8.RuneCountInString(s)
	switch str(element, "type") {
	case "number_input":
		return unfitNumber(element, s)
	case "email_text_input":
		if ok, err := regexp.MatchString(`^[^@\s]+@[^@\s]+$`, s); err != nil || !ok {
			return "Please enter a valid email address."
		}
	case "url_text_input":
		if u, err := url.Parse(s); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			return "Please enter a valid URL."
		}
	case "plain_text_input":
		if low := limit(element, "min_length", 0); length < low {
			return fmt.Sprintf("Please enter at least %d characters.", low)
		}
		if high := limit(element, "max_length", 3000); length > high {
			return fmt.Sprintf("Please enter at most %d characters.", high)
		}
	}
	return ""
}

func unfitNumber(element object, s string) string {
	n, err := strconv.ParseFloat(s, 64)
	if err != nil || !decimal(s) {
		return "Please enter a valid number."
	}
	if element["is_decimal_allowed"] != true && math.Trunc(n) != n {
		return "Please enter a whole number."
	}
	if low, err := strconv.ParseFloat(str(element, "min_value"), 64); err == nil && n < low {
		return "Please enter a number of at least " + str(element, "min_value") + "."
	}
	if high, err := strconv.ParseFloat(str(element, "max_value"), 64); err == nil && n > high {
		return "Please enter a number of at most " + str(element, "max_value") + "."
	}
	return ""
}

func limit(element object, key string, other int) int {
	if n, ok := element[key].(json.Number); ok {
		if i, err := n.Int64(); err == nil {
			return int(i)
		}
	}
	return other
}
