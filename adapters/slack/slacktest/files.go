package slacktest

import (
	"net/http"
	"path"
	"slices"
	"strings"
	"time"
)

// maxFiles is how many files one field takes.
const maxFiles = 10

// File is a file that a person has uploaded.
type File struct {
	ID      string
	User    string // whose it is
	Name    string
	Type    string // its media type
	Content []byte
	At      time.Time
	// Deleted is a file that is not there any more.
	Deleted bool
}

// Upload has a person upload a file and returns its id. They can put it into
// their forms from then on.
func (s *Server) Upload(user string, f File) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, ok := s.state.User(user)
	if !ok {
		return ""
	}
	f.ID, f.User, f.At = s.state.next("F"), u.ID, s.now()
	f.Type = orElse(f.Type, "application/octet-stream")
	f.Content = slices.Clone(f.Content)
	s.state.files = append(s.state.files, &f)
	s.announce()
	return f.ID
}

// DeleteFile has a file's owner delete it.
func (s *Server) DeleteFile(id string) {
	s.change(func(st *State) {
		if f := st.file(id); f != nil {
			f.Deleted = true
		}
	})
}

func (st *State) file(id string) *File {
	for _, f := range st.files {
		if f.ID == id {
			return f
		}
	}
	return nil
}

// filesInfo shows a file that somebody uploaded where the app is.
func (s *Server) filesInfo(a args) (object, error) {
	f := s.state.file(a.text("file"))
	if f == nil {
		return nil, refuse("file_not_found")
	}
	if f.Deleted {
		return nil, refuse("file_deleted")
	}
	if _, ok := s.state.person(a.by, f.User); !ok {
		return nil, refuse("file_not_found")
	}
	return object{"file": s.fileJSON(f), "comments": []any{}}, nil
}

func (s *Server) fileJSON(f *File) object {
	kind := strings.TrimPrefix(path.Ext(f.Name), ".")
	u, _ := s.state.User(f.User)
	address := s.url + "/files-pri/" + u.Team + "-" + f.ID + "/" + path.Base("/"+f.Name)
	return object{
		"id": f.ID, "created": f.At.Unix(), "timestamp": f.At.Unix(), "name": f.Name, "title": f.Name,
		"mimetype": f.Type, "filetype": kind, "user": f.User, "user_team": u.Team, "size": len(f.Content),
		"mode": "hosted", "is_external": false, "is_public": false,
		"url_private": address, "url_private_download": address,
	}
}

// filesJSON are the files that a person can put into a form.
func (s *Server) filesJSON(u User) []any {
	all := []any{}
	for _, f := range s.state.files {
		if f.User == u.ID && !f.Deleted {
			all = append(all, s.fileJSON(f))
		}
	}
	return all
}

// serveFile hands out a file to whoever has a token for it. Everybody else sees
// a page on which to sign in, with status 200, as in Slack.
func (s *Server) serveFile(w http.ResponseWriter, r *http.Request) {
	token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	team, id, _ := strings.Cut(r.PathValue("id"), "-")
	s.mu.Lock()
	in, err := s.authenticate(args{token: token})
	f := s.state.file(id)
	allowed := err == nil && in.sees("files:read") && s.state.covers(in, team)
	var found File
	if f != nil {
		found = *f
	}
	s.mu.Unlock()
	switch {
	case !allowed:
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write([]byte("<!DOCTYPE html><title>Sign in | Slack</title>")) // a caller that has gone needs no answer
	case f == nil || found.Deleted:
		http.NotFound(w, r)
	default:
		w.Header().Set("Content-Type", found.Type)
		w.Header().Set("Content-Disposition", "attachment")
		_, _ = w.Write(found.Content) // as above
	}
}
