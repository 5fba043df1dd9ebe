"""Badges and lists on paper, print runs."""
