"""How the issuer's letters look: the sheet is decided on a page, letters follow it."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image, ImageDraw

from app.conferences.models import Conference
from app.correspondence.models import Letter
from app.correspondence.operations import prepare_letters, write_letter
from app.correspondence.operations.house import require_picture, set_letter_sheet, with_pictures
from app.correspondence.queries.house import Sheet, letter_sheet
from app.correspondence.rules import LetterKind
from app.database import db, transaction
from app.directory.models import MunicipalHead, Organisation
from app.errors import Refusal
from app.history.models import HistoryEntry
from app.i18n import speaking
from invitations.house import ASSOCIATION, HouseOptions
from invitations.pdf import render
from tests.factories import ACTOR, NOW
from tests.invitations.paper import flat

Staff = Callable[[str], FlaskClient]
PAGE = "/en/desk/c/xvi-kaluga-2021/letters/sheet"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"><rect width="40" height="20"/></svg>'


def png(size: tuple[int, int] = (300, 150), *, clear: bool = False) -> bytes:
    """A picture with a line on it."""
    made = Image.new("RGBA" if clear else "RGB", size, (0, 0, 0, 0) if clear else (255, 255, 255))
    ImageDraw.Draw(made).line((0, 0, *size), fill=(0, 0, 0), width=6)
    target = io.BytesIO()
    made.save(target, "PNG")
    return target.getvalue()


def issuer_of(conference: Conference) -> Organisation:
    assert conference.issuer is not None
    return conference.issuer


def keep(conference: Conference, sheet: Sheet) -> None:
    set_letter_sheet(issuer=issuer_of(conference), sheet=sheet, actor=ACTOR, at=NOW)


def letters_to(conference: Conference, *towns: str) -> list[Letter]:
    return prepare_letters(
        conference=conference, kind=LetterKind.INVITATION, selection=",".join(f"municipality:{town}" for town in towns),
        actor=ACTOR, at=NOW,
    ).letters  # fmt: skip


def test_letters_are_written_by_the_standards_when_nothing_is_decided(kaluga: Conference) -> None:
    assert letter_sheet(issuer_of(kaluga)) == Sheet()
    looks = {
        (one.layout, one.house, one.letterhead.logo) for one in map(write_letter, letters_to(kaluga, "perm", "suhl"))
    }
    assert looks == {("gost-corner", HouseOptions(), None), ("din-5008-b", HouseOptions(), None)}


def test_letters_follow_the_sheet_when_it_is_decided(kaluga: Conference) -> None:
    sheet = Sheet(
        layout_ru="gost-lengthwise", layout_de="din-5008-a", edition=2016, habits=ASSOCIATION, signature="facsimile",
        logo=require_picture(SVG, name="logo"), facsimile=require_picture(png(clear=True), name="facsimile"),
    )  # fmt: skip
    keep(kaluga, sheet)
    assert letter_sheet(issuer_of(kaluga)) == sheet
    written = {one.language: one for one in map(write_letter, letters_to(kaluga, "perm", "suhl"))}
    assert [(one.layout, one.gost_edition, one.house) for one in (written["ru"], written["de"])] == [
        ("gost-lengthwise", 2016, ASSOCIATION),
        ("din-5008-a", 2016, HouseOptions()),
    ]
    assert {(one.letterhead.logo, one.facsimile) for one in written.values()} == {(sheet.logo, sheet.facsimile)}
    entry = db.session.query(HistoryEntry).filter_by(deed="correspondence.set_letter_sheet").one()
    assert "layout_ru" in entry.details["changed"]


def test_the_sample_letter_is_reproduced_by_its_habits(kaluga: Conference, fonts: Any) -> None:
    keep(kaluga, Sheet(habits=ASSOCIATION))
    (letter,) = letters_to(kaluga, "perm")
    said = flat(render(write_letter(letter, number="Исх-69", dated=NOW.date()), fonts=fonts))
    assert f"Дата {NOW:%d.%m.%Y} № Исх-69" in said
    assert "!" not in write_letter(letter).salutation
    assert said.index("С уважением,") > said.index(write_letter(letter).signatory.office)


@pytest.fixture
def fonts(app: Any) -> Any:
    from app.correspondence.operations.writing import fonts

    return fonts()


def test_mark_of_the_signature_names_the_certificate_that_signs(kaluga: Conference, fonts: Any) -> None:
    from app.documents.certificate import certificate

    keep(kaluga, Sheet(signature="mark"))
    (letter,) = letters_to(kaluga, "perm")
    written = write_letter(letter)
    used = certificate()
    assert used is not None
    assert written.signature_mark is not None
    assert (written.signature_mark.certificate, written.signature_mark.owner) == (used.number, used.holder)
    assert "ДОКУМЕНТ ПОДПИСАН ЭЛЕКТРОННОЙ ПОДПИСЬЮ" in flat(render(written, fonts=fonts))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 6_000_000, "larger than 5 MB"),
        (SVG.replace(b"<rect", b"<script>alert(1)</script><rect"), "scripts"),
        (SVG.replace(b"<rect", b'<rect onclick="alert(1)"'), "scripts"),
        (SVG.replace(b"<rect", b'<image href="https://example.org/x.png"/><rect'), "elsewhere"),
        (SVG.replace(b"<rect", b'<image href="file:///etc/passwd"/><rect'), "elsewhere"),
        (b'<!DOCTYPE svg [<!ENTITY a "b">]>' + SVG, "scripts"),
        (b"\0" * 5_000_001, "larger than 5 MB"),
        (SVG[:40], "damaged"),
        (png()[: len(png()) // 2], "damaged"),
        (b"%PDF-1.7 no picture", "no picture"),
        (b"", "empty"),
    ],
)
def test_picture_is_refused_at_its_field_when_a_letter_could_not_hold_it(app: Any, content: bytes, told: str) -> None:
    with pytest.raises(Refusal, match=told) as refused:
        require_picture(content, name="logo")
    assert refused.value.field == "logo"


def test_picture_is_made_anew_and_no_larger_than_a_letter_shows_it(app: Any) -> None:
    made = require_picture(png((3000, 3000), clear=True), name="logo")
    assert (made.width, made.height, made.media_type) == (600, 600, "image/png")
    with Image.open(io.BytesIO(made.data)) as kept:
        assert kept.mode == "RGBA"
        assert kept.info == {}


@pytest.mark.parametrize(
    ("sheet", "field"),
    [
        (Sheet(layout_ru="plain"), "layout_ru"),
        (Sheet(layout_de="gost-corner"), "layout_de"),
        (Sheet(edition=2003), "gost_edition"),
        (Sheet(signature="stamp"), "signature"),
        (Sheet(signature="facsimile"), "facsimile"),
        (Sheet(habits=HouseOptions(date_word="<b>Дата</b>")), "date_word"),
        (Sheet(habits=HouseOptions(executor_word="И" * 21)), "executor_word"),
    ],
)
def test_set_letter_sheet_is_refused_at_its_field(kaluga: Conference, sheet: Sheet, field: str) -> None:
    with pytest.raises(Refusal) as refused:
        keep(kaluga, sheet)
    assert refused.value.field == field
    assert letter_sheet(issuer_of(kaluga)) == Sheet()


def filled(**given: Any) -> dict[str, Any]:
    return {
        "layout_ru": "gost-corner", "layout_de": "din-5008-b", "gost_edition": "0", "salutation_mark": "!",
        "initials_space": "y", "executor_word": "Исп.:", "phone_word": "тел.", "signature": "hand",
        "addressee": "perm", "in_language": "ru", **given,
    }  # fmt: skip


def test_sheet_is_decided_on_the_page(kaluga: Conference, staff: Staff) -> None:
    client = staff("organiser")
    offered = client.get(f"{PAGE}?habits=association").text
    assert 'value="Дата"' in offered
    assert letter_sheet(issuer_of(kaluga)) == Sheet()
    answer = client.post(
        PAGE, data=filled(layout_ru="gost-lengthwise", date_word="Дата", logo=(io.BytesIO(png()), "logo.png"))
    )
    assert (answer.status_code, answer.location) == (303, PAGE)
    kept = letter_sheet(issuer_of(kaluga))
    assert (kept.layout_ru, kept.habits, kept.logo is not None) == (
        "gost-lengthwise", HouseOptions(date_word="Дата"), True,
    )  # fmt: skip
    shown = client.get(f"{PAGE}/logo.png")
    assert (shown.status_code, shown.mimetype, shown.data) == (200, "image/png", kept.logo.data if kept.logo else b"")
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    assert client.post(PAGE, data=filled(remove_logo="y")).status_code == 303
    assert letter_sheet(issuer_of(kaluga)) == Sheet()
    assert client.get(f"{PAGE}/logo.png").status_code == 404


def test_page_refuses_at_the_field_and_keeps_what_was_typed(kaluga: Conference, staff: Staff) -> None:
    client = staff("organiser")
    script = SVG.replace(b"<rect", b"<script/><rect")
    answer = client.post(PAGE, data=filled(date_word="Дата", logo=(io.BytesIO(script), "logo.svg")))
    assert answer.status_code == 422
    assert "The drawing holds scripts" in answer.text
    assert 'value="Дата"' in answer.text
    assert client.post(PAGE, data=filled(signature="facsimile")).status_code == 422
    assert client.post(PAGE, data={}).status_code == 422
    assert letter_sheet(issuer_of(kaluga)) == Sheet()


def test_preview_shows_the_sheet_before_it_is_kept(kaluga: Conference, staff: Staff) -> None:
    client = staff("secretariat")
    answer = client.post(f"{PAGE}/preview", data=filled(date_word="Дата", date_above_number="y"))
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    text = subprocess.run(["pdftotext", "-", "-"], input=answer.data, capture_output=True, check=True).stdout.decode()
    assert "Дата" in text
    assert letter_sheet(issuer_of(kaluga)) == Sheet()
    assert client.post(f"{PAGE}/preview", data=filled(addressee="nowhere")).status_code == 422


def test_page_is_not_shown_to_the_entrance_desk_and_says_when_nobody_issues(kaluga: Conference, staff: Staff) -> None:
    assert staff("desk").get(PAGE).status_code == 403
    with transaction():
        kaluga.issuer = None
    client = staff("organiser")
    assert "Nobody issues letters yet" in client.get(PAGE).text
    assert client.post(PAGE, data=filled()).status_code == 404


def test_pictures_go_and_come_by_name(app: Any) -> None:
    logo = require_picture(SVG, name="logo")
    assert with_pictures(Sheet(), given={"logo": SVG}) == Sheet(logo=logo)
    assert with_pictures(Sheet(logo=logo), given={}, removed={"logo"}) == Sheet()
    assert replace(Sheet(logo=logo), logo=None) == Sheet()


def test_a_title_of_300_characters_is_written_and_a_name_of_300_is_refused_by_name(kaluga: Conference) -> None:
    head = db.session.query(MunicipalHead).filter_by(last="Дёмкин").one()
    with transaction():
        head.office_ru = ("Глава города Перми, " + "председатель комиссии по побратимским связям, " * 6)[:300]
    (letter,) = letters_to(kaluga, "perm")
    assert write_letter(letter).address_lines[0].startswith("Главе города Перми, председателю комиссии")
    with transaction():
        head.last, head.first, head.patronymic = ("Ы" + "ы" * 98 for _part in range(3))
    with speaking("ru"):
        with pytest.raises(Refusal) as refused:
            write_letter(letter)
        told = str(refused.value.message)
    assert told == f"Письмо адресату Ы{'ы' * 59}… не составить: слишком длинно для бланка — имя адресата."
