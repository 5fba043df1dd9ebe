"""Reading delegations and delegates."""

from app.delegations.queries.listing import (
    EXPORT_COLUMNS,
    FILE_COLUMNS,
    countries,
    export_rows,
    how_many,
    matching,
    page_of_delegates,
)
from app.delegations.queries.people import (
    answered_without_delegation,
    calendar_for,
    delegate_by_token,
    delegates_with_place,
    delegation_by_token,
    delegation_for,
    delegations,
    how_many_applied,
    join_link,
    letter_of_reply,
    link_states,
    members,
    next_number,
    personal_link,
    place_in_line,
    places,
    waiting_line,
)
from app.delegations.queries.search import search_text

__all__ = [
    "EXPORT_COLUMNS", "FILE_COLUMNS", "answered_without_delegation", "calendar_for", "countries", "delegate_by_token",
    "delegates_with_place", "delegation_by_token", "delegation_for", "delegations", "export_rows", "how_many",
    "how_many_applied", "join_link", "letter_of_reply", "link_states", "matching", "members", "next_number",
    "page_of_delegates", "personal_link", "place_in_line", "places", "search_text", "waiting_line",
]  # fmt: skip
