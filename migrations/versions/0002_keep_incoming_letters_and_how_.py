"""Keep incoming letters and how enclosures go."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def refer(table: str, column: str) -> None:
    """Add a column that refers to an incoming letter. Copying a table would lose its checks, so it is not copied."""
    op.execute(
        f"ALTER TABLE {table} ADD COLUMN {column} INTEGER "
        f"CONSTRAINT fk_{table}_{column}_incoming_letter REFERENCES incoming_letter (id)"
    )
    op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def upgrade() -> None:
    op.create_table(
        "incoming_letter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conference_id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("dated", sa.Date(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("recorded_by", sa.String(length=254), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conference_id"],
            ["conference.id"],
            name=op.f("fk_incoming_letter_conference_id_conference"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_incoming_letter_municipality_id_municipality")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incoming_letter")),
        sa.UniqueConstraint(
            "conference_id",
            "municipality_id",
            "number",
            "dated",
            name=op.f("uq_incoming_letter_conference_id_municipality_id_number_dated"),
        ),
    )
    with op.batch_alter_table("incoming_letter", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_incoming_letter_conference_id"), ["conference_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_incoming_letter_municipality_id"), ["municipality_id"], unique=False)

    refer("letter", "answers_id")

    with op.batch_alter_table("letter_enclosure", schema=None) as batch_op:
        batch_op.add_column(sa.Column("language", sa.String(length=2), server_default="", nullable=False))
        batch_op.add_column(sa.Column("merged", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("pages", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("odd_pages", sa.JSON(), server_default="[]", nullable=False))

    with op.batch_alter_table("reply", schema=None) as batch_op:
        batch_op.add_column(sa.Column("recorded_by", sa.String(length=254), server_default="", nullable=False))
    refer("reply", "incoming_id")


def downgrade() -> None:
    with op.batch_alter_table("reply", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_reply_incoming_id_incoming_letter"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_reply_incoming_id"))
        batch_op.drop_column("incoming_id")
        batch_op.drop_column("recorded_by")

    with op.batch_alter_table("letter_enclosure", schema=None) as batch_op:
        batch_op.drop_column("odd_pages")
        batch_op.drop_column("pages")
        batch_op.drop_column("merged")
        batch_op.drop_column("language")

    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_letter_answers_id_incoming_letter"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_letter_answers_id"))
        batch_op.drop_column("answers_id")

    with op.batch_alter_table("incoming_letter", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_incoming_letter_municipality_id"))
        batch_op.drop_index(batch_op.f("ix_incoming_letter_conference_id"))

    op.drop_table("incoming_letter")
