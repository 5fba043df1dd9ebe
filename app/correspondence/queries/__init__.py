"""Reading letters, the register, and who is meant by a selection."""

from app.correspondence.queries.letters import (
    Filter,
    brief_facts,
    briefs_of,
    counts,
    enclosures_of,
    issued_letters,
    letter_by_token,
    letter_of,
    letters_page,
    living_municipalities,
    waiting_letters,
)
from app.correspondence.queries.register import register_count, register_rows, years
from app.correspondence.queries.selection import select_municipalities

__all__ = [
    "Filter",
    "brief_facts",
    "briefs_of",
    "counts",
    "enclosures_of",
    "issued_letters",
    "letter_by_token",
    "letter_of",
    "letters_page",
    "living_municipalities",
    "register_count",
    "register_rows",
    "select_municipalities",
    "waiting_letters",
    "years",
]
