"""Writing programmes: importing, editing, releasing."""

from app.programme.operations.editing import (
    ChangedMeanwhile,
    SessionDetails,
    add_session,
    cancel_session,
    change_session,
    details_of,
    reinstate_session,
)
from app.programme.operations.enclosing import attach_draft_to_letters
from app.programme.operations.importing import import_programme
from app.programme.operations.releasing import release_programme

__all__ = [
    "ChangedMeanwhile",
    "SessionDetails",
    "add_session",
    "attach_draft_to_letters",
    "cancel_session",
    "change_session",
    "details_of",
    "import_programme",
    "reinstate_session",
    "release_programme",
]
