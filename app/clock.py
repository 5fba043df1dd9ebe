"""The house's clock. Only views, commands and jobs ask it; everything below gets ``at``."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """The present moment, aware, in UTC, to the microsecond."""
    return datetime.now(UTC)
