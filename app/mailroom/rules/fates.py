"""What became of a mail for one of its recipients."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Fate:
    """What a report says of one recipient. ``status`` is the enhanced status code (RFC 3463), or that of SMTP."""

    recipients: tuple[str, ...]  # the original one and the final one, small letters
    permanent: bool
    status: str
