"""Outgoing e-mail as rows, and the worker that sends them."""
