"""Changing the directory: by hand, and from files."""

from app.directory.operations.heads import add_head, change_head, remove_head
from app.directory.operations.imports import import_heads, import_municipalities, import_partnerships
from app.directory.operations.municipalities import change_municipality, create_municipality
from app.directory.operations.organisations import change_organisation, create_organisation
from app.directory.operations.partnerships import add_partnership, change_partnership, remove_partnership

__all__ = [
    "add_head",
    "add_partnership",
    "change_head",
    "change_municipality",
    "change_organisation",
    "change_partnership",
    "create_municipality",
    "create_organisation",
    "import_heads",
    "import_municipalities",
    "import_partnerships",
    "remove_head",
    "remove_partnership",
]
