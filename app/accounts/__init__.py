"""Staff, their roles, signing in."""
