"""Questions organisers ask of delegates, and the answers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.conferences.models import Conference
from app.database import Model, UtcDateTime, enum_column
from app.delegations.models.people import Delegate
from app.delegations.rules.questions import QuestionKind


class Question(Model):
    """One question of a conference. ``slug`` is its short name: the column ``q_<slug>`` of files.

    Asked of ``roles`` (none: of everyone), and only of those who answered ``condition_value`` to ``condition``. One
    that was answered is never deleted but retired: asked no more, its answers kept.
    """

    __tablename__ = "question"
    __table_args__ = (
        UniqueConstraint("conference_id", "slug"),
        CheckConstraint("slug <> ''", name="slug"),
        CheckConstraint("condition_id IS NULL OR condition_value <> ''", name="condition"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id"), index=True)
    slug: Mapped[str] = mapped_column(String(40))
    kind: Mapped[QuestionKind] = mapped_column(enum_column(QuestionKind, "kind"))
    label_ru: Mapped[str] = mapped_column(String(300))
    label_de: Mapped[str] = mapped_column(String(300))
    label_en: Mapped[str] = mapped_column(String(300))
    hint_ru: Mapped[str] = mapped_column(String(600), default="")
    hint_de: Mapped[str] = mapped_column(String(600), default="")
    hint_en: Mapped[str] = mapped_column(String(600), default="")
    required: Mapped[bool] = mapped_column(default=False)
    roles: Mapped[list[str]] = mapped_column(JSON, default=list)
    condition_id: Mapped[int | None] = mapped_column(ForeignKey("question.id"))
    condition_value: Mapped[str] = mapped_column(String(40), default="")
    position: Mapped[int] = mapped_column(default=0)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    conference: Mapped[Conference] = relationship()
    condition: Mapped[Question | None] = relationship(remote_side="Question.id", lazy="joined", join_depth=1)
    choices: Mapped[list[QuestionChoice]] = relationship(
        back_populates="question", order_by="QuestionChoice.position", cascade="all, delete-orphan", lazy="selectin"
    )


class QuestionChoice(Model):
    """One of the answers a question offers; ``places`` is how many may choose it."""

    __tablename__ = "question_choice"
    __table_args__ = (
        UniqueConstraint("question_id", "key"),
        CheckConstraint("places IS NULL OR places >= 0", name="places"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id", ondelete="CASCADE"), index=True)
    key: Mapped[str] = mapped_column(String(40))
    label_ru: Mapped[str] = mapped_column(String(300))
    label_de: Mapped[str] = mapped_column(String(300))
    label_en: Mapped[str] = mapped_column(String(300))
    places: Mapped[int | None]
    position: Mapped[int] = mapped_column(default=0)

    question: Mapped[Question] = relationship(back_populates="choices")


class Answer(Model):
    """What a delegate answered: one row, or one for each of several choices.

    ``file`` is the name under which the strongbox keeps a file; ``value`` is then what the file is called.
    """

    __tablename__ = "answer"
    __table_args__ = (
        Index("uq_answer_choice", "delegate_id", "question_id", "key", unique=True),
        Index("ix_answer_chosen", "question_id", "key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    delegate_id: Mapped[int] = mapped_column(ForeignKey("delegate.id", ondelete="CASCADE"))
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(40), default="")  # of the choice; empty for other kinds
    value: Mapped[str] = mapped_column(Text, default="")
    file: Mapped[str] = mapped_column(String(40), default="")
    media_type: Mapped[str] = mapped_column(String(60), default="")
    answered_at: Mapped[datetime] = mapped_column(UtcDateTime)

    question: Mapped[Question] = relationship()
    delegate: Mapped[Delegate] = relationship()
