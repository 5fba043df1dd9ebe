"""Let couples sit crosswise."""

from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

NAME = "ck_seating_plan_companion_rule"


def upgrade() -> None:
    _rules("'beside', 'opposite', 'crossed', 'separate', 'rank'")


def downgrade() -> None:
    op.execute("UPDATE seating_plan SET companions = 'opposite' WHERE companions = 'crossed'")
    _rules("'beside', 'opposite', 'separate', 'rank'")


def _rules(known: str) -> None:
    with op.batch_alter_table("seating_plan", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f(NAME), type_="check")
        batch_op.create_check_constraint(batch_op.f(NAME), f"companions IN ({known})")
