"""Keep passport data, consents and photographs."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def write_anew(change: dict[str, str]) -> None:
    """SQLite changes no constraint: copy the table into one whose definition differs, all else as it is."""
    bind = op.get_bind()
    (old,) = bind.exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = 'letter'").one()
    indices = [row[0] for row in bind.exec_driver_sql(
        "SELECT sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'letter' AND sql IS NOT NULL")]  # fmt: skip
    for before, after in change.items():
        if before not in old:
            raise RuntimeError(f"the table letter is not as expected: {before}")
        old = old.replace(before, after)
    name, rest = old.split("(", 1)
    columns = ", ".join(f'"{row[1]}"' for row in bind.exec_driver_sql("PRAGMA table_info(letter)"))
    bind.exec_driver_sql(f"{name.replace('letter', 'letter_anew').replace(chr(34), '')}({rest}")
    bind.exec_driver_sql(f"INSERT INTO letter_anew ({columns}) SELECT {columns} FROM letter")  # noqa: S608  # our own names
    bind.exec_driver_sql("DROP TABLE letter")
    bind.exec_driver_sql("ALTER TABLE letter_anew RENAME TO letter")
    for index in indices:
        bind.exec_driver_sql(index)


def keep_given_consents() -> None:
    """What was given on the forms so far becomes a row each; the column of the delegate stays as it is."""
    delegate = sa.table("delegate", sa.column("id", sa.Integer), sa.column("public_id", sa.String),
                        sa.column("consents", sa.JSON), sa.column("created_at", sa.DateTime(timezone=True)))  # fmt: skip
    consent = sa.table(
        "consent", sa.column("delegate_id", sa.Integer), sa.column("purpose", sa.String),
        sa.column("version", sa.String), sa.column("language", sa.String), sa.column("wording", sa.String),
        sa.column("given_at", sa.DateTime(timezone=True)), sa.column("given_by", sa.String),
        sa.column("guardian", sa.String), sa.column("withdrawn_by", sa.String),
    )  # fmt: skip
    sqlite = op.get_bind().dialect.name == "sqlite"
    rows = []
    for number, public_id, given, created in op.get_bind().execute(sa.select(*delegate.c)):
        for purpose, entry in (given or {}).items():
            if purpose not in {"processing", "publication"}:
                continue
            at = datetime.fromisoformat(entry["at"]) if entry.get("at") else created
            rows.append({
                "delegate_id": number, "purpose": purpose, "version": entry.get("version", "2021-1"),
                "language": entry.get("language", "en"), "wording": "", "given_by": public_id, "guardian": "",
                "withdrawn_by": "",
                "given_at": at.astimezone(UTC).replace(tzinfo=None) if sqlite and at.tzinfo else at,
            })  # fmt: skip
    if rows:
        op.bulk_insert(consent, rows)


def upgrade() -> None:
    op.create_table(
        "consent_wording",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_consent_wording_sha256")),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_consent_wording")),
    )
    op.create_table(
        "visa_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("citizenship", sa.String(length=3), nullable=False),
        sa.Column("host_country", sa.String(length=2), nullable=False),
        sa.Column(
            "need",
            sa.Enum("none", "visa", "evisa", name="need", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("changed_by", sa.String(length=254), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visa_rule")),
        sa.UniqueConstraint("citizenship", "host_country", name=op.f("uq_visa_rule_citizenship_host_country")),
    )
    op.create_table(
        "visa_settings",
        sa.Column("conference_id", sa.Integer(), nullable=False),
        sa.Column("keep_days", sa.Integer(), nullable=False),
        sa.Column("consulate_ru", sa.String(length=300), nullable=False),
        sa.Column("consulate_de", sa.String(length=300), nullable=False),
        sa.Column("consulate_en", sa.String(length=300), nullable=False),
        sa.CheckConstraint("keep_days BETWEEN 0 AND 365", name=op.f("ck_visa_settings_keep_days")),
        sa.ForeignKeyConstraint(
            ["conference_id"],
            ["conference.id"],
            name=op.f("fk_visa_settings_conference_id_conference"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("conference_id", name=op.f("pk_visa_settings")),
    )
    op.create_table(
        "consent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("delegate_id", sa.Integer(), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum(
                "processing",
                "cross_border",
                "publication",
                "photo",
                "recording",
                "health",
                "visa",
                "newsletter",
                name="purpose",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("wording", sa.String(length=64), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_by", sa.String(length=254), nullable=False),
        sa.Column("guardian", sa.String(length=200), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.String(length=254), nullable=False),
        sa.ForeignKeyConstraint(
            ["delegate_id"], ["delegate.id"], name=op.f("fk_consent_delegate_id_delegate"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_consent_delegate_id"), ["delegate_id"], unique=False)
        batch_op.create_index(
            "uq_consent_one_living",
            ["delegate_id", "purpose"],
            unique=True,
            sqlite_where=sa.text("withdrawn_at IS NULL"),
            postgresql_where=sa.text("withdrawn_at IS NULL"),
        )

    op.create_table(
        "delegate_photo",
        sa.Column("delegate_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("uploaded_by", sa.String(length=254), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_delegate_photo_sha256")),
        sa.ForeignKeyConstraint(
            ["delegate_id"], ["delegate.id"], name=op.f("fk_delegate_photo_delegate_id_delegate"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("delegate_id", name=op.f("pk_delegate_photo")),
    )
    with op.batch_alter_table("delegate_photo", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_delegate_photo_sha256"), ["sha256"], unique=False)

    op.create_table(
        "passport_record",
        sa.Column("delegate_id", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("scan", sa.String(length=32), nullable=False),
        sa.Column("scan_type", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["delegate_id"], ["delegate.id"], name=op.f("fk_passport_record_delegate_id_delegate"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("delegate_id", name=op.f("pk_passport_record")),
    )
    op.add_column("delegate", sa.Column("minor", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("delegate", sa.Column("guardian", sa.String(length=200), server_default="", nullable=False))
    keep_given_consents()

    if op.get_bind().dialect.name == "sqlite":
        write_anew({"head_id INTEGER NOT NULL": "head_id INTEGER"})
    else:
        op.alter_column("letter", "head_id", existing_type=sa.INTEGER(), nullable=True)
    op.add_column("letter", sa.Column("subject_id", sa.Integer(), nullable=True))
    op.create_index(op.f("ix_letter_subject_id"), "letter", ["subject_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_letter_subject_id"), "letter")
    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.alter_column("head_id", existing_type=sa.INTEGER(), nullable=False)
        batch_op.drop_column("subject_id")

    with op.batch_alter_table("delegate", schema=None) as batch_op:
        batch_op.drop_column("guardian")
        batch_op.drop_column("minor")

    op.drop_table("passport_record")
    with op.batch_alter_table("delegate_photo", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_delegate_photo_sha256"))

    op.drop_table("delegate_photo")
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_consent_one_living",
            sqlite_where=sa.text("withdrawn_at IS NULL"),
            postgresql_where=sa.text("withdrawn_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_consent_delegate_id"))

    op.drop_table("consent")
    op.drop_table("visa_settings")
    op.drop_table("visa_rule")
    op.drop_table("consent_wording")
