"""Editions: number, host, dates, theme, venues, format."""
