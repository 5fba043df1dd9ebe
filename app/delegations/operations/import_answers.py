"""Answers to the organisers' questions within a file of delegates: the columns ``q_<short name>``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from flask_babel import gettext as _

from app.conferences.models import Conference
from app.delegations.models import Delegate, Question
from app.delegations.operations.answers import keep_answers
from app.delegations.queries.questions import answer_rows, questions_of
from app.delegations.rules.questions import COLUMN, HAS_CHOICES, QuestionKind, tidy_answer
from app.errors import Refusal
from app.history.rules import Actor
from app.tables import ImportReport, Rejected, TableRow


def _parts(question: Question, text: str) -> list[str]:
    return text.split(";") if question.kind in HAS_CHOICES else [text]


@dataclass
class FileAnswers:
    """What a file says of the questions of a conference, against what is kept. Two queries, whatever its length."""

    conference: Conference
    questions: dict[str, Question] = field(default_factory=dict)
    kept: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, conference: Conference) -> FileAnswers:
        """With the questions asked now or before, and everybody's answers."""
        asked = {COLUMN + row.slug: row for row in questions_of(conference, retired=True)}
        return cls(conference, asked, answer_rows(conference) if asked else {})

    def faults(self, row: TableRow) -> list[tuple[str, str]]:
        """What makes a row unusable: (column, message)."""
        found = []
        for column, question in self.questions.items():
            text = row[column]
            if not text or text == self.kept.get(row["delegate_id"], {}).get(column, ""):
                continue
            if question.kind is QuestionKind.FILE:
                found.append((column, _("files cannot be taken from a table")))
                continue
            try:
                tidy_answer(question.kind, _parts(question, text), [choice.key for choice in question.choices])
            except Refusal as refusal:
                found.append((column, str(refusal.message)))
        return found

    def changed(self, row: TableRow) -> dict[str, list[str]]:
        """Answers of a row that are not what is kept, by short name."""
        kept = self.kept.get(row["delegate_id"], {})
        found = {}
        for column, question in self.questions.items():
            if column not in row.values or row[column] == kept.get(column, ""):
                continue
            parts = [] if not row[column] else _parts(question, row[column])
            texts = tidy_answer(question.kind, parts, [choice.key for choice in question.choices])
            if ";".join(texts) != kept.get(column, ""):
                found[question.slug] = texts
        return found

    def keep(
        self, told: Mapping[str, tuple[TableRow, Mapping[str, list[str]]]], people: Mapping[str, Delegate],
        report: ImportReport, *, skip_bad_rows: bool, actor: Actor, at: datetime,
    ) -> None:  # fmt: skip
        """Keep changed answers. An answer that cannot be given (no place is left) refuses the file, or its row.

        :raises Refusal: with row and column.
        """
        for key, (row, answers) in told.items():
            try:
                keep_answers(delegate=people[key], answers=answers, require=False, actor=actor, at=at)
            except Refusal as refusal:
                if not skip_bad_rows:
                    raise Refusal(refusal.message, field=refusal.field, row=row.number) from refusal
                report.rejected.append(Rejected(row.number, refusal.field or "", refusal.message))
