"""Sealed files: stored by SHA-256, never changed."""
