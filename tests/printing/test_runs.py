"""Print runs: people picked, order, dividers, backs, half-used sheets, reprints."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from PIL import Image, ImageChops
from sqlalchemy import select

from app.conferences.models import Conference
from app.database import db
from app.delegations.models import Delegate
from app.errors import Refusal
from app.history.models import HistoryEntry
from app.history.rules import COMMAND
from app.printing.backs import BackContent, Entry, back_contents, back_html, lower_part, set_backs
from app.printing.checks import check_badges
from app.printing.choosing import people_named
from app.printing.freshness import Why, why_anew
from app.printing.hand_out import hand_out_list
from app.printing.models import Badge, PrintRun
from app.printing.operations import Printed
from app.printing.operations.reprinting import print_one
from app.printing.operations.settings import BackDetails, settle_backs
from app.printing.press.design import text_pages
from app.printing.press.sheets import Batch, print_sheets
from app.printing.queries import badge_contents, groups_of, in_order, titles
from app.printing.rules import LAYOUTS, require_layout
from app.printing.rules.sheets import OnPaper, sheet_of
from app.printing.typesetting import Typesetter, set_apart
from app.programme.operations import release_programme
from tests.factories import NOW, make_delegate, make_delegation, make_municipality, make_session

from .conftest import decoded, pictures, words  # isort: skip

ONE_DATABASE = True

Printing = Callable[..., tuple[Printed, Path]]


def text_of(pdf: Path) -> list[str]:
    """The text of each page."""
    done = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], check=True, capture_output=True, text=True)
    return done.stdout.split("\f")[:-1]


def people(conference: Conference) -> dict[str, Delegate]:
    """Two Russians and two Germans, whose order differs in each alphabet."""
    german = {"country": "DE", "language": "de"}
    return {
        number: make_delegate(conference, number, **given)
        for number, given in {
            "D1": {"last": "Яковлев", "first": "Анна", "badge_ru": "Яковлев Анна", "badge_de": "Anna Jakowlew",
                   "precedence": 300},
            "D2": {"last": "Ёлкина", "first": "Вера", "badge_ru": "Ёлкина Вера", "badge_de": "Wera Jolkina",
                   "role": "press", "precedence": 400},
            "D3": {"last": "Zeller", "first": "Jan", "badge_ru": "Ян Целлер", "badge_de": "Jan Zeller",
                   "precedence": 100, **german},
            "D4": {"last": "Groß", "first": "Uwe", "badge_ru": "Уве Гросс", "badge_de": "Uwe Groß", "role": "press",
                   "precedence": 200, **german},
        }.items()
    }  # fmt: skip


def test_badges_are_sorted_by_family_name_in_either_alphabet(conference: Conference) -> None:
    people(conference)
    contents = badge_contents(conference)
    order = {sort: [one.public_id for one in in_order(contents, sort)] for sort in ("delegation", "name_ru", "name_de")}
    assert order == {
        "delegation": ["D3", "D4", "D1", "D2"],
        "name_ru": ["D4", "D2", "D3", "D1"],  # Гросс, Ёлкина, Целлер, Яковлев
        "name_de": ["D4", "D1", "D2", "D3"],  # Groß, Jakowlew, Jolkina, Zeller
    }
    letters = [
        (group.titles, group.first, group.count) for group in groups_of(in_order(contents, "name_de"), "name_de")
    ]
    assert letters == [(("G",), 0, 1), (("J",), 1, 2), (("Z",), 3, 1)]


def test_people_are_picked_by_number_by_name_or_by_role(conference: Conference, printing: Printing) -> None:
    known = people(conference)
    ids, unclear = people_named(badge_contents(conference), ["d2", "zeller jan", "uwe gross", "nobody", "а", "", "D2"])
    assert (ids, unclear) == ([known[number].id for number in ("D2", "D3", "D4")], ["nobody (nobody)", "а (D1, D2)"])
    done, _ = printing(scope="picked", delegate_ids=ids)
    assert [badge.delegate.public_id for badge in done.run.badges] == ["D3", "D4", "D2"]
    done, _ = printing(scope="role", role="press", sort="name_ru")
    assert [badge.delegate.public_id for badge in done.run.badges] == ["D4", "D2"]
    assert (done.run.scope, done.run.options) == ("role", {"sort": "name_ru", "role": "press"})
    with pytest.raises(Refusal, match="Nobody asked for has this role"):
        printing(scope="role", role="minister")


def test_dividers_begin_a_new_sheet_and_name_the_delegation(conference: Conference, printing: Printing) -> None:
    town = make_municipality("bonn", name_ru="Бонн", name_de="Bonn", country="DE")
    group = make_delegation(conference, town)
    for number in range(5):
        make_delegate(conference, f"D{number}", delegation_id=group.id, last=f"Орлова{number}", badge_ru="")
    make_delegate(conference, "E1", municipality_id=conference.host_id)
    done, pdf = printing(paper=OnPaper(dividers=True))
    first = [" ".join(page.split())[:30] for page in text_of(pdf)]
    assert done.pages == 5
    assert (first[0], first[3]) == ("Бонн Bonn 5 бейджей · 5 Namens", "Калуга Kaluga 1 бейдж · 1 Name")


def test_a_half_used_sheet_begins_at_its_first_free_place(conference: Conference, printing: Printing) -> None:
    for number in range(3):
        make_delegate(conference, f"D{number}", last=f"Орлова{number}", badge_ru="")
    done, pdf = printing(paper=OnPaper(start=4))
    found = [(word.page, word.left > 105, word.top > 148) for word in words(pdf) if word.text.startswith("Орлова")]
    assert (done.pages, found) == (2, [(1, True, True), (2, False, False), (2, True, False)])


@pytest.fixture
def with_programme(conference: Conference) -> Conference:
    """A released opening, and what stands on every back."""
    make_session(conference, audience="all")
    release_programme(conference=conference, actor=COMMAND, at=NOW)
    settle_backs(
        conference=conference, actor=COMMAND, at=NOW,
        details=BackDetails("Rathaus", "geheim-7", "Скорая помощь 103", "Rettungsdienst 103", "Ambulance 103"),
    )  # fmt: skip
    return conference


def test_backs_stand_behind_their_fronts_in_the_persons_language(
    with_programme: Conference, printing: Printing
) -> None:
    people(with_programme)
    done, pdf = printing(paper=OnPaper(backs="long"))
    assert done.pages == 2
    front, back = text_of(pdf)
    assert "Мероприятия" not in front
    shown = " ".join(back.split())
    for said in ("Eröffnung der Konferenz", "Открытие конференции", "Rettungsdienst 103", "Скорая помощь 103",
                 "geheim-7"):  # fmt: skip
        assert said in shown, said
    found = words(pdf)
    zeller = [(word.page, word.left > 105) for word in found if word.text == "Zeller"]
    assert zeller == [(1, False), (2, True)]  # upper left in front, upper right behind
    with pikepdf.open(pdf) as opened:
        assert str(opened.Root.ViewerPreferences.Duplex) == "/DuplexFlipLongEdge"


def test_a_badge_that_lies_on_its_label_is_read_there_and_has_its_back_behind_it(
    with_programme: Conference, printing: Printing
) -> None:
    known = people(with_programme)
    done, pdf = printing("a6-landscape", paper=OnPaper("10809", backs="long", start=2))
    assert done.pages == 4
    front, back, *_rest = pictures(pdf, 150)
    with Image.open(front) as page, Image.open(back) as behind:
        assert page.width < page.height
        cells = []
        for place in range(4):
            left, top = round(place % 2 * 105 / 25.4 * 150), round(place // 2 * 148 / 25.4 * 150)
            cell, other = front.with_name(f"cell{place}.png"), round((1 - place % 2) * 105 / 25.4 * 150)
            page.crop((left, top, left + 620, top + 874)).save(cell)
            cells.append((decoded([cell]), behind.crop((other, top, other + 620, top + 874)).convert("L").getextrema()))
    first = [content.token for content in badge_contents(with_programme)][:3]
    assert [codes for codes, _ in cells] == [[], *([token] for token in first)]
    assert [extrema == (255, 255) for _, extrema in cells] == [True, False, False, False]
    assert set(first) < {row.badge_token for row in known.values()}


def test_a_folded_badge_has_its_back_upside_down_above_it_and_its_code_is_read(
    with_programme: Conference, printing: Printing
) -> None:
    known = people(with_programme)
    done, pdf = printing("a6-folded")
    assert (done.count, done.pages) == (4, 2)
    assert sorted(decoded(pictures(pdf, 150))) == sorted(row.badge_token for row in known.values())
    for word in words(pdf):
        if word.text in {"Eröffnung", "Открытие"}:
            assert word.bottom < 148.5
        if word.text in {"Делегация", "Delegation"}:
            assert word.top > 148.5


def test_stamped_backs_look_like_those_weasyprint_sets(with_programme: Conference, tmp_path: Path) -> None:
    row = people(with_programme)["D3"]
    layout = LAYOUTS["a6-portrait-single"]
    contents = badge_contents(with_programme, delegate_id=row.id)
    backs = back_contents(with_programme, contents)
    badges = Typesetter(layout, titles(with_programme), backs).set(contents)
    pdf, pages = print_sheets(
        [Batch(badges)],
        sheet_of(layout, OnPaper(backs="long")),
        title="-",
        set_apart=lambda odd: set_apart(layout, odd),
    )
    fast, slow = tmp_path / "fast.pdf", tmp_path / "slow.pdf"
    fast.write_bytes(pdf)
    (back,) = backs.values()
    slow.write_bytes(text_pages(back_html(layout, set_backs(layout, [back]), low=lower_part(layout, back))))
    assert pages == 2
    with Image.open(pictures(fast, 100)[1]) as one, Image.open(pictures(slow, 100)[0]) as other:
        differing = sum(ImageChops.difference(one.convert("L"), other.convert("L")).histogram()[97:])
        assert differing / (one.size[0] * one.size[1]) < 0.003


@pytest.mark.parametrize("name", ["a6-portrait", "a7", "90x55", "80x50", "86x54", "a6-landscape"])
def test_a_programme_longer_than_the_back_keeps_the_persons_own_and_says_how_many_are_left_out(name: str, app) -> None:
    entries = tuple(
        Entry(f"Montag, {1 + place // 20}. Juni", f"{place:02}:00 Sitzung {'wichtig' if place == 55 else 'lang'} " * 2,
              place == 55)
        for place in range(60)
    )  # fmt: skip
    content = BackContent("de", "Jan Zeller", "Mein Programm", entries, (("head", "WLAN"), ("row", "Rathaus")))
    (back,) = set_backs(LAYOUTS[name], [content])
    text = " ".join(line.text for line in back.lines)
    assert "wichtig" in text
    assert "weitere Termine auf Ihrer Seite" in text
    for slot, fitted in back.slots.items():
        box = back.design.slots[slot].box
        assert not fitted.too_small
        for line in fitted.lines:
            assert line.x + line.width <= box.x + box.width + 0.1
            assert line.top + line.size * line.leading <= box.y + box.height + 0.1
            assert box.x >= 4 * 2.83
            assert box.y + box.height <= LAYOUTS[name].height * 72 / 25.4 - 4 * 2.83


def test_hand_out_list_has_everyone_in_the_order_of_printing(conference: Conference, tmp_path: Path) -> None:
    people(conference)
    contents = in_order(badge_contents(conference), "name_de")
    file = tmp_path / "list.pdf"
    file.write_bytes(hand_out_list(conference, contents, sort="name_de"))
    text = " ".join(" ".join(text_of(file)).split())
    places = [text.index(name) for name in ("Uwe Groß", "Anna Jakowlew", "Wera Jolkina", "Jan Zeller")]
    assert places == sorted(places)
    assert "Выдача бейджей · Ausgabe der Namensschilder" in text


def one(conference: Conference, row: Delegate, reason: str, tmp_path: Path) -> tuple[Printed, list[str]]:
    out = tmp_path / "one.pdf"
    done = print_one(conference=conference, delegate=row, layout=require_layout(None), reason=reason, actor=COMMAND,
                     at=NOW, deliver=out.write_bytes)  # fmt: skip
    return done, decoded(pictures(out, 150))


def test_a_lost_badge_gets_another_code_and_the_old_one_belongs_to_nobody(
    conference: Conference, tmp_path: Path
) -> None:
    row = make_delegate(conference, "D1")
    old = row.badge_token
    _, codes = one(conference, row, "", tmp_path)
    assert codes == [old]
    done, codes = one(conference, row, "damaged", tmp_path)
    assert (codes, done.run.reason) == ([old], "damaged")
    done, codes = one(conference, row, "lost", tmp_path)
    assert codes == [row.badge_token] != [old]
    assert done.run.reason == "lost"
    assert db.session.scalars(select(Delegate).where(Delegate.badge_token == old)).all() == []
    deeds = db.session.scalars(select(HistoryEntry.deed).order_by(HistoryEntry.id)).all()
    assert deeds == ["print-badges", "print-badges", "withdraw-badge", "print-badges"]
    assert len(db.session.scalars(select(Badge)).all()) == 3


def test_a_reprint_is_refused_without_a_reason_and_then_changes_nothing(conference: Conference, tmp_path: Path) -> None:
    row = make_delegate(conference, "D1")
    one(conference, row, "", tmp_path)
    token = row.badge_token
    for reason in ("", "because"):
        with pytest.raises(Refusal, match="say why it is printed again"):
            one(conference, row, reason, tmp_path)
    assert (row.badge_token, len(db.session.scalars(select(PrintRun)).all())) == (token, 1)


def test_check_tells_what_is_odd_stale_and_hardest(conference: Conference, printing: Printing) -> None:
    make_delegate(conference, "D1", badge_ru="Орлова Анна", badge_de="Anna Orlowa")
    changed = make_delegate(conference, "D2", badge_ru="Белов Лев", badge_de="Lew Below")
    printing()
    make_delegate(conference, "D3", badge_ru="Я" * 90, badge_de="W" * 90)
    make_delegate(conference, "D4", badge_ru="明", badge_de="Li Ming")
    from app.database import transaction

    with transaction():
        changed.badge_de = "Leo Below"
    found: Any = check_badges(conference, require_layout(None))
    assert (found.count, found.fresh) == (4, 3)
    assert [(content.public_id, why) for content, why in found.stale] == [("D2", Why.DATA)]
    assert found.why == {"new": 2, "data": 1}
    assert found.worst[0].public_id == "D3"
    assert {sentence.split(":")[0] for sentence in found.findings} == {"D3", "D4"}


def test_a_badge_is_out_of_date_when_its_printed_back_changes_and_only_then(
    with_programme: Conference, printing: Printing
) -> None:
    make_delegate(with_programme, "D1")
    make_delegate(with_programme, "D2")
    printing(scope="picked", delegate_ids=[badge_contents(with_programme)[0].delegate_id], paper=OnPaper(backs="long"))
    printing(scope="picked", delegate_ids=[badge_contents(with_programme)[1].delegate_id])
    assert why_anew(with_programme, badge_contents(with_programme)) == {}
    settle_backs(conference=with_programme, details=BackDetails(wifi_name="Kreml"), actor=COMMAND, at=NOW)
    contents = badge_contents(with_programme)
    assert why_anew(with_programme, contents) == {contents[0].delegate_id: Why.DATA}
    assert printing(scope="new", paper=OnPaper(backs="long"))[0].count == 1
    assert printing(scope="new")[0].run is None
