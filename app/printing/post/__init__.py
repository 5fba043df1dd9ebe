"""Envelopes and address labels for delegates and heads."""
