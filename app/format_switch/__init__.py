"""The one step between in person, hybrid and video."""
