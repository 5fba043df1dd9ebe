"""Add notices in the lobby and visits to rooms."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "lobby_notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conference_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=True),
        sa.Column("text_ru", sa.Text(), nullable=False),
        sa.Column("text_de", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("urgent", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("sent_by", sa.String(length=254), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "text_ru <> '' OR text_de <> '' OR text_en <> ''", name=op.f("ck_lobby_notice_says_something")
        ),
        sa.ForeignKeyConstraint(
            ["conference_id"],
            ["conference.id"],
            name=op.f("fk_lobby_notice_conference_id_conference"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["programme_session.id"],
            name=op.f("fk_lobby_notice_session_id_programme_session"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lobby_notice")),
    )
    with op.batch_alter_table("lobby_notice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lobby_notice_conference_id"), ["conference_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_lobby_notice_session_id"), ["session_id"], unique=False)

    op.create_table(
        "equipment_test",
        sa.Column("delegate_id", sa.Integer(), nullable=False),
        sa.Column("camera", sa.Boolean(), nullable=False),
        sa.Column("microphone", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["delegate_id"], ["delegate.id"], name=op.f("fk_equipment_test_delegate_id_delegate"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("delegate_id", name=op.f("pk_equipment_test")),
    )
    op.create_table(
        "room_visit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conference_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=True),
        sa.Column("delegate_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "moderator",
                "speaker",
                "interpreter",
                "delegate",
                "press",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "via",
            sa.Enum("link", "provider", name="via", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "left_by",
            sa.Enum(
                "person",
                "moved",
                "sign",
                "provider",
                "end",
                name="left_by",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.CheckConstraint("(left_at IS NULL) = (left_by IS NULL)", name=op.f("ck_room_visit_left")),
        sa.CheckConstraint("left_at IS NULL OR joined_at <= left_at", name=op.f("ck_room_visit_times")),
        sa.ForeignKeyConstraint(
            ["conference_id"],
            ["conference.id"],
            name=op.f("fk_room_visit_conference_id_conference"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["delegate_id"], ["delegate.id"], name=op.f("fk_room_visit_delegate_id_delegate"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["programme_session.id"],
            name=op.f("fk_room_visit_session_id_programme_session"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_visit")),
    )
    with op.batch_alter_table("room_visit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_room_visit_conference_id"), ["conference_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_room_visit_delegate_id"), ["delegate_id"], unique=False)
        batch_op.create_index("ix_room_visit_session", ["session_id", "left_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("room_visit", schema=None) as batch_op:
        batch_op.drop_index("ix_room_visit_session")
        batch_op.drop_index(batch_op.f("ix_room_visit_delegate_id"))
        batch_op.drop_index(batch_op.f("ix_room_visit_conference_id"))

    op.drop_table("room_visit")
    op.drop_table("equipment_test")
    with op.batch_alter_table("lobby_notice", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_lobby_notice_session_id"))
        batch_op.drop_index(batch_op.f("ix_lobby_notice_conference_id"))

    op.drop_table("lobby_notice")
