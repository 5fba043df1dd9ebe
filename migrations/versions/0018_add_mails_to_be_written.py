"""Add mails to be written."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mail_order",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("writer", sa.String(length=60), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("deed_key", sa.String(length=120), nullable=False),
        sa.Column("conference_id", sa.Integer(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conference_id"], ["conference.id"], name=op.f("fk_mail_order_conference_id_conference")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_order")),
        sa.UniqueConstraint("deed_key", name=op.f("uq_mail_order_deed_key")),
    )
    with op.batch_alter_table("mail_order", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mail_order_conference_id"), ["conference_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("mail_order", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mail_order_conference_id"))

    op.drop_table("mail_order")
