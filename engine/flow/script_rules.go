package flow

// What is wrong with its scripts.
const (
	ruleExpressionInScript rule = "expression-in-script"
	ruleSecretInScript     rule = "secret-in-script"
)
