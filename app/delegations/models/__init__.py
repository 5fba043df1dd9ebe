"""Tables of delegations and delegates."""

from app.delegations.models.people import Delegate, Delegation

__all__ = ["Delegate", "Delegation"]
