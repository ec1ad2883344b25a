package task

import "net/netip"

// Forbidden is forbidden, for tests: public addresses cannot be dialled there.
func Forbidden(a netip.Addr) string { return forbidden(a) }

// IsMetadata is isMetadata, for tests.
func IsMetadata(a netip.Addr) bool { return isMetadata(a) }

// What the functions encrypt() and decrypt() do, with a nonce of the test's choice.
var (
	Encrypt = encrypt
	Decrypt = decrypt

	ErrCipherKey, ErrCipherText = errCipherKey, errCipherText
)
