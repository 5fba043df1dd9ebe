"""Reading letters, the register, and who is meant by a selection."""

from app.correspondence.queries.letters import (
    Filter,
    brief_facts,
    briefs_of,
    countries_of,
    counts,
    despatch_counts,
    enclosures_of,
    ids_of,
    issued_letters,
    letter_by_token,
    letter_of,
    letters_page,
    living_municipalities,
    waiting_letters,
)
from app.correspondence.queries.register import (
    letters_of_entries,
    register_count,
    register_csv,
    register_line,
    register_rows,
    years,
)
from app.correspondence.queries.selection import regions, select_municipalities

__all__ = [
    "Filter",
    "brief_facts",
    "briefs_of",
    "countries_of",
    "counts",
    "despatch_counts",
    "enclosures_of",
    "ids_of",
    "issued_letters",
    "letter_by_token",
    "letter_of",
    "letters_of_entries",
    "letters_page",
    "living_municipalities",
    "regions",
    "register_count",
    "register_csv",
    "register_line",
    "register_rows",
    "select_municipalities",
    "waiting_letters",
    "years",
]
