// Package access says who may do what in which namespace: verbs, the roles that
// bundle them, and the grants that give a role to people.
//
// Everything here is a function of its arguments. It fails closed: an unknown
// person, an inactive one, an empty group and a group whose members could not be
// read have no right. Whether somebody may answer one request is decided by
// package approval besides; a right alone never makes an approver.
package access
