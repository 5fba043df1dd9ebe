"""The print room's address, and who may come in."""

from __future__ import annotations

from flask import Blueprint, request

from app.printing.rules import LAYOUTS, Layout, require_layout

desk = Blueprint("printing", __name__, url_prefix="/<language:language>/desk/c/<slug>/badges")


def asked_layout() -> Layout:
    """The layout of the address; the default when it names none."""
    return LAYOUTS.get(request.args.get("layout", "")) or require_layout(None)
