"""The print room's address, and who may come in."""

from __future__ import annotations

from flask import Blueprint, request

from app.printing.rules import LAYOUTS, Layout, require_layout

desk = Blueprint("printing", __name__, url_prefix="/<language:language>/desk/c/<slug>/badges")


# A look at a badge is a page of its own in a frame: it may bring its style, and nothing else.
PREVIEW_POLICY = "default-src 'none'; style-src 'unsafe-inline'; font-src 'self'; img-src data:; frame-ancestors 'self'"


def asked_layout() -> Layout:
    """The layout of the address; the default when it names none."""
    return LAYOUTS.get(request.args.get("layout", "")) or require_layout(None)
