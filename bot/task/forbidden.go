package task

import "net/netip"

// block is a range of addresses and what to call it.
type block struct {
	prefix netip.Prefix
	name   string
}

// forbidden says in words why an address is not public; empty if it is. An
// IPv6 address must lie in the one range that is given out to the world.
// Ranges that embed IPv4 addresses are refused as a whole: what is public has
// an address of its own.
func forbidden(a netip.Addr) string {
	for _, b := range blocks {
		if b.prefix.Contains(a) {
			return b.name
		}
	}
	if a.Is6() && !globalUnicast.Contains(a) {
		return "an address that is not public"
	}
	return ""
}

// isMetadata reports whether a is a metadata address, or an IPv6 address that a
// gateway would translate into one.
func isMetadata(a netip.Addr) bool {
	in := embedded(a)
	for _, p := range metadata {
		if p.Contains(a) || p.Contains(in) {
			return true
		}
	}
	return false
}

// embedded is the IPv4 address that a transition address carries; the zero
// address if it carries none.
func embedded(a netip.Addr) netip.Addr {
	if !a.Is6() || a.Is4In6() {
		return netip.Addr{}
	}
	b := a.As16()
	if sixToFour.Contains(a) {
		return netip.AddrFrom4([4]byte(b[2:6]))
	}
	if teredo.Contains(a) {
		return netip.AddrFrom4([4]byte{^b[12], ^b[13], ^b[14], ^b[15]})
	}
	for _, p := range translated {
		if p.Contains(a) {
			return netip.AddrFrom4([4]byte(b[12:16]))
		}
	}
	return netip.Addr{}
}

//nolint:gochecknoglobals // tables of one line
var (
	globalUnicast = netip.MustParsePrefix("2000::/3")
	sixToFour     = netip.MustParsePrefix("2002::/16")
	teredo        = netip.MustParsePrefix("2001::/32")
)

// translated are the ranges that carry an IPv4 address at their end.
//
//nolint:gochecknoglobals // a table
var translated = []netip.Prefix{
	netip.MustParsePrefix("::/96"),
	netip.MustParsePrefix("::ffff:0:0:0/96"),
	netip.MustParsePrefix("64:ff9b::/96"),
	netip.MustParsePrefix("64:ff9b:1::/48"),
}

// metadata are the addresses at which clouds hand out credentials: the link-local
// range with 169.254.169.254 in it, Azure's, Alibaba's, Oracle's, and those of AWS
// and Google in IPv6.
//
//nolint:gochecknoglobals // a table
var metadata = []netip.Prefix{
	netip.MustParsePrefix("169.254.0.0/16"),
	netip.MustParsePrefix("168.63.129.16/32"),
	netip.MustParsePrefix("100.100.100.200/32"),
	netip.MustParsePrefix("192.0.0.192/32"),
	netip.MustParsePrefix("fd00:ec2::/32"),
	netip.MustParsePrefix("fd20:ce::254/128"),
}

// blocks are IANA's special-purpose registries, with the ranges that
// [netip.Addr.IsPrivate] and its sisters do not know.
//
//nolint:gochecknoglobals // a table
var blocks = []block{
	{netip.MustParsePrefix("0.0.0.0/8"), "this host"},
	{netip.MustParsePrefix("10.0.0.0/8"), "a private network"},
	{netip.MustParsePrefix("100.64.0.0/10"), "a provider's inner network"},
	{netip.MustParsePrefix("127.0.0.0/8"), "this host"},
	{netip.MustParsePrefix("169.254.0.0/16"), "the local link"},
	{netip.MustParsePrefix("172.16.0.0/12"), "a private network"},
	{netip.MustParsePrefix("192.0.0.0/24"), "a special-purpose network"},
	{netip.MustParsePrefix("192.0.2.0/24"), "a documentation network"},
	{netip.MustParsePrefix("192.88.99.0/24"), "a tunnel (6to4)"},
	{netip.MustParsePrefix("192.168.0.0/16"), "a private network"},
	{netip.MustParsePrefix("198.18.0.0/15"), "a benchmarking network"},
	{netip.MustParsePrefix("198.51.100.0/24"), "a documentation network"},
	{netip.MustParsePrefix("203.0.113.0/24"), "a documentation network"},
	{netip.MustParsePrefix("224.0.0.0/4"), "a multicast group"},
	{netip.MustParsePrefix("240.0.0.0/4"), "a reserved network"},
	{netip.MustParsePrefix("::/128"), "this host"},
	{netip.MustParsePrefix("::1/128"), "this host"},
	{netip.MustParsePrefix("64:ff9b::/96"), "a translated address (NAT64)"},
	{netip.MustParsePrefix("64:ff9b:1::/48"), "a translated address (NAT64)"},
	{netip.MustParsePrefix("2001::/23"), "a special-purpose network (Teredo and others)"},
	{netip.MustParsePrefix("2001:db8::/32"), "a documentation network"},
	{netip.MustParsePrefix("2002::/16"), "a tunnel (6to4)"},
	{netip.MustParsePrefix("3fff::/20"), "a documentation network"},
	{netip.MustParsePrefix("fc00::/7"), "a private network"},
	{netip.MustParsePrefix("fe80::/10"), "the local link"},
	{netip.MustParsePrefix("fec0::/10"), "a private network"},
	{netip.MustParsePrefix("ff00::/8"), "a multicast group"},
}
