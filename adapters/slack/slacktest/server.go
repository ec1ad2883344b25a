package slacktest

import (
	"crypto/rand"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// Server is a fake Slack. It is an [http.Handler] for the Web API under /api/,
// incoming webhooks under /services/, response URLs under /actions/ and sockets
// under /link/. It is safe for concurrent use.
type Server struct {
	opt     Options
	log     *slog.Logger
	now     func() time.Time
	mux     *http.ServeMux
	methods map[string]method // with a bot token
	free    map[string]method // without
	check   *checker

	mu        sync.Mutex
	state     *State             // guarded by mu
	changed   chan struct{}      // guarded by mu; closed at the next change
	url       string             // guarded by mu
	addresses Addresses          // guarded by mu
	client    *http.Client       // guarded by mu
	faults    map[string]*fault  // guarded by mu; by method
	calls     []Call             // guarded by mu
	posts     map[string]*bucket // guarded by mu; by channel id
	rates     map[string]*bucket // guarded by mu; by install and method
	commands  []SlashCommand     // guarded by mu
	shortcuts []Shortcut         // guarded by mu

	errands  sync.WaitGroup
	stopping chan struct{} // closed when the errands shall end
	stop     sync.Once
	sockets  sockets // guarded by mu, all but joined
}

var _ http.Handler = (*Server)(nil)

// New makes a workspace.
func New(opt Options) *Server {
	opt = opt.withDefaults()
	s := &Server{
		opt:       opt,
		log:       opt.Log,
		now:       opt.Now,
		check:     newChecker(),
		changed:   make(chan struct{}),
		url:       opt.URL,
		addresses: Addresses{Interactions: opt.Interactions},
		client:    opt.Client,
		faults:    map[string]*fault{},
		posts:     map[string]*bucket{},
		rates:     map[string]*bucket{},
		commands:  slices.Clone(opt.Commands),
		shortcuts: slices.Clone(opt.Shortcuts),
		stopping:  make(chan struct{}),
	}
	s.sockets = sockets{on: opt.SocketMode, tickets: newExpiring[bool](ticketLife), waiting: map[string]*delivery{}}
	s.state = newState(opt)
	s.methods, s.free = s.methodTable(), s.freeMethods()
	s.mux = http.NewServeMux()
	s.mux.HandleFunc("/api/{method}", s.serveMethod)
	s.mux.HandleFunc("GET /link/{$}", s.serveSocket)
	s.mux.HandleFunc("GET /oauth/v2/authorize", s.serveAuthorize)
	s.mux.HandleFunc("GET /files-pri/{id}/{name}", s.serveFile)
	s.mux.HandleFunc("POST /services/{team}/{hook}/{secret}", s.serveWebhook)
	s.mux.HandleFunc("POST /actions/{team}/{id}/{secret}", s.serveResponse)
	return s
}

// ServeHTTP answers as slack.com and hooks.slack.com would.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

// BotToken is the token that the app must send.
func (s *Server) BotToken() string { return s.opt.BotToken }

// AppToken is the token with which the app opens sockets.
func (s *Server) AppToken() string { return s.opt.AppToken }

// SigningSecret is the secret with which interactions are signed.
func (s *Server) SigningSecret() string { return s.opt.SigningSecret }

// TeamID is the workspace's id.
func (s *Server) TeamID() string { return s.opt.TeamID }

// AppName is what the app is called in the workspace.
func (s *Server) AppName() string { return s.opt.AppName }

// URL is where the fake is reached.
func (s *Server) URL() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.url
}

// APIURL is the address to give to a Slack client: URL and "/api/".
func (s *Server) APIURL() string { return s.URL() + "/api/" }

// SetURL says where the fake is reached.
func (s *Server) SetURL(url string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.url = strings.TrimSuffix(url, "/")
}

// SetUser adds a user or replaces the one with the same id or name.
func (s *Server) SetUser(u User) {
	s.change(func(st *State) { st.setUser(u) })
}

// SetWorkspace adds a workspace or replaces the one with the same id.
func (s *Server) SetWorkspace(w Workspace) {
	s.change(func(st *State) { st.setWorkspace(w) })
}

// SetChannel adds a channel or replaces the one with the same id or name.
func (s *Server) SetChannel(c Channel) {
	s.change(func(st *State) { st.setChannel(c) })
}

// SetUserGroup adds a user group or replaces the one with the same id.
func (s *Server) SetUserGroup(g UserGroup) {
	s.change(func(st *State) { st.setUserGroup(g) })
}

// Remove deletes a message as an administrator or a retention rule would.
func (s *Server) Remove(channel, ts string) {
	s.change(func(st *State) {
		id := st.place(channel)
		st.messages[id] = slices.DeleteFunc(st.messages[id], func(m *Message) bool { return m.TS == ts })
	})
}

// change runs f on the state and tells everybody who waits.
func (s *Server) change(f func(*State)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f(s.state)
	s.announce()
}

// announce wakes everybody who waits; the caller holds mu.
func (s *Server) announce() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// newSecret is a part of a name that cannot be guessed.
func newSecret() string { return rand.Text() }
