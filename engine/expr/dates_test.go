package expr

import "testing"

func TestDate(t *testing.T) {
	t.Parallel()
	check(t, Env{}, []one{
		{src: "{{ '2026-01-31T08:05:09.123456789Z' | date }}", want: "2026-01-31T08:05:09.123456Z"},
		{src: "{{ '2026-01-31' | date('iso_sec') }}", want: "2026-01-31T00:00:00Z"},
		{src: "{{ '2026-01-31T08:05' | date('sql_seq') }}", want: "2026-01-31 08:05:00"},
		{src: "{{ 0 | date('yyyy-MM-dd') }}", want: "1970-01-01"},
		{src: "{{ '2026-01-31T23:30:00Z' | date('yyyy-MM-dd HH:mm XXX', '+02:00') }}", want: "2026-02-01 01:30 +02:00"},
		{src: "{{ '2026-01-31T23:30:00+01:00[Europe/Paris]' | date('HH:mm') }}", want: "22:30"},
		{src: "{{ '2026-01-31T08:00' | date('iso_sec', timeZone='+0200') }}", want: "2026-01-31T08:00:00+02:00"},
		{src: "{{ '2026-03-05T15:04:09.5Z' | date(\"EEEE, d MMMM yyyy 'at' h:mm a\") }}", want: "Thursday, 5 March 2026 at 3:04 PM"},
		{src: "{{ '2026-03-05T00:04:09Z' | date(\"EEE d MMM yy h hh H K k ''\") }}", want: "Thu 5 Mar 26 12 12 0 0 24 '"},
		{src: "{{ '2026-03-05T12:00:00Z' | date('h K k a D DDD Q M MM S SSS n') }}", want: "12 0 12 PM 64 064 1 3 03 0 000 0"},
		{src: "{{ '2026-03-05T12:00:00+05:30' | date('X XX XXX x Z ZZZZ ZZZZZ z VV', '+05:30') }}", want: "+0530 +0530 +05:30 +0530 +0530 GMT+05:30 +05:30 +05:30 +05:30"},
		{src: "{{ '2026-03-05' | date('X x xxx Z z') }}", want: "Z +00 +00:00 +0000 UTC"},
		{src: "{{ '2026-03-05' | date('rfc_1123_date_time') }}", want: "Thu, 5 Mar 2026 00:00:00 +0000"},
		{src: "{{ '05/03/2026 3:04 PM' | date('iso_sec', existingFormat='dd/MM/yyyy h:mm a') }}", want: "2026-03-05T15:04:00Z"},
		{src: "{{ '12:00 AM, Mar 5 26' | date('iso_sec', existingFormat='h:mm a, MMM d yy') }}", want: "2026-03-05T00:00:00Z"},
		{src: "{{ '20260305T1504+0200' | date('iso_sec', existingFormat=\"yyyyMMdd'T'HHmmX\") }}", want: "2026-03-05T13:04:00Z"},
		{src: "{{ '2026-03-05 1.250' | date('SSS', existingFormat='yyyy-MM-dd s.SSS') }}", want: "250"},

		{src: "{{ null | date }}", want: nil},
		{src: "{{ '31/01/2026' | date }}", err: "1:19: `date` needs a date or time like 2026-01-31 or 2026-01-31T12:00:00Z"},
		{src: "{{ '2026-02-30' | date }}", err: "1:19: `date` needs a date or time like 2026-01-31 or 2026-01-31T12:00:00Z"},
		{src: "{{ '30/02/2026' | date(existingFormat='dd/MM/yyyy') }}", err: "1:19: `date` needs a time in the format of `existingFormat`"},
		{src: "{{ '1/2/2026x' | date(existingFormat='d/M/yyyy') }}", err: "1:18: `date` needs a time in the format of `existingFormat`"},
		{src: "{{ '1' | date(existingFormat='dd') }}", err: "1:10: `date` needs a time in the format of `existingFormat`"},
		{src: "{{ [] | date }}", err: "1:9: `date` needs a string or a number of seconds, not a list"},
		{src: "{{ 1.5 | date }}", err: "1:10: `date` needs a string or a number of seconds, not a number"},
		{src: "{{ 0 | date('yyyy-bb') }}", err: "1:8: the date format has the letter b, which is not supported"},
		{src: "{{ 0 | date(\"yyyy 'x\") }}", err: "1:8: the date format has a ' that is never closed"},
		{src: "{{ 0 | date('iso', 'Europe/Nowhere') }}", err: "1:8: `date` knows as `timeZone` names like Europe/Paris, and offsets like +02:00"},
		{src: "{{ 0 | date('iso', '../UTC') }}", err: "1:8: `date` knows as `timeZone` names like Europe/Paris, and offsets like +02:00"},
		{src: "{{ 0 | date('iso', 'Europe') }}", err: "1:8: `date` knows as `timeZone` names like Europe/Paris, and offsets like +02:00"},
		{src: "{{ 0 | date('iso', 'Local') }}", err: "1:8: `date` knows as `timeZone` names like Europe/Paris, and offsets like +02:00"},
		{src: "{{ 0 | date('iso', locale='fr') }}", err: "1:8: `date` knows only English as `locale`"},
		{src: "{{ 0 | date(5) }}", err: "1:8: `date` needs a string as `format`, not a number"},
		{src: "{{ 9223372036854775807 | date }}", err: "1:26: `date` needs a time between the years 1 and 9999"},
	})
}

// TestNamedFormats: each name that Kestra knows gives a pattern, not itself.
func TestNamedFormats(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"iso": "2026-03-05T15:04:09.500000Z", "iso_sec": "2026-03-05T15:04:09Z",
		"sql": "2026-03-05 15:04:09.500000", "sql_seq": "2026-03-05 15:04:09",
		"iso_date_time": "2026-03-05T15:04:09Z", "iso_zoned_date_time": "2026-03-05T15:04:09Z",
		"iso_instant": "2026-03-05T15:04:09Z", "iso_local_date_time": "2026-03-05T15:04:09",
		"iso_date": "2026-03-05Z", "iso_local_date": "2026-03-05", "iso_ordinal_date": "2026-064Z",
		"iso_time": "15:04:09Z", "iso_offset_time": "15:04:09Z", "iso_local_time": "15:04:09",
		"rfc_1123_date_time": "Thu, 5 Mar 2026 15:04:09 +0000",
	} {
		got, err := evaluate("{{ '2026-03-05T15:04:09.5Z' | date('"+name+"') }}", Env{})
		if err != "" || got != want {
			t.Errorf("date(%s) = %v, %q, want %q", name, got, err, want)
		}
	}
}

func TestDateAdd(t *testing.T) {
	t.Parallel()
	check(t, Env{}, []one{
		{src: "{{ '2026-01-31' | dateAdd(1, 'MONTHS', 'yyyy-MM-dd') }}", want: "2026-02-28"},
		{src: "{{ '2024-02-29' | dateAdd(1, 'YEARS', 'yyyy-MM-dd') }}", want: "2025-02-28"},
		{src: "{{ '2026-03-31' | dateAdd(-1, 'MONTHS', 'yyyy-MM-dd') }}", want: "2026-02-28"},
		{src: "{{ '2026-01-31' | dateAdd(1, 'DAYS', 'yyyy-MM-dd') }}", want: "2026-02-01"},
		{src: "{{ '2026-01-31' | dateAdd(-2, 'WEEKS', 'yyyy-MM-dd') }}", want: "2026-01-17"},
		{src: "{{ '2026-01-31' | dateAdd(1, 'DECADES', 'yyyy-MM-dd') }}", want: "2036-01-31"},
		{src: "{{ '2026-01-31' | dateAdd(36, 'HOURS', 'iso_sec') }}", want: "2026-02-01T12:00:00Z"},
		{src: "{{ '2026-01-31' | dateAdd(1, 'HALF_DAYS', 'iso_sec') }}", want: "2026-01-31T12:00:00Z"},
		{src: "{{ '2026-01-31' | dateAdd(-90, 'MINUTES', 'iso_sec') }}", want: "2026-01-30T22:30:00Z"},
		{src: "{{ '2026-01-31' | dateAdd(-1, 'NANOS', 'HH:mm:ss.SSSSSSSSS') }}", want: "23:59:59.999999999"},
		{src: "{{ '2026-01-31' | dateAdd(1500, 'MILLIS', 'ss.SSS') }}", want: "01.500"},
		{src: "{{ '2026-01-31' | dateAdd(unit='SECONDS', amount=61, format='mm:ss', timeZone='+02:00') }}", want: "01:01"},
		{src: "{{ '2026-01-31' | dateAdd(1, 'FORTNIGHTS') }}", err: "1:19: `dateAdd` knows as `unit` NANOS to YEARS"},
		{src: "{{ '2026-01-31' | dateAdd(1.5, 'DAYS') }}", err: "1:19: `dateAdd` needs a whole number as `amount`, not a number"},
		{src: "{{ '2026-01-31' | dateAdd(8000, 'YEARS') }}", err: "1:19: `dateAdd` would leave the years 1 to 9999"},
	})
	for _, unit := range []string{
		"NANOS", "MICROS", "MILLIS", "SECONDS", "MINUTES", "HOURS", "HALF_DAYS",
		"DAYS", "WEEKS", "MONTHS", "YEARS", "DECADES", "CENTURIES",
	} {
		for _, amount := range []string{"9223372036854775807", "-9223372036854775807"} {
			src := "{{ '2026-01-31' | dateAdd(" + amount + ", '" + unit + "') }}"
			got, err := evaluate(src, Env{})
			out := err == "1:19: `dateAdd` would leave the years 1 to 9999"
			if small := unit == "NANOS"; out == small {
				t.Errorf("Eval(%s) = %v, %q", src, got, err)
			}
		}
	}
}

func TestTimestamp(t *testing.T) {
	t.Parallel()
	check(t, Env{}, []one{
		{src: "{{ '1970-01-02T00:00:01.123456789Z' | timestamp }}", want: int64(86401)},
		{src: "{{ '1970-01-02T00:00:01.123456789Z' | timestampMilli }}", want: int64(86401123)},
		{src: "{{ '1970-01-02T00:00:01.123456789Z' | timestampMicro }}", want: int64(86401123456)},
		{src: "{{ '1970-01-02T00:00:01.123456789Z' | timestampNano }}", want: int64(86401123456789)},
		{src: "{{ '1970-01-01T01:00' | timestamp(timeZone='+01:00') }}", want: int64(0)},
		{src: "{{ '0001-01-01' | timestamp }}", want: int64(minSecond)},
		{src: "{{ '1500-01-01' | timestampNano }}", err: "1:19: the number is out of range"},
	})
}
