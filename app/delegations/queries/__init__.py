"""Reading delegations and delegates."""

from app.delegations.queries.door import DECISIVE, Door, at_the_door
from app.delegations.queries.listing import (
    EXPORT_COLUMNS,
    FILE_COLUMNS,
    JOURNEY_COLUMNS,
    arrival_days,
    chosen,
    countries,
    delegation_names,
    export_rows,
    how_many,
    ids_of,
    lacks,
    matching,
    page_of_delegates,
    regions,
    saved_filters,
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
    merged_into,
    next_number,
    personal_link,
)
from app.delegations.queries.places import chosen_attendance, place_in_line, places, waiting_line, wish_in_line, wish_of
from app.delegations.queries.search import found_by, is_up_to_date, search_text, sort_name

__all__ = [
    "DECISIVE", "EXPORT_COLUMNS", "FILE_COLUMNS", "JOURNEY_COLUMNS", "Door", "answered_without_delegation",
    "arrival_days", "at_the_door", "calendar_for", "chosen", "chosen_attendance", "countries", "delegate_by_token",
    "delegates_with_place", "delegation_by_token", "delegation_for", "delegation_names", "delegations",
    "export_rows", "found_by", "how_many", "how_many_applied", "ids_of", "is_up_to_date", "join_link", "lacks",
    "letter_of_reply", "link_states", "matching", "members", "merged_into", "next_number", "page_of_delegates",
    "personal_link", "place_in_line", "places", "regions", "saved_filters", "search_text", "sort_name",
    "waiting_line", "wish_in_line", "wish_of",
]  # fmt: skip
