"""What the pages of the programme share."""

from __future__ import annotations

from flask import Blueprint

programme = Blueprint("programme", __name__, url_prefix="/<language:language>")
