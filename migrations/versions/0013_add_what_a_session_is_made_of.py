"""Add what a session is made of."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "programme_track",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conference_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name_ru", sa.String(length=200), nullable=False),
        sa.Column("name_de", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("colour", sa.String(length=20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conference_id"],
            ["conference.id"],
            name=op.f("fk_programme_track_conference_id_conference"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme_track")),
        sa.UniqueConstraint("conference_id", "code", name=op.f("uq_programme_track_conference_id_code")),
    )
    with op.batch_alter_table("programme_track", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_programme_track_conference_id"), ["conference_id"], unique=False)

    op.create_table(
        "travel_time",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("from_venue_id", sa.Integer(), nullable=False),
        sa.Column("to_venue_id", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.CheckConstraint("from_venue_id < to_venue_id", name=op.f("ck_travel_time_order")),
        sa.CheckConstraint("minutes >= 0", name=op.f("ck_travel_time_minutes")),
        sa.ForeignKeyConstraint(
            ["from_venue_id"], ["venue.id"], name=op.f("fk_travel_time_from_venue_id_venue"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["to_venue_id"], ["venue.id"], name=op.f("fk_travel_time_to_venue_id_venue"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_travel_time")),
        sa.UniqueConstraint("from_venue_id", "to_venue_id", name=op.f("uq_travel_time_from_venue_id_to_venue_id")),
    )
    with op.batch_alter_table("travel_time", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_travel_time_from_venue_id"), ["from_venue_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_travel_time_to_venue_id"), ["to_venue_id"], unique=False)

    op.create_table(
        "session_agreement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("title_ru", sa.String(length=400), nullable=False),
        sa.Column("title_de", sa.String(length=400), nullable=False),
        sa.Column("title_en", sa.String(length=400), nullable=False),
        sa.Column("parties", sa.JSON(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["programme_session.id"],
            name=op.f("fk_session_agreement_session_id_programme_session"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_agreement")),
    )
    with op.batch_alter_table("session_agreement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_session_agreement_session_id"), ["session_id"], unique=False)

    op.create_table(
        "session_material",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("link", sa.String(length=1000), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["programme_session.id"],
            name=op.f("fk_session_material_session_id_programme_session"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_material")),
    )
    with op.batch_alter_table("session_material", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_session_material_session_id"), ["session_id"], unique=False)

    op.create_table(
        "session_party",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_session_party_municipality_id_municipality")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["programme_session.id"],
            name=op.f("fk_session_party_session_id_programme_session"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_party")),
        sa.UniqueConstraint("session_id", "municipality_id", name=op.f("uq_session_party_session_id_municipality_id")),
    )
    with op.batch_alter_table("session_party", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_session_party_municipality_id"), ["municipality_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_session_party_session_id"), ["session_id"], unique=False)

    with op.batch_alter_table("programme_session", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "interpreted_how",
                sa.Enum(
                    "booth",
                    "consecutive",
                    "whispered",
                    name="interpreted_how",
                    native_enum=False,
                    create_constraint=True,
                    length=24,
                ),
                nullable=True,
            )
        )
        batch_op.add_column(sa.Column("relief_minutes", sa.Integer(), server_default="30", nullable=False))
        batch_op.add_column(sa.Column("track_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("parallel", sa.String(length=40), server_default="", nullable=False))
        batch_op.add_column(sa.Column("buffer_before", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("buffer_after", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("to_venue_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_programme_session_to_venue_id"), ["to_venue_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_programme_session_track_id"), ["track_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_programme_session_track_id_programme_track"),
            "programme_track",
            ["track_id"],
            ["id"],
            ondelete="SET NULL",
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_programme_session_to_venue_id_venue"), "venue", ["to_venue_id"], ["id"]
        )

    with op.batch_alter_table("session_person", schema=None) as batch_op:
        batch_op.add_column(sa.Column("delegate_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("name_latin", sa.String(length=300), server_default="", nullable=False))
        batch_op.add_column(sa.Column("office_ru", sa.String(length=300), server_default="", nullable=False))
        batch_op.add_column(sa.Column("office_de", sa.String(length=300), server_default="", nullable=False))
        batch_op.add_column(sa.Column("office_en", sa.String(length=300), server_default="", nullable=False))
        batch_op.add_column(sa.Column("email", sa.String(length=254), server_default="", nullable=False))
        batch_op.add_column(sa.Column("language", sa.String(length=2), server_default="", nullable=False))
        batch_op.add_column(
            sa.Column(
                "confirmation",
                sa.Enum(
                    "not-asked",
                    "asked",
                    "confirmed",
                    "declined",
                    name="confirmation",
                    native_enum=False,
                    create_constraint=True,
                    length=24,
                ),
                server_default="not-asked",
                nullable=False,
            )
        )
        batch_op.add_column(sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("token", sa.String(length=64), nullable=True))
        batch_op.create_index(batch_op.f("ix_session_person_delegate_id"), ["delegate_id"], unique=False)
        batch_op.create_unique_constraint(batch_op.f("uq_session_person_token"), ["token"])
        batch_op.create_foreign_key(
            batch_op.f("fk_session_person_delegate_id_delegate"),
            "delegate",
            ["delegate_id"],
            ["id"],
            ondelete="SET NULL",
        )


def downgrade() -> None:
    with op.batch_alter_table("session_person", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_session_person_delegate_id_delegate"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("uq_session_person_token"), type_="unique")
        batch_op.drop_index(batch_op.f("ix_session_person_delegate_id"))
        batch_op.drop_column("token")
        batch_op.drop_column("answered_at")
        batch_op.drop_column("confirmation")
        batch_op.drop_column("language")
        batch_op.drop_column("email")
        batch_op.drop_column("office_en")
        batch_op.drop_column("office_de")
        batch_op.drop_column("office_ru")
        batch_op.drop_column("name_latin")
        batch_op.drop_column("delegate_id")

    with op.batch_alter_table("programme_session", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_programme_session_to_venue_id_venue"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_programme_session_track_id_programme_track"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_programme_session_track_id"))
        batch_op.drop_index(batch_op.f("ix_programme_session_to_venue_id"))
        batch_op.drop_column("to_venue_id")
        batch_op.drop_column("buffer_after")
        batch_op.drop_column("buffer_before")
        batch_op.drop_column("parallel")
        batch_op.drop_column("track_id")
        batch_op.drop_column("relief_minutes")
        batch_op.drop_column("interpreted_how")

    with op.batch_alter_table("session_party", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_session_party_session_id"))
        batch_op.drop_index(batch_op.f("ix_session_party_municipality_id"))

    op.drop_table("session_party")
    with op.batch_alter_table("session_material", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_session_material_session_id"))

    op.drop_table("session_material")
    with op.batch_alter_table("session_agreement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_session_agreement_session_id"))

    op.drop_table("session_agreement")
    with op.batch_alter_table("travel_time", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_travel_time_to_venue_id"))
        batch_op.drop_index(batch_op.f("ix_travel_time_from_venue_id"))

    op.drop_table("travel_time")
    with op.batch_alter_table("programme_track", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_programme_track_conference_id"))

    op.drop_table("programme_track")
