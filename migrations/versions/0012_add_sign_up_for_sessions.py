"""Add sign-up for sessions."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "session_sign_up",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("delegate_id", sa.Integer(), nullable=False),
        sa.Column(
            "standing",
            sa.Enum("has-place", "waiting", name="standing", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["delegate_id"], ["delegate.id"], name=op.f("fk_session_sign_up_delegate_id_delegate")),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["programme_session.id"],
            name=op.f("fk_session_sign_up_session_id_programme_session"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_sign_up")),
        sa.UniqueConstraint("session_id", "delegate_id", name=op.f("uq_session_sign_up_session_id_delegate_id")),
    )
    with op.batch_alter_table("session_sign_up", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_session_sign_up_delegate_id"), ["delegate_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_session_sign_up_session_id"), ["session_id"], unique=False)

    with op.batch_alter_table("programme_session", schema=None) as batch_op:
        batch_op.add_column(sa.Column("sign_up", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.execute(  # with its constraint, without writing the table anew
        "ALTER TABLE programme_session ADD COLUMN places INTEGER "
        "CONSTRAINT ck_programme_session_places CHECK (places IS NULL OR places >= 0)"
    )


def downgrade() -> None:
    with op.batch_alter_table("programme_session", schema=None) as batch_op:
        batch_op.drop_column("places")
        batch_op.drop_column("sign_up")

    with op.batch_alter_table("session_sign_up", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_session_sign_up_session_id"))
        batch_op.drop_index(batch_op.f("ix_session_sign_up_delegate_id"))

    op.drop_table("session_sign_up")
