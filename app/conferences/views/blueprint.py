"""Where the pages of conferences hang."""

from flask import Blueprint

conferences = Blueprint("conferences", __name__, url_prefix="/<language:language>")
