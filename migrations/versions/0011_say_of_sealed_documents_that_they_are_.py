"""Say of sealed documents that they are annulled."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("sealed_document", schema=None) as batch_op:
        batch_op.add_column(sa.Column("annulled_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        "UPDATE sealed_document SET annulled_at = ("
        "SELECT MIN(entry.annulled_at) FROM letter JOIN register_entry AS entry ON entry.id = letter.register_entry_id "
        "WHERE letter.document_id = sealed_document.id)"
    )


def downgrade() -> None:
    with op.batch_alter_table("sealed_document", schema=None) as batch_op:
        batch_op.drop_column("annulled_at")
