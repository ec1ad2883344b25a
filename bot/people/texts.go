package people

import "signoff/bot/prose"

// The refusals of [People.Identify], word for word as the person reads them.

func textNoAccount() string {
	return "signoff could not see which account this came from, so it does not count. Try again, or ask an administrator."
}

func textBot() string {
	return "Bots cannot answer. A person has to press the button."
}

func textDeactivated(surface string) string {
	return "Your " + prose.SurfaceName(surface) + " account is deactivated, so you cannot answer."
}

func textForeign(surface string) string {
	return "Your " + prose.SurfaceName(surface) + " account belongs to another organisation. Only people of this one can answer."
}

func textGuest(surface string) string {
	return "Guests cannot answer. Ask a full member on " + prose.SurfaceName(surface) + "."
}

func textUnknown(surface string) string {
	return "signoff does not know your " + prose.SurfaceName(surface) + " account. Ask an administrator to add it."
}

func textTwoPeople(surface string) string {
	return "Your " + prose.SurfaceName(surface) + " account fits two people, so signoff cannot tell who you are. Ask an administrator to mend it."
}

func textInactive() string {
	return "You are switched off in signoff's directory, so you cannot answer. Ask an administrator."
}

func textLinkBroken(surface string) string {
	return "Your " + prose.SurfaceName(surface) + " account was linked to a person by a mail address that one of them has no more, so it does not count. Ask an administrator to link it again."
}

func textLinkedElsewhere(surface string) string {
	return "Your mail address is linked to another " + prose.SurfaceName(surface) + " account, so this one does not count. Ask an administrator to break that link if it is out of date."
}
