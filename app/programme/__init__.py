"""Programme sessions, people, warnings, releases, feeds."""
