"""Writing programmes: importing, editing, releasing."""

from app.programme.operations.drafting import copy_day, move_session, redo_last, shift_sessions, undo_last
from app.programme.operations.editing import (
    ChangedMeanwhile,
    SessionDetails,
    add_session,
    cancel_session,
    change_session,
    details_of,
    reinstate_session,
    sums_of,
)
from app.programme.operations.enclosing import attach_draft_to_letters
from app.programme.operations.importing import import_programme
from app.programme.operations.releasing import release_programme
from app.programme.operations.signing_up import (
    choose_sessions,
    forget_sign_ups,
    give_back_sessions,
    settle_session,
    settle_sessions,
)
from app.programme.operations.steps import draft_step, forget_steps

__all__ = [
    "ChangedMeanwhile",
    "SessionDetails",
    "add_session",
    "attach_draft_to_letters",
    "cancel_session",
    "change_session",
    "choose_sessions",
    "copy_day",
    "details_of",
    "draft_step",
    "forget_sign_ups",
    "forget_steps",
    "give_back_sessions",
    "import_programme",
    "move_session",
    "redo_last",
    "reinstate_session",
    "release_programme",
    "settle_session",
    "settle_sessions",
    "shift_sessions",
    "sums_of",
    "undo_last",
]
