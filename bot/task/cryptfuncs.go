package task

import (
	"crypto/rand"
	"errors"

	"signoff/engine/expr"
)

// withCrypt returns env with encrypt(), which draws at random, and decrypt(),
// which remembers for the mask what it opened.
func (x *run) withCrypt(env expr.Env) expr.Env {
	funcs := map[string]expr.Func{}
	funcs["encrypt"] = func(args expr.Args) (any, error) {
		key, text, err := cipherArguments(args, "plaintext")
		if err != nil {
			return nil, err
		}
		var nonce [nonceSize]byte
		if _, err := rand.Read(nonce[:]); err != nil {
			return nil, err
		}
		return encrypt(key, text, nonce)
	}
	funcs["decrypt"] = func(args expr.Args) (any, error) {
		key, text, err := cipherArguments(args, "encrypted")
		if err != nil {
			return nil, err
		}
		plain, err := decrypt(key, text)
		if err != nil {
			return nil, err
		}
		x.mask.add(plain)
		return plain, nil
	}
	return expr.Env{Roots: env.Roots, Funcs: env.Funcs.With(funcs), Budget: env.Budget}
}

// cipherArguments reads a key, and a text under a name, and takes the steps that
// the work costs.
func cipherArguments(args expr.Args, name string) (key, text string, err error) {
	given, _ := args.Get(0, "key")
	value, _ := args.Get(1, name)
	key, isKey := given.(string)
	text, isText := value.(string)
	if !isKey || !isText {
		return "", "", errors.New("it needs a key and a text")
	}
	return key, text, args.Spend(len(text))
}
