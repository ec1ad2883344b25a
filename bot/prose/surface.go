package prose

// SurfaceName is how people call a surface.
func SurfaceName(surface string) string {
	switch surface {
	case "slack":
		return "Slack"
	case "teams":
		return "Teams"
	case "email":
		return "mail"
	case "web":
		return "web"
	case "api":
		return "API"
	default:
		return OneLine(surface)
	}
}
