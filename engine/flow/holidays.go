package flow

import (
	"signoff/engine/expr"
	"signoff/engine/holiday"
)

// holidayCondition reads where a PublicHoliday is one.
func (p *parser) holidayCondition(s *section, c *Condition) {
	c.Country = holiday.Place(s.word("country"), s.word("subDivision"))
	e := s.find("country")
	if e == nil || c.Country == "" {
		return // reported
	}
	if err := holiday.Check(c.Country); err != nil {
		p.errorf(pos(e.value), ruleBadValue, "%s", err)
	}
}

// checkHoliday checks where isPublicHoliday() asks for, as far as it is written
// out.
func (p *parser) checkHoliday(call expr.CallRef, at func() Pos) {
	country, _ := call.Arg(1, "countryCode")
	part, _ := call.Arg(2, "subDivision")
	name, isText := country.Value.(string)
	if country.Computed || part.Computed || !isText {
		return
	}
	rest, _ := part.Value.(string)
	if err := holiday.Check(holiday.Place(name, rest)); err != nil {
		p.errorf(at(), ruleBadValue, "%s", err)
	}
}
