// Package entra reads who is in a group of Microsoft Entra ID, by way of
// Microsoft Graph, with the permissions of an application.
//
// It is not a surface: it asks nobody and posts nothing. It finds the members of
// groups within groups, says which of them are guests or switched off, and fails
// rather than guess: a member whose state the application may not read is an
// error, not an active member.
//
// The application needs GroupMember.Read.All and User.Read.All, granted by an
// administrator. Package entratest is a fake of both services.
package entra
