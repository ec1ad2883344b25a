package bolt

// NoSync makes commits return before they are on the disk, for tests that need
// many and survive no crash.
func (s *Store) NoSync() { s.db.NoSync = true }
