package holiday

import (
	"github.com/rickar/cal/v2"
	"github.com/rickar/cal/v2/ar"
	"github.com/rickar/cal/v2/at"
	"github.com/rickar/cal/v2/au"
	"github.com/rickar/cal/v2/be"
	"github.com/rickar/cal/v2/bg"
	"github.com/rickar/cal/v2/br"
	"github.com/rickar/cal/v2/ca"
	"github.com/rickar/cal/v2/ch"
	"github.com/rickar/cal/v2/cz"
	"github.com/rickar/cal/v2/de"
	"github.com/rickar/cal/v2/dk"
	"github.com/rickar/cal/v2/es"
	"github.com/rickar/cal/v2/fr"
	"github.com/rickar/cal/v2/gb"
	"github.com/rickar/cal/v2/gr"
	"github.com/rickar/cal/v2/hr"
	"github.com/rickar/cal/v2/ie"
	"github.com/rickar/cal/v2/it"
	"github.com/rickar/cal/v2/jp"
	"github.com/rickar/cal/v2/lt"
	"github.com/rickar/cal/v2/lv"
	"github.com/rickar/cal/v2/mw"
	"github.com/rickar/cal/v2/nl"
	"github.com/rickar/cal/v2/no"
	"github.com/rickar/cal/v2/nz"
	"github.com/rickar/cal/v2/pl"
	"github.com/rickar/cal/v2/ro"
	"github.com/rickar/cal/v2/ru"
	"github.com/rickar/cal/v2/se"
	"github.com/rickar/cal/v2/si"
	"github.com/rickar/cal/v2/sk"
	"github.com/rickar/cal/v2/ua"
	"github.com/rickar/cal/v2/us"
	"github.com/rickar/cal/v2/za"
)

// calendar finds the holidays of a country or a part of one; nil if none are
// known. Where there are hardly any that hold in the whole country, only its parts
// are known.
func calendar(place string) []*cal.Holiday {
	switch place {
	case "AR":
		return ar.Holidays
	case "AT":
		return at.Holidays
	case "BE":
		return be.Holidays
	case "BG":
		return bg.Holidays
	case "BR":
		return br.Holidays
	case "CA":
		return ca.Holidays
	case "CZ":
		return cz.Holidays
	case "DE":
		return de.Holidays
	case "DK":
		return dk.Holidays
	case "ES":
		return es.Holidays
	case "FR":
		return fr.Holidays
	case "GB":
		return gb.Holidays
	case "GR":
		return gr.Holidays
	case "HR":
		return hr.Holidays
	case "IE":
		return ie.Holidays
	case "IT":
		return it.Holidays
	case "JP":
		return jp.Holidays
	case "LT":
		return lt.Holidays
	case "LV":
		return lv.Holidays
	case "MW":
		return mw.Holidays
	case "NL":
		return nl.Holidays
	case "NO":
		return no.Holidays
	case "NZ":
		return nz.Holidays
	case "PL":
		return pl.Holidays
	case "RO":
		return ro.Holidays
	case "RU":
		return ru.Holidays
	case "SE":
		return se.Holidays
	case "SI":
		return si.Holidays
	case "SK":
		return sk.Holidays
	case "UA":
		return ua.Holidays
	case "US":
		return us.Holidays
	case "ZA":
		return za.Holidays
	case "DE-BW":
		return de.HolidaysBW
	case "DE-BY":
		return de.HolidaysBY
	case "DE-BE":
		return de.HolidaysBE
	case "DE-BB":
		return de.HolidaysBB
	case "DE-HB":
		return de.HolidaysHB
	case "DE-HH":
		return de.HolidaysHH
	case "DE-HE":
		return de.HolidaysHE
	case "DE-MV":
		return de.HolidaysMV
	case "DE-NI":
		return de.HolidaysNI
	case "DE-NW":
		return de.HolidaysNW
	case "DE-RP":
		return de.HolidaysRP
	case "DE-SL":
		return de.HolidaysSL
	case "DE-SN":
		return de.HolidaysSN
	case "DE-ST":
		return de.HolidaysST
	case "DE-SH":
		return de.HolidaysSH
	case "DE-TH":
		return de.HolidaysTH
	case "CH-ZH":
		return ch.HolidaysZH
	case "CH-BE":
		return ch.HolidaysBE
	case "CH-LU":
		return ch.HolidaysLU
	case "CH-UR":
		return ch.HolidaysUR
	case "CH-SZ":
		return ch.HolidaysSZ
	case "CH-OW":
		return ch.HolidaysOW
	case "CH-NW":
		return ch.HolidaysNW
	case "CH-GL":
		return ch.HolidaysGL
	case "CH-ZG":
		return ch.HolidaysZG
	case "CH-FR":
		return ch.HolidaysFR
	case "CH-SO":
		return ch.HolidaysSO
	case "CH-BS":
		return ch.HolidaysBS
	case "CH-BL":
		return ch.HolidaysBL
	case "CH-SH":
		return ch.HolidaysSH
	case "CH-AR":
		return ch.HolidaysAR
	case "CH-AI":
		return ch.HolidaysAI
	case "CH-SG":
		return ch.HolidaysSG
	case "CH-GR":
		return ch.HolidaysGR
	case "CH-AG":
		return ch.HolidaysAG
	case "CH-TG":
		return ch.HolidaysTG
	case "CH-VD":
		return ch.HolidaysVD
	case "CH-TI":
		return ch.HolidaysTI
	case "CH-VS":
		return ch.HolidaysVS
	case "CH-NE":
		return ch.HolidaysNE
	case "CH-GE":
		return ch.HolidaysGE
	case "CH-JU":
		return ch.HolidaysJU
	case "AU-ACT":
		return au.HolidaysACT
	case "AU-NSW":
		return au.HolidaysNSW
	case "AU-NT":
		return au.HolidaysNT
	case "AU-QLD":
		return au.HolidaysQLD
	case "AU-SA":
		return au.HolidaysSA
	case "AU-TAS":
		return au.HolidaysTAS
	case "AU-VIC":
		return au.HolidaysVIC
	case "AU-WA":
		return au.HolidaysWA
	}
	return nil
}

// countries are those whose calendars are known as a whole.
func countries() []string {
	return []string{
		"AR", "AT", "BE", "BG", "BR", "CA", "CZ", "DE", "DK", "ES", "FR", "GB", "GR", "HR", "IE", "IT",
		"JP", "LT", "LV", "MW", "NL", "NO", "NZ", "PL", "RO", "RU", "SE", "SI", "SK", "UA", "US", "ZA",
	}
}

// parts are those of countries, by country.
func parts(country string) []string {
	switch country {
	case "AU":
		return []string{"ACT", "NSW", "NT", "QLD", "SA", "TAS", "VIC", "WA"}
	case "CH":
		return []string{"ZH", "BE", "LU", "UR", "SZ", "OW", "NW", "GL", "ZG", "FR", "SO", "BS", "BL", "SH", "AR", "AI", "SG", "GR", "AG", "TG", "VD", "TI", "VS", "NE", "GE", "JU"}
	case "DE":
		return []string{"BW", "BY", "BE", "BB", "HB", "HH", "HE", "MV", "NI", "NW", "RP", "SL", "SN", "ST", "SH", "TH"}
	}
	return nil
}
