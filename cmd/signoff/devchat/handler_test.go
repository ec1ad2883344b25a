package devchat_test

import "signoff/cmd/signoff/devchat"

func vacation() devchat.StartRequest {
	return devchat.StartRequest{
		Namespace: "hr.operations", Flow: "vacation_approval",
		Inputs: map[string]string{"employee": "Alex Adler", "start_date": "2026-12-21", "end_date": "2026-12-31"},
	}
}
