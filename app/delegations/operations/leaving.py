"""Who leaves a conference gives back what rooms above gave them."""

from __future__ import annotations

from collections.abc import Callable

from app.database import after_commit
from app.delegations.models import Delegate

#: name of a feature -> what it does once somebody (by id) has withdrawn, was declined, passed their place on or
#: turned out to be a double. Runs after the deed is on disk, in transactions of its own.
when_somebody_left: dict[str, Callable[[int], object]] = {}


def tell_left(delegate: Delegate) -> None:
    """Call inside the transaction in which the person's standing ends."""
    number = delegate.id

    def tell() -> None:
        for give_back in when_somebody_left.values():
            give_back(number)

    after_commit(tell)
