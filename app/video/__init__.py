"""Meeting rooms and join links."""
