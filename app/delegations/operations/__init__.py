"""Deeds of delegations and delegates."""

from app.delegations.operations.delegations import (
    answer_invitation,
    open_answered_delegations,
    open_delegation,
    set_registration,
)
from app.delegations.operations.imports import import_delegates
from app.delegations.operations.mails import code_picture, written_name
from app.delegations.operations.registration import add_member, add_on_behalf, badge_names, register_delegate
from app.delegations.operations.standing import (
    change_details,
    decline,
    grant,
    send_link_again,
    withdraw,
)
from app.delegations.operations.waiting_list import grant_waiting, place_is_free

__all__ = [
    "add_member", "add_on_behalf", "answer_invitation", "badge_names", "change_details", "code_picture",
    "decline", "grant", "grant_waiting", "import_delegates", "open_answered_delegations",
    "open_delegation", "place_is_free", "register_delegate", "send_link_again", "set_registration", "withdraw",
    "written_name",
]  # fmt: skip
