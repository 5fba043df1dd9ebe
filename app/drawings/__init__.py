"""Drawings (SVG) people upload: read with suspicion, drawn here as pixels; nothing else of the file is kept or shown.

A drawing is a program as well: it may hold scripts, fetch from elsewhere, and grow without end while it is read. What
could do that is refused, and so is what we do not draw: better no arms than wrong ones.
"""

from app.drawings.painting import draw
from app.drawings.reading import MAX_BYTES, is_drawing

__all__ = ["MAX_BYTES", "draw", "is_drawing"]
