"""Tables of delegations and delegates."""

from app.delegations.models.desk import DistinctPeople, GroupMail, GroupMailRecipient, SavedFilter
from app.delegations.models.people import Delegate, Delegation

__all__ = [
    "Delegate", "Delegation", "DistinctPeople", "GroupMail", "GroupMailRecipient", "SavedFilter",
]  # fmt: skip
