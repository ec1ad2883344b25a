package slack

import (
	"context"

	"signoff/adapters/slack/wire"
)

// values are what was filled in, with what Slack says of the people and the files
// among it.
func (d *dispatcher) values(ctx context.Context, v visit) (map[string]any, error) {
	values := v.w.filled(ctx, v.p)
	for field, value := range values {
		whole, err := d.withFiles(ctx, v, value)
		if err != nil {
			d.log.WarnContext(ctx, "a file could not be looked up", "adapter", Surface, "field", field, "err", err)
			return nil, err
		}
		values[field] = whole
	}
	return values, nil
}

func (d *dispatcher) withFiles(ctx context.Context, v visit, value any) (any, error) {
	switch value := value.(type) {
	case wire.File:
		return d.upload(ctx, v, value)
	case []any:
		all := make([]any, len(value))
		for i, one := range value {
			whole, err := d.withFiles(ctx, v, one)
			if err != nil {
				return nil, err
			}
			all[i] = whole
		}
		return all, nil
	}
	return value, nil
}

// hasFiles reports whether files must be fetched before a form can be handled.
func hasFiles(values map[string]any) bool {
	for _, v := range values {
		switch v := v.(type) {
		case wire.File:
			return true
		case []any:
			if len(v) > 0 {
				if _, file := v[0].(wire.File); file {
					return true
				}
			}
		}
	}
	return false
}
