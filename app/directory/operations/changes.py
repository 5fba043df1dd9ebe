"""What every change of the directory shares."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.database import Model, fold
from app.directory.details import MunicipalityDetails
from app.directory.models import Municipality


def alone(session: Session, table: type[Model]) -> None:
    """Keep other writers away from a table until the transaction ends; SQLite does so anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"LOCK TABLE {table.__tablename__} IN SHARE ROW EXCLUSIVE MODE"))


def apply(row: Model, values: Mapping[str, Any], *, at: datetime | None = None) -> list[str]:
    """Set what differs and, with ``at``, the time of the change; returns the names of what was changed."""
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    if changed and at is not None:
        row.updated_at = at  # type: ignore[attr-defined]  # every row of the directory has it
    return changed


def search_text(named: Municipality | MunicipalityDetails) -> str:
    """The folded names by which a municipality is found."""
    names = [named.name_ru, named.name_de, named.name_en, named.slug, named.slug.replace("-", " ")]
    return fold(" ".join(dict.fromkeys(name for name in names if name))) or ""
