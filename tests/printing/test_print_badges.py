"""Sheets of badges, read back from the PDF: places, sizes, names, codes."""

from __future__ import annotations

import subprocess
from dataclasses import replace

import pikepdf
import pytest
from PIL import Image, ImageChops
from sqlalchemy import select

from app.conferences.rules import Attendance, ConferenceFormat
from app.database import db, transaction
from app.delegations.rules import Accreditation
from app.errors import Refusal
from app.history.models import HistoryEntry
from app.printing.models import Badge, PrintRun
from app.printing.press import qr
from app.printing.press.design import font_address, text_pages
from app.printing.press.sheets import Batch, print_sheets
from app.printing.queries import badge_contents, path_of, titles
from app.printing.rules import LAYOUTS, alone, require_layout
from app.printing.rules.sheets import sheet_of
from app.printing.typesetting import Typesetter, _html, set_apart
from tests.factories import make_delegate, make_delegation, make_municipality

from .conftest import AWKWARD, MM, decoded, overlapping, pictures, words  # isort: skip

PLACES = [(0.0, 0.5), (105.0, 0.5), (0.0, 148.5), (105.0, 148.5)]  # of A6 on A4, row by row

# What a picture shows does not depend on the database.
one_database = pytest.mark.parametrize("house", ["sqlite"], indirect=True)


def _place_of(word):
    """Which badge of its page a word belongs to, by its middle."""
    across, down = (word.left + word.right) / 2, (word.top + word.bottom) / 2
    return (down > 148.5) * 2 + (across > 105)


def test_print_badges_puts_four_on_a_sheet_of_a4(conference, printing):
    for number in range(5):
        make_delegate(conference, f"D{number}", last=f"Орлова{number}", badge_ru="")
    done, pdf = printing()
    assert (done.count, done.pages, done.warnings) == (5, 2, [])
    with pikepdf.open(pdf) as opened:
        assert [[round(float(side) / MM) for side in page.mediabox] for page in opened.pages] == [[0, 0, 210, 297]] * 2
    names = [(word.page, _place_of(word), word.text) for word in words(pdf) if word.text.startswith("Орлова")]
    assert names == [
        (1, 0, "Орлова0"), (1, 1, "Орлова1"), (1, 2, "Орлова2"), (1, 3, "Орлова3"), (2, 0, "Орлова4")
    ]  # fmt: skip


@one_database
def test_print_badges_keeps_every_awkward_text_inside_its_badge_and_apart_from_others(awkward, printing, conference):
    done, pdf = printing()
    assert (done.count, done.pages) == (len(AWKWARD), len(AWKWARD) // 4)
    found = words(pdf)
    for word in found:
        left, top = PLACES[_place_of(word)]
        where = (word.text, word.page)
        assert word.left >= left + 4, where
        assert word.right <= left + 101, where
        assert word.top >= top + 20 - 0.6, where  # 14 mm under a lanyard's slot
        assert word.bottom <= top + 144, where
    badges = Typesetter(require_layout(None), titles(conference)).set(badge_contents(conference))
    odd = {text for badge in badges for line in badge.lines if not line.plain for text in line.text.split()}
    assert {"דוד", "محمد", "გიორგი"} <= odd
    for one, other in overlapping(found):  # WeasyPrint sets what is odd: its PDF tells the height of the line
        assert {one.text, other.text, one.text[::-1], other.text[::-1]} & odd, (one, other)


@one_database
def test_print_badges_gives_each_person_the_right_code(awkward, printing, conference):
    _, pdf = printing()
    order = badge_contents(conference)
    found = words(pdf)
    cuts = []
    for page, picture in enumerate(pictures(pdf, 150), start=1):
        with Image.open(picture) as whole:
            for place, (left, top) in enumerate(PLACES):
                content = order[(page - 1) * 4 + place]
                cuts.append(picture.with_name(f"{page}-{place}.pgm"))
                box = [round(side / 25.4 * 150) for side in (left, top, left + 105, top + 148)]
                whole.crop(box).save(cuts[-1])
                here = [word for word in found if word.page == page and _place_of(word) == place]
                text = "".join(word.text for word in sorted(here, key=lambda word: (word.top, word.left)))
                for name in (content.name_first, content.name_second):
                    if all(sign < "\u0300" or "\u0400" <= sign < "\u0590" for sign in name):
                        assert name.replace(" ", "") in text
    assert decoded(cuts) == [content.token for content in order]


@one_database
def test_print_badges_sets_the_code_at_least_20_mm_wide_with_its_quiet_zone(awkward, printing, tmp_path):
    _, pdf = printing("a6-portrait-single", delegate_id=awkward[0].id)
    picture = pictures(pdf, 300)[0]
    with Image.open(picture) as page:
        # x 78.5 to 100.5 mm, y 103.5 to 125.5 mm: a white rim of 4 modules of 33, then the finder pattern
        cut = page.convert("L").crop([round(side / 25.4 * 300) for side in (78.6, 103.6, 100.4, 125.4)])
        ink = ImageChops.invert(cut).point(lambda value: 255 if value > 128 else 0).getbbox()
    assert ink is not None
    module = 22 / 33
    found = [side / 300 * 25.4 + 0.1 for side in ink]
    assert found == pytest.approx([4 * module, 4 * module, 29 * module, 29 * module], abs=0.12)


@one_database
def test_stamped_badges_of_every_design_look_like_those_weasyprint_sets(awkward, conference, tmp_path):
    every = badge_contents(conference)
    names = {content.public_id: len(content.name_first) for content in every}
    few = sorted(every, key=lambda content: (content.name_first.isascii(), -names[content.public_id]))[:6]
    for style, layout in {one.style: alone(replace(one, folded=False)) for one in LAYOUTS.values()}.items():
        contents, dpi = (every, 100) if style == "a6-portrait" else (few, 72)
        badges = Typesetter(layout, titles(conference)).set(contents)
        fast, slow = tmp_path / f"{style}-fast.pdf", tmp_path / f"{style}-slow.pdf"
        pdf, pages = print_sheets(
            [Batch(badges)], sheet_of(layout), title="-", set_apart=lambda odd, on=layout: set_apart(on, odd)
        )
        fast.write_bytes(pdf)
        slow.write_bytes(text_pages(_html(layout, contents, fonts=font_address(), texts=badges)))
        assert pages == len(contents)
        for one, other in zip(pictures(fast, dpi), pictures(slow, dpi), strict=True):
            with Image.open(one) as left, Image.open(other) as right:
                assert left.size == right.size
                differing = sum(ImageChops.difference(left.convert("L"), right.convert("L")).histogram()[97:])
                every_dot = left.size[0] * left.size[1]
            assert differing / every_dot < 0.003, one.name  # glyphs are placed to a quarter of a pixel


def test_print_badges_prints_only_granted_persons_on_site(conference, printing):
    make_delegate(conference, "D1")
    make_delegate(conference, "D2", attendance=Attendance.VIDEO)
    for number, standing in enumerate(set(Accreditation) - {Accreditation.GRANTED}):
        make_delegate(conference, f"E{number}", accreditation=standing)
    done, _ = printing()
    assert [badge.delegate.public_id for badge in done.run.badges] == ["D1"]


def test_print_badges_is_refused_when_the_conference_is_by_video(conference, printing):
    make_delegate(conference, "D1")
    with transaction():
        conference.format = ConferenceFormat.VIDEO
    with pytest.raises(Refusal, match="held by video: nobody has a place on site"):
        printing()
    assert db.session.scalars(select(PrintRun)).all() == []


def test_print_badges_is_refused_when_nobody_has_a_place(conference, printing):
    with pytest.raises(Refusal, match="Nobody has a place on site"):
        printing()


def test_print_badges_sorts_by_town_in_the_hosts_alphabet_then_rank_then_name(conference, printing):
    yelets = make_municipality("yelets", name_ru="Ёлкино", name_de="Aa")
    bonn = make_municipality("bonn", name_ru="Бонн", name_de="Zz", country="DE")
    make_delegate(conference, "D1", municipality_id=yelets.id, last="Б", precedence=200)
    make_delegate(conference, "D2", municipality_id=yelets.id, last="А", precedence=1000)
    make_delegate(conference, "D3", municipality_id=yelets.id, last="Ё", precedence=200)
    make_delegate(conference, "D4", municipality_id=bonn.id, last="Я", precedence=1000)
    make_delegate(conference, "D5", organisation="Яхт-клуб")
    assert [content.public_id for content in badge_contents(conference)] == ["D4", "D1", "D3", "D2", "D5"]


def test_badge_contents_take_the_delegations_town_when_the_person_has_none(conference):
    town = make_municipality("karlsruhe", name_ru="Карлсруэ", name_de="Karlsruhe", country="DE")
    group = make_delegation(conference, town)
    make_delegate(conference, "D1", delegation_id=group.id, country="")
    content = badge_contents(conference)[0]
    assert (content.place_first, content.place_second, content.country) == (
        "Карлсруэ", "Karlsruhe", "Германия · Deutschland"
    )  # fmt: skip


def test_badge_contents_ask_the_database_twice(conference, awkward):
    from sqlalchemy import event

    db.session.refresh(conference)
    _ = conference.host.country
    asked = []
    event.listen(db.engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
    assert len(badge_contents(conference)) == len(AWKWARD)
    assert len(asked) == 2  # access marks, people


def test_only_new_prints_who_is_new_or_changed_and_then_nobody(conference, printing):
    one, _two = (make_delegate(conference, f"D{number}") for number in (1, 2))
    assert printing()[0].count == 2
    assert printing(scope="new")[0].as_json() == {"printed": 0, "pages": 0, "warnings": []}
    with transaction():
        one.badge_de = "Anna Neu"
    make_delegate(conference, "D3")
    with transaction():
        one.phone = "+7 900 000-00-00"
    done, _ = printing(scope="new")
    assert sorted(badge.delegate.public_id for badge in done.run.badges) == ["D1", "D3"]
    assert printing(scope="new")[0].count == 0


def test_print_badges_logs_the_run_and_keeps_the_file(conference, printing):
    make_delegate(conference, "D1")
    done, pdf = printing()
    run = done.run
    assert (run.kind, run.layout, run.scope, run.count, run.pages, run.printed_by) == (
        "badges", "a6-portrait", "all", 1, 1, "ratusha"
    )  # fmt: skip
    assert path_of(run.sha256).read_bytes() == pdf.read_bytes()
    fingerprints = db.session.scalars(select(Badge.fingerprint)).all()
    assert fingerprints == [content.fingerprint for content in badge_contents(conference)]
    entry = db.session.scalars(select(HistoryEntry)).one()
    assert (entry.deed, entry.details["count"], entry.details["sha256"]) == ("print-badges", 1, run.sha256)


def test_print_badges_prints_once_for_one_key_and_anew_when_the_file_was_never_written(conference, printing):
    make_delegate(conference, "D1")
    first = printing(deed_key="job:1")[0].run
    assert printing(deed_key="job:1")[0].run.id == first.id
    path_of(first.sha256).unlink()
    again = printing(deed_key="job:1")[0].run
    assert path_of(again.sha256).is_file()
    assert [run.id for run in db.session.scalars(select(PrintRun))] == [again.id]


def test_print_badges_makes_the_same_file_from_the_same_data(conference, printing):
    make_delegate(conference, "D1")
    assert printing()[0].run.sha256 == printing()[0].run.sha256


def test_a_single_badge_carries_nothing_of_other_persons(conference, printing):
    secret = make_delegate(conference, "D1", badge_ru="Секретов Семён", badge_de="Semjon Sekretow")
    other = make_delegate(conference, "D2", badge_ru="Орлова Анна", badge_de="Anna Orlowa")
    printing()
    _, pdf = printing(delegate_id=other.id)
    text = subprocess.run(["pdftotext", str(pdf), "-"], check=True, capture_output=True, text=True).stdout
    assert "Орлова" in text
    assert "Секретов" not in text
    code = " re ".join(qr.code(secret.badge_token).bars.split(" re ")[20:60])
    with pikepdf.open(pdf) as opened:
        streams = [each.read_bytes() for each in opened.objects if isinstance(each, pikepdf.Stream)]
    assert not any(code.encode() in stream for stream in streams)


def test_layout_is_refused_with_the_known_names_when_unknown(app):
    with pytest.raises(Refusal) as refused:
        require_layout("a5")
    assert str(refused.value) == "There is no layout “a5”. There are: " + ", ".join(LAYOUTS) + "."


def test_text_of_a_badge_reads_back_letter_by_letter(conference, printing):
    make_delegate(conference, "D1", badge_ru="Їжакевич Хәйруллина Ёлкин", badge_de="JÜRGEN GROẞMANN fi ffl")
    _, pdf = printing()
    texts = " ".join(word.text for word in words(pdf))
    for name in ("Їжакевич", "Хәйруллина", "Ёлкин", "JÜRGEN", "GROẞMANN", "fi", "ffl"):
        assert name in texts


def test_markup_in_a_name_stays_text(conference, printing):
    make_delegate(conference, "D1", badge_ru="<b>Белов</b> & Сын", badge_de="Roman <script>alert(1)</script>")
    _, pdf = printing()
    texts = [word.text for word in words(pdf)]
    assert "<b>Белов</b>" in texts
    assert "&" in texts
