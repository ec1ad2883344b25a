package flow

func triggerDefinitions() []Definition { return nil }

func conditionDefinitions() []Definition { return nil }
