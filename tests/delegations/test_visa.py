"""Who needs a visa, passport data under lock and key, the letters made of them, and their erasure."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image, ImageChops, ImageStat
from sqlalchemy import inspect, select, text

from app.conferences.models import Conference
from app.conferences.rules import Attendance, ConferenceFormat
from app.correspondence.models import Letter
from app.correspondence.operations import approve_letters, export_letters, issue_letters, set_brief
from app.correspondence.rules import LetterKind, LetterState
from app.database import db, transaction
from app.delegations.models import Consent, Delegate, PassportRecord
from app.delegations.operations.consents import give_consent
from app.delegations.operations.groups import add_paper
from app.delegations.operations.passports import (
    decide_needs,
    erase_due_passports,
    erase_passport,
    forget_personal,
    keep_scan,
    lock_all_anew,
    save_passport,
    see_passport,
    see_scan,
    set_visa_settings,
)
from app.delegations.operations.started_forms import mail_due_forms
from app.delegations.operations.visa_letters import prepare_visa_letter, prepare_visa_letters, send_evisa_notice
from app.delegations.operations.ways_in import keep_draft
from app.delegations.queries.visa import applicants, need_for, passport_in, record_of, rules_for
from app.delegations.queries.ways_in import draft_of, draft_values
from app.delegations.rules import Accreditation
from app.delegations.rules.consents import Purpose
from app.delegations.rules.visa import (
    Passport,
    VisaNeed,
    masked,
    need_of,
    require_passport,
    warnings_about,
)
from app.delegations.words import missing_words
from app.documents.queries import Altered, content
from app.documents.rules import Verdict
from app.errors import Refusal
from app.history.models import HistoryEntry
from app.history.rules import Actor
from app.i18n import speaking
from app.jobs import Job
from app.mailroom.models import OutgoingMail
from app.strongbox import read_file
from tests.factories import (
    ACTOR,
    NOW,
    make_conference,
    make_delegate,
    make_delegation,
    make_head,
    make_municipality,
    plain_pdf,
)

PASSPORT = Passport(
    surname="MUSTERMANN", given="ERIKA", cyrillic="Мустерман Эрика", sex="f", birth_date="1964-08-12",
    birth_place="Berlin", citizenship="US", residence="DE", number="C01X00T47", issued="2017-03-01",
    expires="2027-02-28", authority="Stadt Karlsruhe", stay_from="2021-06-27", stay_to="2021-07-01",
)  # fmt: skip
ZONE = "P<D<<MUSTERMANN<<ERIKA<<<<<<<<<<<<<<<<<<<<<<\nC01X00T478D<<6408125F2702283<<<<<<<<<<<<<<<4"
PERSON = Actor(kind="delegate", id=1, label="R00001")


@pytest.fixture
def coming(app: Flask) -> Conference:
    """One that is still to come whenever these tests run."""
    return make_conference("to-come", starts_on=date(2041, 6, 28), ends_on=date(2041, 6, 30))


@pytest.fixture
def conference(app: Flask) -> Conference:
    """Kaluga 2021, whose issuer has a tax number for visa letters."""
    row = make_conference()
    for code in ("ru", "de", "en"):
        set_brief(
            conference=row, kind=LetterKind.VISA_SUPPORT_RU, language=code, actor=ACTOR, at=NOW,
            facts={"host_inn": "7700000000", "responsible_name": "М. Т.", "responsible_emails": ["a@example.org"]},
        )  # fmt: skip
    return row


def applicant(conference: Conference, public_id: str = "R00001", **given: Any) -> Delegate:
    """Somebody from Karlsruhe who needs a visa and agreed to the processing of passport data."""
    values: dict[str, Any] = {
        "last": "Mustermann", "first": "Erika", "patronymic": "", "last_latin": "Mustermann", "first_latin": "Erika",
        "citizenship": "US", "country": "DE", "language": "de", "email": "erika@karlsruhe.example",
    }  # fmt: skip
    row = make_delegate(conference, public_id, **(values | given))
    give_consent(delegate=row, purpose=Purpose.VISA, language="de", actor=PERSON, at=NOW)
    return row


def with_passport(conference: Conference, public_id: str = "R00001", **given: Any) -> Delegate:
    row = applicant(conference, public_id, **given)
    save_passport(delegate=row, passport=PASSPORT, actor=PERSON, at=NOW)
    return row


def refused(deed: Callable[[], object]) -> tuple[str | None, str]:
    with pytest.raises(Refusal) as caught:
        deed()
    return caught.value.field, str(caught.value.message)


def everything_kept() -> str:
    """Every text of every table."""
    found = []
    for table in inspect(db.engine).get_table_names():
        found += [str(tuple(row)) for row in db.session.execute(text(f'SELECT * FROM "{table}"'))]
    return "\n".join(found)


def files_of(app: Flask) -> bytes:
    folder = Path(app.config["SETTINGS"].data)
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file() and "sqlite" not in path.name)


# Who needs one


@pytest.mark.parametrize(
    ("citizenship", "host", "need"),
    [
        ("RU", "RU", "none"), ("BY", "RU", "none"), ("DE", "RU", "evisa"), ("US", "RU", "visa"), ("FR", "DE", "none"),
        ("RU", "DE", "visa"), ("UA", "DE", "none"), ("KZ", "AT", "visa"), ("DE", "KZ", "visa"),
    ],
)  # fmt: skip
def test_need_is_what_ships_when_nobody_decided(citizenship: str, host: str, need: str) -> None:
    assert need_of(citizenship, host, {}).value == need


def test_need_is_the_organisers_when_they_decided(app: Flask) -> None:
    make_conference()

    changed = decide_needs(host_country="RU", needs={"DE": VisaNeed.VISA, "*": VisaNeed.EVISA}, actor=ACTOR, at=NOW)
    decided = {rule.citizenship: rule.need for rule in rules_for("RU") if rule.decided}

    assert changed == 2
    assert decided == {"DE": VisaNeed.VISA, "*": VisaNeed.EVISA}
    assert [need_of(code, "RU", decided).value for code in ("DE", "US", "BY", "RU")] == [
        "visa",
        "evisa",
        "none",
        "none",
    ]
    decide_needs(host_country="RU", needs={"DE": None}, actor=ACTOR, at=NOW)
    assert {rule.citizenship for rule in rules_for("RU") if rule.decided} == {"*"}


@pytest.mark.parametrize(
    ("given", "need"),
    [
        ({}, "visa"), ({"citizenship": "DE"}, "evisa"), ({"citizenship": "RU"}, "none"), ({"citizenship": ""}, None),
        ({"visa_needed": "no"}, "none"), ({"citizenship": "", "visa_needed": "yes"}, "visa"),
        ({"citizenship": "RU", "visa_needed": "yes"}, "visa"), ({"attendance": Attendance.VIDEO}, "none"),
        ({"accreditation": Accreditation.WITHDRAWN}, "none"),
    ],
)  # fmt: skip
def test_need_of_a_person_depends_on_what_they_said(app: Flask, given: dict[str, Any], need: str | None) -> None:
    row = make_delegate(make_conference(), **({"citizenship": "US"} | given))

    found = need_for(row)

    assert (found.value if found else None) == need


def test_applicants_are_those_with_a_need_in_few_queries(app: Flask, conference: Conference) -> None:
    for number in range(30):
        make_delegate(
            conference, f"D{number:05}", citizenship=["RU", "DE", "US", "", "BY"][number % 5], last=f"Л{number}"
        )

    assert [one.delegate.citizenship for one in applicants(conference)].count("US") == 6
    assert {one.delegate.citizenship for one in applicants(conference)} == {"DE", "US"}


# Passport data


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"surname": "Мустерман"}, "surname"), ({"number": "12"}, "number"), ({"number": "C01X 00T47!"}, "number"),
        ({"birth_date": "2022-01-01"}, "birth_date"), ({"birth_date": "1864-08-12"}, "birth_date"),
        ({"issued": "2021-05-01"}, "issued"), ({"issued": "1960-05-01"}, "issued"),
        ({"expires": "2017-02-28"}, "expires"),
        ({"stay_to": "2021-06-01"}, "stay_to"), ({"stay_to": "2022-06-01"}, "stay_to"), ({"entries": "9"}, "entries"),
    ],
)  # fmt: skip
def test_passport_is_refused_at_the_field_when_it_cannot_be_right(change: dict[str, str], field: str) -> None:
    wrong = Passport(**(PASSPORT.values() | change))

    assert refused(lambda: require_passport(wrong, today=date(2021, 4, 6)))[0] == field


@pytest.mark.parametrize(
    ("expires", "issued", "told"),
    [("2027-02-28", "2017-03-01", 0), ("2021-09-30", "2017-03-01", 1), ("2021-10-01", "2017-03-01", 0),
     ("2021-06-28", "2017-03-01", 1), ("2027-02-28", "2011-06-30", 1)],
)  # fmt: skip
def test_passport_is_warned_of_when_it_ends_within_three_months_of_the_return(
    expires: str, issued: str, told: int
) -> None:
    passport = Passport(**(PASSPORT.values() | {"expires": expires, "issued": issued}))

    assert len(warnings_about(passport)) == told


@pytest.mark.parametrize(
    ("number", "shown"), [("C01X00T47", "•••• 0T47"), ("75 1234567", "•••• 4567"), ("12345", "•••• 45"), ("", "")]
)
def test_number_is_masked_when_listed(number: str, shown: str) -> None:
    assert masked(number) == shown


def test_passport_data_stand_nowhere_in_the_open_when_kept(app: Flask, conference: Conference) -> None:
    row = with_passport(conference)
    with transaction():
        pass

    kept = everything_kept()

    assert passport_in(record_of(row)) == PASSPORT
    for secret in ("C01X00T47", "1964-08-12", "Stadt Karlsruhe", "MUSTERMANN"):
        assert secret not in kept
    assert (Path(app.config["SETTINGS"].data) / "personal_key").stat().st_mode & 0o777 == 0o600


def test_passport_data_are_refused_without_the_consent(app: Flask, conference: Conference) -> None:
    row = make_delegate(conference, citizenship="US")

    assert refused(lambda: save_passport(delegate=row, passport=PASSPORT, actor=PERSON, at=NOW))[0] == "consent_visa"
    assert db.session.scalars(select(PassportRecord)).all() == []


def test_passport_of_a_minor_needs_the_name_of_a_guardian(app: Flask, conference: Conference) -> None:
    row = applicant(conference)
    child = Passport(**(PASSPORT.values() | {"birth_date": "2003-06-29"}))
    grown = Passport(**(PASSPORT.values() | {"birth_date": "2003-06-28"}))

    assert refused(lambda: save_passport(delegate=row, passport=child, actor=PERSON, at=NOW))[0] == "guardian"
    save_passport(delegate=row, passport=grown, actor=PERSON, at=NOW)
    assert (row.minor, row.guardian) == (False, "")
    save_passport(delegate=row, passport=child, guardian=" Max  Mustermann ", actor=PERSON, at=NOW)
    assert (row.minor, row.guardian) == (True, "Max Mustermann")


def test_every_look_is_recorded_and_shown_to_the_person(
    app: Flask, conference: Conference, staff: Any, visitor: FlaskClient
) -> None:
    row = with_passport(conference)
    address = f"/en/desk/c/{conference.slug}/delegates/{row.public_id}/passport"

    before = visitor.get(f"/en/delegate/{row.token}/visa").text
    page = staff("secretariat").get(address)
    listed = staff("secretariat").get(f"/en/desk/c/{conference.slug}/visa").text
    after = visitor.get(f"/en/delegate/{row.token}/visa").text

    assert (page.status_code, "C01X00T47" in page.text) == (200, True)
    assert page.headers["Cache-Control"] == "no-store"
    assert ("•••• 0T47" in listed, "C01X00T47" in listed) == (True, False)
    assert ("Nobody has looked at them yet." in before, "Test secretariat" in after) == (True, True)
    looks = db.session.scalars(select(HistoryEntry).where(HistoryEntry.deed == "delegations.see_passport")).all()
    assert [(look.subject_id, look.details, look.actor_kind) for look in looks] == [(row.id, {"what": "data"}, "staff")]


def test_passport_pages_are_closed_to_the_entrance_desk(app: Flask, conference: Conference, staff: Any) -> None:
    row = with_passport(conference)
    client = staff("desk")

    for path in ("visa", "visa/rules", "visa/settings", f"delegates/{row.public_id}/passport",
                 f"delegates/{row.public_id}/passport/copy"):  # fmt: skip
        assert client.get(f"/en/desk/c/{conference.slug}/{path}").status_code == 403
    assert "C01X00T47" not in client.get(f"/en/desk/c/{conference.slug}/delegates/{row.public_id}").text


def test_passport_cannot_be_opened_with_another_key(app: Flask, conference: Conference, staff: Any) -> None:
    row = with_passport(conference)
    kept = app.extensions.pop("ratusha.strongbox")
    other = type(kept)([__import__("cryptography.fernet", fromlist=["Fernet"]).Fernet(b"A" * 43 + b"=")])
    app.extensions["ratusha.strongbox"] = other
    try:
        page = staff("organiser").get(f"/en/desk/c/{conference.slug}/visa")
        assert (page.status_code, "cannot be opened" in page.text) == (200, True)
        told = refused(lambda: see_passport(delegate=row, actor=ACTOR, at=NOW))[1]
        assert told == "The passport data cannot be opened: the key they were locked with is not here."
        assert refused(lambda: lock_all_anew(actor=ACTOR, at=NOW))[0] is None
    finally:
        app.extensions["ratusha.strongbox"] = kept


def test_everything_is_locked_anew_when_the_key_changes(app: Flask, conference: Conference) -> None:
    from cryptography.fernet import Fernet, MultiFernet

    row = with_passport(conference)
    keep_scan(delegate=row, content=picture(), filename="pass.jpg", actor=PERSON, at=NOW)
    letter = issued(conference, row)
    paper = add_paper(
        delegation=make_delegation(conference), content=plain_pdf(), filename="n.pdf", actor=ACTOR, at=NOW
    )
    token = keep_draft(conference=conference, token="", values={"last": ["Б"], "email": ["b@k.example"]}, quietly=True,
                       at=NOW)  # fmt: skip
    old = app.extensions["ratusha.strongbox"]
    new = Fernet(Fernet.generate_key())
    try:
        app.extensions["ratusha.strongbox"] = MultiFernet([new, *old._fernets])
        counts = lock_all_anew(actor=ACTOR, at=NOW)
        app.extensions["ratusha.strongbox"] = MultiFernet([new])

        assert counts == {"records": 1, "scans": 1, "letters": 1, "papers": 1, "answers": 0, "forms": 1, "servers": 0}
        assert read_file(paper.file).startswith(b"%PDF-")
        draft = draft_of(conference, token, NOW)
        assert draft is not None
        assert draft_values(draft)["last"] == ["Б"]
        assert mail_due_forms(at=NOW + timedelta(hours=1)) == 1
        assert see_passport(delegate=row, actor=ACTOR, at=NOW) == PASSPORT
        assert see_scan(delegate=row, actor=ACTOR, at=NOW)[1] == "image/jpeg"
        assert letter.document is not None
        assert content(letter.document).startswith(b"%PDF-")
    finally:
        app.extensions["ratusha.strongbox"] = old


# The person's own page


def form(**changes: Any) -> dict[str, Any]:
    days = {"stay_from": "2041-06-27", "stay_to": "2041-07-01"}
    return {"deed": "passport", "consent_visa": "y", **PASSPORT.values(), **days, **changes}


def test_own_page_asks_for_passport_data_only_when_a_visa_is_needed(
    app: Flask, coming: Conference, visitor: FlaskClient
) -> None:
    row = make_delegate(coming, citizenship="")
    address = f"/en/delegate/{row.token}/visa"

    asked = visitor.get(address).text
    visitor.post(address, data={"deed": "citizenship", "citizenship": "RU"})
    free = visitor.get(address).text
    visitor.post(address, data={"deed": "citizenship", "citizenship": "US"})
    needs = visitor.get(address).text

    assert ("Please tell us your citizenship" in asked, 'name="number"' in asked) == (True, False)
    assert ("You need no visa" in free, 'name="number"' in free) == (True, False)
    assert ("You need a visa" in needs, 'name="number"' in needs) == (True, True)


def test_own_page_fills_in_what_the_machine_readable_zone_says(
    app: Flask, coming: Conference, visitor: FlaskClient
) -> None:
    row = make_delegate(coming, citizenship="US", last="Mustermann", first="Erika")

    answer = visitor.post(
        f"/de/delegate/{row.token}/visa",
        data={"deed": "passport", "consent_visa": "y", "mrz": ZONE, "stay_from": "2041-06-27", "stay_to": "2041-07-01",
              "entries": "1"},
    )  # fmt: skip

    kept = passport_in(record_of(row))
    assert answer.status_code == 303
    assert kept is not None
    assert (kept.surname, kept.given, kept.number, kept.birth_date, kept.expires, kept.sex, kept.citizenship) == (
        "MUSTERMANN", "ERIKA", "C01X00T47", "1964-08-12", "2027-02-28", "f", "DE",
    )  # fmt: skip
    assert kept.cyrillic == "Мустерман Эрика"
    consent = db.session.scalars(select(Consent)).one()
    assert (consent.purpose, consent.language, len(consent.wording)) == (Purpose.VISA, "de", 64)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"mrz": ZONE.replace("C01X00T478", "C01X00T479")},
            "The check digit of the number of the passport does not fit",
        ),
        ({"consent_visa": ""}, "Passport data are kept with your consent only."),
        ({"number": "1"}, "A passport number has 5 to 20 letters"),
        ({"birth_date": "2025-01-01", "issued": "2025-06-01"}, "first and family name"),
        ({"citizenship": "QQ"}, "Not a valid choice"),
    ],
)
def test_own_page_says_what_is_wrong_and_keeps_nothing(
    app: Flask, coming: Conference, visitor: FlaskClient, change: dict[str, str], message: str
) -> None:
    row = make_delegate(coming, citizenship="US")

    answer = visitor.post(f"/en/delegate/{row.token}/visa", data=form(**change))

    assert (answer.status_code, message in answer.text) == (422, True)
    assert db.session.scalars(select(PassportRecord)).all() == []


def test_own_page_is_not_found_when_the_token_is_forged(app: Flask, visitor: FlaskClient) -> None:
    make_delegate(make_conference())

    for path in ("visa", "consents", "photo", "photo.jpg", "passport-copy"):
        assert visitor.get(f"/en/delegate/x/{path}").status_code == 404
    for path in ("visa", "consents", "photo"):
        assert visitor.post(f"/en/delegate/x/{path}", data={"deed": "erase"}).status_code == 404


def test_own_page_takes_no_more_data_when_they_would_be_erased(app: Flask, conference: Conference) -> None:
    row = applicant(conference)
    late = datetime(2021, 8, 1, 9, 0, tzinfo=UTC)

    told = refused(lambda: save_passport(delegate=row, passport=PASSPORT, actor=PERSON, at=late))

    assert told == (None, "The conference is over: passport data are no longer kept.")


# Copies


def picture(kind: str = "JPEG", size: tuple[int, int] = (900, 640)) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", size, "#e8e4d8").save(target, kind)
    return target.getvalue()


def pdf(pages: int = 1) -> bytes:
    document = pikepdf.new()
    for _ in range(pages):
        document.add_blank_page(page_size=(595, 842))
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def test_copy_of_a_picture_is_marked_and_locked(app: Flask, conference: Conference) -> None:
    row = with_passport(conference)
    plain = picture()

    keep_scan(delegate=row, content=plain, filename="pass.jpg", actor=PERSON, at=NOW)

    marked, media_type = see_scan(delegate=row, actor=ACTOR, at=NOW)
    shown = Image.open(io.BytesIO(marked)).convert("RGB")
    brick = ImageChops.subtract(shown.getchannel("R"), shown.getchannel("B")).point(
        lambda value: 255 if value > 40 else 0
    )
    assert media_type == "image/jpeg"
    assert 0.02 < ImageStat.Stat(brick).mean[0] / 255 < 0.4
    assert marked[:50] not in files_of(app)
    assert b"\xff\xd8\xff\xe0\x00\x10JFIF" not in files_of(app)


def test_copy_of_a_pdf_is_marked_on_every_page(app: Flask, conference: Conference) -> None:
    row = with_passport(conference)

    keep_scan(delegate=row, content=pdf(3), filename="pass.pdf", actor=PERSON, at=NOW)

    marked, media_type = see_scan(delegate=row, actor=ACTOR, at=NOW)
    with pikepdf.open(io.BytesIO(marked)) as found:
        assert (media_type, [len(page.get_images()) for page in found.pages]) == ("application/pdf", [1, 1, 1])


@pytest.mark.parametrize(
    "wrong",
    [b"", b"GIF89a" + b"\0" * 100, b"<svg xmlns='http://www.w3.org/2000/svg'/>", picture()[:2000], b"%PDF-1.7 nothing",
     pdf(5), b"\0" * (10 * 1024 * 1024 + 1)],
    ids=["empty", "gif", "svg", "cut", "no-pdf", "long", "large"],
)  # fmt: skip
def test_copy_is_refused_when_the_file_is_not_sound(app: Flask, conference: Conference, wrong: bytes) -> None:
    row = with_passport(conference)

    deed = refused(lambda: keep_scan(delegate=row, content=wrong, filename="x", actor=PERSON, at=NOW))

    assert deed[0] == "scan"
    assert list((Path(app.config["SETTINGS"].data) / "personal").glob("*")) == []


# Letters


def issued(conference: Conference, row: Delegate, **given: Any) -> Letter:
    letter = prepare_visa_letter(delegate=row, actor=ACTOR, at=NOW, **given)
    assert approve_letters(conference=conference, letter_ids=[letter.id], actor=ACTOR, at=NOW).refused == []
    assert issue_letters(conference=conference, letter_ids=[letter.id], actor=ACTOR, at=NOW).count == 1
    db.session.refresh(letter)
    return letter


def words_of(data: bytes) -> str:
    import subprocess

    return subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=data, capture_output=True, check=True
    ).stdout.decode()


def test_visa_letter_says_what_the_passport_says_and_hides_it_elsewhere(app: Flask, conference: Conference) -> None:
    row = with_passport(conference)

    letter = issued(conference, row)

    assert letter.document is not None
    assert letter.register_entry is not None
    said = words_of(content(letter.document))
    for part in ("MUSTERMANN ERIKA", "C01X00T47", "12 августа 1964", "Berlin", "Калуга", "7700000000",
                 "с 27 июня по 1 июля 2021", "Консульское учреждение"):  # fmt: skip
        assert part in " ".join(said.split())
    kept = everything_kept()
    assert "C01X00T47" not in kept
    assert "1964" not in kept
    assert b"%PDF-" not in files_of(app)
    assert "MUSTERMANN ERIKA" in letter.register_entry.subject
    assert (letter.head_id, letter.subject_id, letter.recipient["email"]) == (None, row.id, "erika@karlsruhe.example")
    mail = db.session.scalars(select(OutgoingMail).where(OutgoingMail.kind == "letter-visa_support_ru")).one()
    assert (mail.language, mail.to) == ("de", ["erika@karlsruhe.example"])
    assert "/reply/" not in mail.text


@pytest.mark.parametrize(("language", "part"), [("de", "Reisepass"), ("en", "Passport")])
def test_visa_letter_is_written_in_the_language_asked_for(
    app: Flask, conference: Conference, language: str, part: str
) -> None:
    letter = issued(conference, with_passport(conference), language=language)

    assert letter.document is not None
    assert part in words_of(content(letter.document))


def test_visa_letter_to_germany_is_made_for_a_russian(app: Flask) -> None:
    host = make_municipality("suhl", country="DE", name_ru="Зуль", name_de="Suhl", name_en="Suhl")
    conference = make_conference("suhl-2021", host=host)
    set_brief(conference=conference, kind=LetterKind.VISA_SUPPORT_DE, language="de", actor=ACTOR, at=NOW,
              facts={"responsible_name": "M. T.", "responsible_emails": ["a@example.org"]})  # fmt: skip
    row = make_delegate(conference, "R00001", citizenship="RU")
    give_consent(delegate=row, purpose=Purpose.VISA, language="ru", actor=PERSON, at=NOW)
    particulars = {"surname": "ORLOVA", "given": "ANNA", "citizenship": "RU", "number": "751234567"}
    passport = Passport(**(PASSPORT.values() | particulars))
    save_passport(delegate=row, passport=passport, actor=PERSON, at=NOW)

    letter = issued(conference, row)

    assert letter.document is not None
    said = " ".join(words_of(content(letter.document)).split())
    for part in ("Frau Anna Orlova", "ORLOVA ANNA", "751234567", "Visastelle der Botschaft", "eine"):
        assert part in said


def test_visa_letter_is_refused_by_name_before_a_number_is_taken(app: Flask, conference: Conference) -> None:
    row = applicant(conference)
    save_passport(delegate=row, passport=Passport(surname="MUSTERMANN", given="ERIKA", number="C01X00T47"),
                  actor=PERSON, at=NOW)  # fmt: skip
    whole = with_passport(conference, "R00002", email="x@karlsruhe.example")
    set_brief(conference=conference, kind=LetterKind.VISA_SUPPORT_RU, language="ru", facts={}, actor=ACTOR, at=NOW)
    with transaction():
        for brief in db.session.execute(text("SELECT id FROM letter_brief")).scalars().all():
            db.session.execute(text("DELETE FROM letter_brief WHERE id = :id"), {"id": brief})

    told = refused(lambda: prepare_visa_letter(delegate=row, actor=ACTOR, at=NOW))[1]
    other = refused(lambda: prepare_visa_letter(delegate=whole, actor=ACTOR, at=NOW))[1]

    assert told == (
        "The letter for the visa cannot be written, this is missing: name in Cyrillic letters, sex as in the passport, "
        "date of birth, place of birth, citizenship, country of residence, date of issue, first day of the stay, "
        "last day of the stay."
    )
    assert "its tax number" in other
    assert db.session.scalars(select(Letter)).all() == []


def test_drafts_are_given_up_when_the_passport_changes(app: Flask, conference: Conference) -> None:
    row = with_passport(conference)
    letter = prepare_visa_letter(delegate=row, actor=ACTOR, at=NOW)
    approve_letters(conference=conference, letter_ids=[letter.id], actor=ACTOR, at=NOW)

    save_passport(
        delegate=row, passport=Passport(**(PASSPORT.values() | {"number": "C99999999"})), actor=PERSON, at=NOW
    )

    db.session.refresh(letter)
    assert letter.state is LetterState.ANNULLED
    again = prepare_visa_letter(delegate=row, actor=ACTOR, at=NOW)
    assert again.state is LetterState.DRAFT
    assert refused(lambda: issued(conference, row) and prepare_visa_letter(delegate=row, actor=ACTOR, at=NOW))[1] == (
        "The letter is issued already. Annul it in the register first if the passport has changed."
    )


def test_letters_of_several_tell_who_cannot_have_one(app: Flask, conference: Conference) -> None:
    ready, bare = with_passport(conference), applicant(conference, "R00002", email="x@karlsruhe.example")

    outcome = prepare_visa_letters(delegates=[ready, bare], actor=ACTOR, at=NOW)

    assert [letter.subject_id for letter in outcome.letters] == [ready.id]
    assert [(row.id, str(message)) for row, message in outcome.refused] == [
        (bare.id, "No passport data are kept of this person.")
    ]


def test_letter_pages_work_for_a_letter_without_a_head(app: Flask, conference: Conference, staff: Any) -> None:
    row = with_passport(conference)
    make_head(conference.host)
    letter = issued(conference, row)
    other = with_passport(conference, "R00002", email="x@karlsruhe.example")
    draft = prepare_visa_letter(delegate=other, actor=ACTOR, at=NOW)
    secretariat, organiser = staff("secretariat"), staff("organiser")
    assert organiser.get(f"/en/desk/c/{conference.slug}/letters/{draft.id}").status_code == 200
    assert organiser.post(f"/en/desk/c/{conference.slug}/letters/{letter.id}/mail-again").status_code in {303, 404}

    for path in (
        "letters",
        f"letters/{letter.id}",
        "letters/overview",
        "letters/forms",
        "letters/chain",
        "letters/prepare",
    ):
        assert organiser.get(f"/en/desk/c/{conference.slug}/{path}").status_code == 200, path
    page = secretariat.get(f"/en/desk/c/{conference.slug}/letters/{letter.id}.pdf")

    assert (page.status_code, page.data[:5]) == (200, b"%PDF-")
    look = db.session.scalars(select(HistoryEntry).where(HistoryEntry.deed == "delegations.see_passport")).one()
    assert (look.subject_kind, look.subject_id, look.details) == ("delegate", row.id, {"what": "letter"})


def test_evisa_notice_confirms_the_place_once(app: Flask, conference: Conference) -> None:
    german = make_delegate(conference, "R00007", citizenship="DE", language="de", email="d@karlsruhe.example")
    other = make_delegate(conference, "R00008", citizenship="US")

    assert send_evisa_notice(delegate=german, actor=ACTOR, at=NOW)
    send_evisa_notice(delegate=german, actor=ACTOR, at=NOW)

    mail = db.session.scalars(select(OutgoingMail)).one()
    assert (mail.kind, mail.language) == ("evisa", "de")
    assert "R00007" in mail.text
    assert "120" in mail.text
    assert refused(lambda: send_evisa_notice(delegate=other, actor=ACTOR, at=NOW))[0] is None


# Erasure


def test_erasure_leaves_number_and_name_in_the_register_only(
    app: Flask, conference: Conference, staff: Any, visitor: FlaskClient, tmp_path: Path
) -> None:
    row = with_passport(conference)
    keep_scan(delegate=row, content=picture(), filename="pass.jpg", actor=PERSON, at=NOW)
    letter = issued(conference, row)
    assert letter.document is not None
    sealed = content(letter.document)

    assert erase_passport(delegate=row, reason="by_hand", actor=ACTOR, at=NOW)
    assert not erase_passport(delegate=row, reason="by_hand", actor=ACTOR, at=NOW)

    assert record_of(row) is None
    assert list((Path(app.config["SETTINGS"].data) / "personal").glob("*")) == []
    with pytest.raises(Altered):
        content(letter.document)
    db.session.refresh(letter)
    assert "private" not in str(letter.fields)
    assert letter.register_entry is not None
    assert (letter.state, letter.register_entry.label) == (LetterState.ISSUED, "Исх-1")
    entry = db.session.scalars(select(HistoryEntry).where(HistoryEntry.deed == "delegations.erase_passport")).one()
    assert entry.details == {"what": ["data", "scan", "letters"], "reason": "by_hand"}
    from app.documents.queries import prove

    assert prove(sealed).verdict is Verdict.INTACT
    mail = db.session.scalars(select(OutgoingMail)).one()
    assert mail.state.value == "failed"  # withdrawn: what it brought is gone
    assert export_letters(conference=conference, kind=None, folder=tmp_path) == []
    page = visitor.get(f"/en/verify/{letter.document.code}")
    assert (page.status_code, "We have erased our copy" in page.text) == (200, True)
    assert staff("organiser").get(f"/en/desk/c/{conference.slug}/letters/{letter.id}.pdf").status_code == 303
    assert staff("organiser").get(f"/en/desk/c/{conference.slug}/letters/{letter.id}").status_code == 200


def test_passports_are_erased_by_schedule_in_the_hosts_days(app: Flask, conference: Conference) -> None:
    with_passport(conference)
    set_visa_settings(conference=conference, keep_days=5, consulates={"ru": "В посольство"}, actor=ACTOR, at=NOW)

    last_moment = datetime(2021, 7, 5, 20, 59, tzinfo=UTC)  # 23:59 in Kaluga
    assert erase_due_passports(at=last_moment) == 0
    assert erase_due_passports(at=datetime(2021, 7, 5, 21, 1, tzinfo=UTC)) == 1
    assert erase_due_passports(at=datetime(2021, 8, 5, 21, 1, tzinfo=UTC)) == 0
    entry = db.session.scalars(select(HistoryEntry).where(HistoryEntry.deed == "delegations.erase_passport")).one()
    assert (entry.actor_kind, entry.details) == ("system", {"what": ["data"], "reason": "schedule"})


def test_personal_data_of_these_tables_are_forgotten_when_asked(app: Flask, conference: Conference) -> None:
    row = with_passport(conference)
    letter = issued(conference, row)

    counts = forget_personal([row.id, 999], actor=ACTOR, at=NOW)

    db.session.refresh(letter)
    assert counts == {"passports": 1, "photos": 0, "consents": 1}
    assert letter.register_entry is not None
    assert "MUSTERMANN" not in letter.register_entry.subject + letter.register_entry.search + str(letter.fields)
    assert letter.recipient["email"] == ""
    consent = db.session.scalars(select(Consent)).one()
    assert (consent.given_by, consent.withdrawn_at) == ("", NOW)
    assert (row.citizenship, row.consents) == ("", {})


# Desk


def test_desk_changes_rules_and_settings(app: Flask, conference: Conference, staff: Any) -> None:
    organiser, secretariat = staff("organiser"), staff("secretariat")
    here = f"/en/desk/c/{conference.slug}/visa"

    assert secretariat.get(f"{here}/rules").status_code == 403
    answer = organiser.post(f"{here}/rules", data={"need-DE": "visa", "added": "NP", "added_need": "none"})
    wrong = organiser.post(f"{here}/settings", data={"keep_days": "999"})
    right = organiser.post(f"{here}/settings", data={"keep_days": "10", "consulate_ru": "  В  консульство "})

    assert (answer.status_code, wrong.status_code, right.status_code) == (303, 422, 303)
    decided = {rule.citizenship: rule.need.value for rule in rules_for("RU") if rule.decided}
    assert decided == {"DE": "visa", "NP": "none"}
    kept = db.session.execute(text("SELECT keep_days, consulate_ru FROM visa_settings")).one()
    assert tuple(kept) == (10, "В консульство")


def test_many_letters_are_prepared_in_the_background_and_told_of(
    app: Flask, conference: Conference, staff: Any, run_jobs: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.delegations.views.desk_visa.AT_ONCE", 0)
    row = with_passport(conference)
    client = staff("organiser")
    here = f"/en/desk/c/{conference.slug}/visa"

    begun = client.post(here, data={"deed": "prepare", "language": "de"})
    assert db.session.scalars(select(Letter)).all() == []
    run_jobs()
    job = db.session.scalars(select(Job)).one()

    assert begun.location == f"/en/desk/jobs/{job.id}"
    assert job.result == {"prepared": 1, "refused": [], "url": f"{here}?job={job.id}"}
    assert [(letter.subject_id, letter.language) for letter in db.session.scalars(select(Letter))] == [(row.id, "de")]
    assert "1 visa letter is prepared as a draft." in client.get(job.result["url"]).text
    assert "prepared as a draft" not in client.get(f"{here}?job=999").text


def test_desk_prepares_all_letters_and_erases_all(app: Flask, conference: Conference, staff: Any) -> None:
    with_passport(conference)
    client = staff("organiser")
    here = f"/en/desk/c/{conference.slug}/visa"

    prepared = client.post(here, data={"deed": "prepare", "language": "ru"})
    letters = db.session.scalars(select(Letter.state)).all()
    unsure = client.post(here, data={"deed": "erase"})
    kept = len(db.session.scalars(select(PassportRecord)).all())
    erased = client.post(here, data={"deed": "erase", "sure": "y"})

    assert (prepared.status_code, erased.status_code, client.post(here, data={"deed": "x"}).status_code) == (
        303,
        303,
        400,
    )
    assert (unsure.status_code, kept) == (303, 1)
    assert letters == [LetterState.DRAFT]
    assert db.session.scalars(select(PassportRecord)).all() == []
    assert db.session.scalars(select(Letter.state)).all() == [LetterState.ANNULLED]


@pytest.mark.parametrize("language", ["ru", "de", "en"])
def test_every_page_is_whole_when_everything_is_there(
    app: Flask, conference: Conference, staff: Any, visitor: FlaskClient, language: str
) -> None:
    from tests.house.test_pages import _faults

    with transaction():
        conference.starts_on, conference.ends_on = date(2041, 6, 28), date(2041, 6, 30)
    row = with_passport(conference)
    late = Passport(**(PASSPORT.values() | {"stay_from": "2041-06-27", "stay_to": "2041-07-01"}))
    save_passport(delegate=row, passport=late, actor=PERSON, at=NOW)
    see_passport(delegate=row, actor=ACTOR, at=NOW)
    keep_scan(delegate=row, content=picture(), filename="pass.jpg", actor=PERSON, at=NOW)
    issued(conference, row)
    client, here = staff("organiser"), f"/{language}/desk/c/{conference.slug}"

    pages = [visitor.get(f"/{language}/delegate/{row.token}/{name}") for name in ("visa", "consents", "photo")]
    rooms = ("visa", "visa/rules", "visa/settings", f"delegates/{row.public_id}/passport", f"delegates/{row.public_id}")
    pages += [client.get(f"{here}/{name}") for name in rooms]
    pages.append(visitor.post(f"/{language}/delegate/{row.token}/visa", data=form(mrz="P<D")))

    assert [page.status_code for page in pages] == [200] * 8 + [422]
    assert [_faults(page.text, language) for page in pages] == [[]] * 9


def test_own_pages_ask_for_no_visa_when_one_takes_part_by_video(coming: Conference, visitor: FlaskClient) -> None:
    row = with_passport(coming)
    page, own = f"/en/delegate/{row.token}/visa", f"/en/delegate/{row.token}"
    assert "Photograph, visa, consents" in visitor.get(own).text
    other = applicant(coming, "R00002", email="max@karlsruhe.example")
    with transaction():
        for one in (row, other):
            one.attendance = Attendance.VIDEO
    text = visitor.get(page).text
    assert "You take part by video, so you need no visa, and we ask for no passport data." in text
    assert "What you entered before is kept, encrypted, until" in text
    assert 'name="surname"' not in text
    assert 'name="deed" value="citizenship"' not in text
    assert 'value="erase"' in text
    assert visitor.post(page, data={"deed": "citizenship", "citizenship": "BY"}).status_code == 422
    assert passport_in(record_of(db.session.get_one(Delegate, row.id))) == PASSPORT
    assert db.session.get_one(Delegate, row.id).citizenship == "US"
    text = visitor.get(f"/en/delegate/{other.token}").text
    assert ("Photograph, consents" in text, "Visa and passport data" in text) == (True, False)
    assert visitor.post(page, data={"deed": "erase"}).status_code == 303
    assert record_of(db.session.get_one(Delegate, row.id)) is None


def test_missing_words_name_no_journey_when_the_conference_is_held_by_video(coming: Conference) -> None:
    row = applicant(coming)
    with speaking("en"):
        assert {"arrival", "departure"} <= set(missing_words(row))
        with transaction():
            coming.format = ConferenceFormat.VIDEO
        assert not {"arrival", "departure"} & set(missing_words(row))
