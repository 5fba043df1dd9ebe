"""Reading tables people send us (CSV, XLSX), and telling what became of their rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from app.errors import Message


@dataclass(frozen=True)
class TableRow:
    """One row of a file; ``number`` as a person counts them: the header is row 1."""

    number: int
    values: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.values.get(column, "")


@dataclass(frozen=True)
class Rejected:
    """Why a row was not taken."""

    row: int
    column: str
    message: Message

    def as_json(self) -> dict[str, Any]:
        """As ``--json`` prints it."""
        return {"row": self.row, "column": self.column, "message": str(self.message)}


@dataclass
class ImportReport:
    """What an import did, or why it did nothing."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: list[Rejected] = field(default_factory=list)
    warnings: list[Rejected] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """As ``--json`` prints it."""
        return {
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "rejected": [entry.as_json() for entry in self.rejected],
            "warnings": [entry.as_json() for entry in self.warnings],
        }
