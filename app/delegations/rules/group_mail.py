"""Mails to many delegates: their kinds, their life, what may be filled in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum

from flask_babel import lazy_gettext as _l

from app.errors import Refusal


class GroupMailKind(StrEnum):
    """A text for everyone, or for each what changed in their own data since the last mail."""

    TEXT = "text"
    CHANGES = "changes"


class GroupMailState(StrEnum):
    """Where a mail to a group stands."""

    DRAFT = "draft"
    PREPARED = "prepared"
    RELEASED = "released"


ALLOWED: Mapping[GroupMailState, frozenset[GroupMailState]] = {
    GroupMailState.DRAFT: frozenset({GroupMailState.PREPARED}),
    GroupMailState.PREPARED: frozenset({GroupMailState.RELEASED, GroupMailState.DRAFT}),
    GroupMailState.RELEASED: frozenset(),
}

# What stands in braces in a text and is another for every reader.
MERGE_FIELDS = ("salutation", "name", "link", "number", "conference", "dates", "host")

_FIELD = re.compile(r"\{([^{}\n]{0,60})\}")


def require_move(before: GroupMailState, after: GroupMailState) -> None:
    """:raises Refusal: when a mail to a group that is ``before`` cannot become ``after``."""
    if after not in ALLOWED[before]:
        raise Refusal(_l("The mail is no longer in a state in which this can be done; look at it again."))


def require_known_fields(text: str, *, field: str) -> None:
    """:raises Refusal: naming what stands in braces and is not known."""
    for name in _FIELD.findall(text):
        if name.strip() not in MERGE_FIELDS:
            raise Refusal(
                _l("“%(name)s” in braces is not known. Known are: %(known)s.", name=name[:40],
                   known=", ".join(f"{{{known}}}" for known in MERGE_FIELDS)),
                field=field,
            )  # fmt: skip


def merged(text: str, values: Mapping[str, str]) -> str:
    """``text`` with what stands in braces filled in; a value is never looked through again."""
    return _FIELD.sub(lambda found: values.get(found.group(1).strip(), found.group()), text)
