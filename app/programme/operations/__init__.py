"""Writing programmes: importing, editing, releasing."""

from app.programme.operations.importing import import_programme
from app.programme.operations.releasing import release_programme

__all__ = ["import_programme", "release_programme"]
