package task

import (
	"context"
	"crypto/x509"
	"fmt"
	"maps"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Egress says which addresses tasks may call.
type Egress struct {
	// Allow lists what may be called besides public addresses: a host and port
	// as flows write them ("hr.internal:8443", "127.0.0.1:7070"), or a range of
	// addresses ("10.20.0.0/16"). Cloud metadata addresses cannot be allowed.
	Allow []string
	// Resolver looks names up; nil is the system's.
	Resolver Resolver
	// RootCAs are the authorities that https trusts; nil are the system's.
	RootCAs *x509.CertPool
}

// Resolver looks a host name up. [net.Resolver] is one.
type Resolver interface {
	LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error)
}

// guard dials only what it may. It resolves a name itself, once, and then dials
// the addresses that it has looked at, so a second answer of the name server
// cannot lead elsewhere.
type guard struct {
	hosts    map[string]bool // "host:port"
	ranges   []netip.Prefix
	resolver Resolver
	roots    *x509.CertPool
}

func newGuard(e Egress) (*guard, error) {
	g := &guard{hosts: map[string]bool{}, resolver: e.Resolver, roots: e.RootCAs}
	if g.resolver == nil {
		g.resolver = net.DefaultResolver
	}
	for _, entry := range e.Allow {
		if err := g.allow(entry); err != nil {
			return nil, err
		}
	}
	return g, nil
}

func (g *guard) allow(entry string) error {
	if p, err := netip.ParsePrefix(entry); err == nil {
		if p.Addr().Is4In6() || p != p.Masked() {
			return fmt.Errorf("egress.allow: %q is not a range; write %s", entry, p.Masked())
		}
		g.ranges = append(g.ranges, p)
		return nil
	}
	host, port, err := net.SplitHostPort(entry)
	if n, bad := strconv.ParseUint(port, 10, 16); err != nil || bad != nil || n == 0 || host == "" || strings.ContainsAny(host, "/*@ ") {
		return fmt.Errorf("egress.allow: %q must be host:port or a range such as 10.20.0.0/16", entry)
	}
	g.hosts[hostPort(host, port)] = true
	return nil
}

// with is the guard that lets one more host and port through, which the operator
// has named elsewhere.
func (g *guard) with(address string) *guard {
	more := *g
	more.hosts = maps.Clone(g.hosts)
	if host, port, err := net.SplitHostPort(address); err == nil {
		more.hosts[hostPort(host, port)] = true
	}
	return &more
}

// hostPort is the one spelling under which a host and port are compared.
func hostPort(host, port string) string {
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	if a, err := netip.ParseAddr(host); err == nil {
		host = a.Unmap().String()
	}
	return net.JoinHostPort(host, port)
}

// The longest that one address may take to answer, so that a dead one among
// several does not use up the time of the call.
const dialTimeout = 5 * time.Second

// dial is the transport's DialContext.
func (g *guard) dial(ctx context.Context, _, addr string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, problemf("the address has no host and port")
	}
	addrs, err := g.resolve(ctx, host)
	if err != nil {
		return nil, err
	}
	named := g.hosts[hostPort(host, port)]
	var refused, failed error
	for _, a := range addrs {
		if err := g.check(a, named); err != nil {
			refused = err
			continue
		}
		conn, err := g.dialOne(ctx, netip.AddrPortFrom(a, portNumber(port)), named)
		if err == nil {
			return conn, nil
		}
		failed = err
	}
	if failed != nil {
		return nil, failed
	}
	return nil, refused
}

// dialOne checks the address once more, at the socket: nothing that lies
// between the name and the connection can get past this.
func (g *guard) dialOne(ctx context.Context, to netip.AddrPort, named bool) (net.Conn, error) {
	d := net.Dialer{
		Timeout: dialTimeout,
		Control: func(_, address string, _ syscall.RawConn) error {
			at, err := netip.ParseAddrPort(address)
			if err != nil {
				return problemf("the host has no address that can be checked")
			}
			return g.check(at.Addr(), named)
		},
	}
	return d.DialContext(ctx, "tcp", to.String())
}

func (g *guard) resolve(ctx context.Context, host string) ([]netip.Addr, error) {
	if a, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{a}, nil
	}
	addrs, err := g.resolver.LookupNetIP(ctx, "ip", host)
	if err != nil {
		return nil, err
	}
	if len(addrs) == 0 {
		return nil, problemf("the host name has no address (DNS)")
	}
	return addrs, nil
}

// check refuses what may not be called. named says that the configuration
// allows the host and port by name.
func (g *guard) check(a netip.Addr, named bool) error {
	if a.Zone() != "" {
		return problemf("an address with a zone is not called")
	}
	a = a.Unmap()
	if isMetadata(a) {
		return problemf("the host is a cloud metadata service, which is never called")
	}
	why := forbidden(a)
	if why == "" || named {
		return nil
	}
	for _, p := range g.ranges {
		if p.Contains(a) {
			return nil
		}
	}
	return problemf("the host leads to %s, which tasks do not call; the operator can allow it in egress.allow", why)
}

func portNumber(s string) uint16 {
	n, err := strconv.ParseUint(s, 10, 16)
	if err != nil {
		return 0 // refused by every network
	}
	return uint16(n)
}
