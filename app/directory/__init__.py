"""Municipalities, their heads, organisations and partnerships."""
