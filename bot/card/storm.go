package card

import "fmt"

// Storm tells that triggers are held back.
func Storm(namespace string, limit int) string {
	return fmt.Sprintf("The triggers of %s started %d executions within a minute, which is the limit. What else they want to start waits. If that is not what you meant, switch a trigger off.", namespace, limit)
}
