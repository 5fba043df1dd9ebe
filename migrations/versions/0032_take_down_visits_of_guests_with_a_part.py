"""Take down visits of guests with a part."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("room_visit", schema=None) as batch_op:
        batch_op.add_column(sa.Column("part_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("name", sa.String(length=300), server_default="", nullable=False))
        batch_op.alter_column("delegate_id", existing_type=sa.INTEGER(), nullable=True)
        batch_op.create_index(batch_op.f("ix_room_visit_part_id"), ["part_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_room_visit_part_id_session_person"),
            "session_person",
            ["part_id"],
            ["id"],
            ondelete="SET NULL",
        )
        batch_op.create_check_constraint(batch_op.f("ck_room_visit_somebody"), "(delegate_id IS NULL) = (name <> '')")


def downgrade() -> None:
    op.execute("DELETE FROM room_visit WHERE delegate_id IS NULL")
    with op.batch_alter_table("room_visit", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_room_visit_somebody"), type_="check")
        batch_op.drop_constraint(batch_op.f("fk_room_visit_part_id_session_person"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_room_visit_part_id"))
        batch_op.alter_column("delegate_id", existing_type=sa.INTEGER(), nullable=False)
        batch_op.drop_column("name")
        batch_op.drop_column("part_id")
