package task

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"signoff/engine/expr"
)

// Secrets knows the values that secret() stands for.
type Secrets interface {
	// Secret returns the secret that a namespace knows under a name, which
	// counts without regard to case; [ErrNoSecret] if there is none.
	Secret(ctx context.Context, namespace, name string) (string, error)
}

// ErrNoSecret says that there is no secret of that name.
var ErrNoSecret = errors.New("no such secret")

// EnvSecrets reads secrets from the environment, the same for all namespaces:
// SECRET_<NAME> in base64, as Kestra does, or SIGNOFF_SECRET_<NAME> as it is.
// The plain one wins.
func EnvSecrets(getenv func(string) (string, bool)) Secrets { return envSecrets(getenv) }

type envSecrets func(string) (string, bool)

func (getenv envSecrets) Secret(_ context.Context, _, name string) (string, error) {
	name = strings.ToUpper(name)
	if v, ok := getenv("SIGNOFF_SECRET_" + name); ok {
		return v, nil
	}
	v, ok := getenv("SECRET_" + name)
	if !ok {
		return "", ErrNoSecret
	}
	// Line breaks are what the base64 command puts into long values.
	plain, err := base64.StdEncoding.DecodeString(strings.TrimSpace(v))
	if err != nil {
		return "", fmt.Errorf("SECRET_%s is not base64; set SIGNOFF_SECRET_%s to give it as it is", name, name)
	}
	return string(plain), nil
}

// withSecrets returns env with the function secret, which remembers for the
// mask what it handed out.
func (x *run) withSecrets(ctx context.Context, env expr.Env) expr.Env {
	known := map[string]string{}
	secret := func(args expr.Args) (any, error) {
		name, err := secretName(args)
		if err != nil {
			return nil, err
		}
		if v, ok := known[name]; ok {
			return v, nil
		}
		v, err := x.secret(ctx, name)
		if err != nil {
			return nil, err
		}
		known[name] = v
		x.mask.add(v)
		return v, nil
	}
	return expr.Env{Roots: env.Roots, Funcs: env.Funcs.With(map[string]expr.Func{"secret": secret}), Budget: env.Budget}
}

func secretName(args expr.Args) (string, error) {
	if key, _ := args.Get(0, "key"); args.Len() == 1 {
		if name, ok := key.(string); ok && name != "" {
			return name, nil
		}
	}
	return "", errors.New("secret takes one name, such as secret('API_TOKEN')")
}

func (x *run) secret(ctx context.Context, name string) (string, error) {
	if x.Secrets == nil {
		return "", fmt.Errorf("there is no secret %q", name)
	}
	v, err := x.Secrets.Secret(ctx, x.call.Namespace, name)
	if errors.Is(err, ErrNoSecret) {
		return "", fmt.Errorf("there is no secret %q", name)
	}
	if err != nil {
		return "", fmt.Errorf("secret %q: %w", name, err)
	}
	return v, nil
}
