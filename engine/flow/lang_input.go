package flow

func inputDefinitions() []Definition { return nil }
