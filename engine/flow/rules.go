package flow

// rule is the stable name of a kind of fault. docs/rules.md explains each; a
// test keeps the two equal.
type rule string

// What is wrong with the file.
const (
	ruleSyntax       rule = "yaml-syntax"
	ruleUnsupported  rule = "yaml-unsupported"
	ruleLimit        rule = "limit"
	ruleDuplicateKey rule = "duplicate-key"
	ruleUnknownKey   rule = "unknown-key"
	ruleMissingKey   rule = "missing-key"
	ruleKeyConflict  rule = "key-conflict"
	ruleNotYet       rule = "not-yet"
	ruleKeyIgnored   rule = "key-ignored"
	ruleWrongKind    rule = "wrong-kind"
	ruleBadValue     rule = "bad-value"
	ruleBadID        rule = "bad-id"
	ruleDuplicateID  rule = "duplicate-id"
	ruleTaskUnknown  rule = "task-unknown"
	ruleTriggerOther rule = "trigger-unknown"
	ruleCommandTaken rule = "command-taken"
	ruleBadDuration  rule = "bad-duration"
	ruleBadCron      rule = "bad-cron"
	ruleBadZone      rule = "bad-zone"
	ruleDagTask      rule = "dag-task"
	rulePauseInside  rule = "pause-in-directory"
)

// What is wrong with its expressions.
const (
	ruleExpression      rule = "expression"
	ruleUnknownRoot     rule = "unknown-root"
	ruleUnknownFunction rule = "unknown-function"
	ruleUnknownOutput   rule = "unknown-output"
	ruleUnknownInput    rule = "unknown-input"
	ruleUnknownVar      rule = "unknown-var"
	ruleOutputRace      rule = "output-race"
	ruleOperatorOrder   rule = "operator-order"
	ruleSecretInState   rule = "secret-in-state"
	ruleSecretMasked    rule = "secret-masked"
)

// What is wrong with its questions.
const (
	ruleInputDefault  rule = "input-default"
	ruleInputDepends  rule = "input-depends"
	ruleInputRange    rule = "input-range"
	ruleInputValues   rule = "input-values"
	ruleInputUnused   rule = "input-unused"
	ruleBadSelector   rule = "bad-selector"
	ruleQuorumRange   rule = "quorum-range"
	ruleVerdictInput  rule = "verdict-input"
	ruleVerdictUnread rule = "verdict-unread"
	ruleExpiryDefault rule = "expiry-default"
	ruleTimeoutUnused rule = "timeout-unused"

	ruleNeverDue       rule = "never-due"
	ruleWithinUnused   rule = "within-unused"
	ruleAutoAlways     rule = "auto-always"
	ruleStagesOptional rule = "stages-optional"
	ruleChangesUsed    rule = "changes-used"
)

// What is wrong with its scripts.
const (
	ruleExpressionInScript rule = "expression-in-script"
	ruleSecretInScript     rule = "secret-in-script"
)

// What a reviewer would mention.
const (
	ruleUnreachable     rule = "unreachable"
	ruleNeverEqual      rule = "never-equal"
	ruleConditionText   rule = "condition-text"
	ruleSilenceApproves rule = "silence-approves"
	ruleAsksAgain       rule = "retry-asks-again"
	ruleGateHoldsSlot   rule = "gate-holds-slot"
	ruleSecretOverHTTP  rule = "secret-over-http"
	ruleJSONInjection   rule = "json-injection"
	ruleWebhookKey      rule = "webhook-key-in-file"
	ruleScheduleZone    rule = "schedule-timezone"
	ruleDuplicateCron   rule = "duplicate-schedule"
	ruleTriggerLoop     rule = "trigger-loop"
	ruleSubflowLoop     rule = "subflow-loop"
	ruleInputsMissing   rule = "trigger-inputs"
	ruleDefaultUnused   rule = "default-unused"
)
