"""Keep where houses stand, floors of rooms, and plans."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "plan_sheet",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("screen", sa.LargeBinary(), nullable=False),
        sa.Column("paper", sa.LargeBinary(), nullable=False),
        sa.Column("media_type", sa.String(length=20), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_plan_sheet_sha256")),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_plan_sheet")),
    )
    op.create_table(
        "site_plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conference_id", sa.Integer(), nullable=False),
        sa.Column("venue_id", sa.Integer(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("caption_ru", sa.String(length=200), nullable=False),
        sa.Column("caption_de", sa.String(length=200), nullable=False),
        sa.Column("caption_en", sa.String(length=200), nullable=False),
        sa.Column("alt_ru", sa.String(length=500), nullable=False),
        sa.Column("alt_de", sa.String(length=500), nullable=False),
        sa.Column("alt_en", sa.String(length=500), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("uploaded_by", sa.String(length=254), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conference_id"], ["conference.id"], name=op.f("fk_site_plan_conference_id_conference"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["sha256"], ["plan_sheet.sha256"], name=op.f("fk_site_plan_sha256_plan_sheet")),
        sa.ForeignKeyConstraint(
            ["venue_id"], ["venue.id"], name=op.f("fk_site_plan_venue_id_venue"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_plan")),
    )
    with op.batch_alter_table("site_plan", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_site_plan_conference_id"), ["conference_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_site_plan_sha256"), ["sha256"], unique=False)
        batch_op.create_index(batch_op.f("ix_site_plan_venue_id"), ["venue_id"], unique=False)

    with op.batch_alter_table("room", schema=None) as batch_op:
        batch_op.add_column(sa.Column("floor", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column(
                "access",
                sa.Enum(
                    "free", "with-help", "none", name="access", native_enum=False, create_constraint=True, length=24
                ),
                nullable=True,
            )
        )
        batch_op.create_check_constraint(batch_op.f("ck_room_floor"), "floor BETWEEN -9 AND 99")

    with op.batch_alter_table("venue", schema=None) as batch_op:
        batch_op.add_column(sa.Column("latitude", sa.Double(), nullable=True))
        batch_op.add_column(sa.Column("longitude", sa.Double(), nullable=True))
        batch_op.create_check_constraint(batch_op.f("ck_venue_latitude"), "latitude BETWEEN -90 AND 90")
        batch_op.create_check_constraint(batch_op.f("ck_venue_longitude"), "longitude BETWEEN -180 AND 180")
        batch_op.create_check_constraint(batch_op.f("ck_venue_spot"), "(latitude IS NULL) = (longitude IS NULL)")


def downgrade() -> None:
    with op.batch_alter_table("venue", schema=None) as batch_op:
        for name in ("spot", "longitude", "latitude"):
            batch_op.drop_constraint(batch_op.f(f"ck_venue_{name}"), type_="check")
        batch_op.drop_column("longitude")
        batch_op.drop_column("latitude")

    with op.batch_alter_table("room", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_room_floor"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_room_access"), type_="check")
        batch_op.drop_column("access")
        batch_op.drop_column("floor")

    with op.batch_alter_table("site_plan", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_site_plan_venue_id"))
        batch_op.drop_index(batch_op.f("ix_site_plan_sha256"))
        batch_op.drop_index(batch_op.f("ix_site_plan_conference_id"))

    op.drop_table("site_plan")
    op.drop_table("plan_sheet")
