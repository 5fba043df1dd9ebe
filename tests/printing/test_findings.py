"""What is to be looked at: photographs whose file is lost stop a run; findings are put in order."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from flask import current_app
from sqlalchemy import select

from app.conferences.models import Conference
from app.database import db
from app.delegations.models import Delegate
from app.delegations.operations.consents import give_consent
from app.delegations.operations.photos import set_photo
from app.delegations.rules.consents import Purpose
from app.errors import Refusal
from app.history.rules import COMMAND
from app.printing.findings import About, Finding, findings_of
from app.printing.freshness import Why, why_anew
from app.printing.operations import print_badges, print_participants
from app.printing.queries import badge_contents
from app.printing.rules import require_layout
from tests.factories import ACTOR, NOW, make_delegate

from .test_layouts import photograph  # isort: skip

ONE_DATABASE = True


@pytest.fixture
def lost(conference: Conference) -> dict[Path, bytes]:
    """Two people with a photograph, one without; the first one's file is gone. Returns what was in the files."""
    for number in range(3):
        row = make_delegate(
            conference,
            f"D{number}",
            last=f"Orlow{number}",
            first="Anna",
            badge_de=f"Anna Orlow{number}",
            language="de",
        )
        if number < 2:
            set_photo(delegate=row, content=photograph(60 + 60 * number), crop=None, actor=COMMAND, at=NOW)
    sign = next(one.photo for one in badge_contents(conference, photos=True) if one.public_id == "D0")
    folder: Path = current_app.config["SETTINGS"].data / "photos"
    gone = {path: path.read_bytes() for path in folder.rglob(f"{sign}*.jpg")}
    assert gone
    for path in gone:
        path.unlink()
    return gone


def test_badges_are_refused_by_name_when_the_file_of_a_photograph_is_lost(
    conference: Conference, lost: dict[Path, bytes], staff: Any
) -> None:
    layout = require_layout("a6-portrait-photo")
    with pytest.raises(Refusal, match=r"photographs are lost.*Anna Orlow0 \(D0\)\.") as refused:
        print_badges(conference=conference, layout=layout, actor=ACTOR, at=NOW)
    assert refused.value.field == "anyway"
    page = staff("desk").post(f"/en/desk/c/{conference.slug}/badges/", data={"layout": layout.name, "scope": "new"})
    assert page.status_code == 422
    assert "Anna Orlow0 (D0)" in page.text
    assert 'name="anyway"' in page.text

    printed = print_badges(conference=conference, layout=layout, actor=ACTOR, at=NOW, anyway=True)
    assert (printed.count, printed.warnings) == (3, ["D0: there is no photograph.", "D2: there is no photograph."])
    for path, content in lost.items():
        path.write_bytes(content)
    assert set(why_anew(conference, badge_contents(conference)).values()) == {Why.DATA}  # its own badge alone
    again = print_badges(conference=conference, layout=layout, scope="new", actor=ACTOR, at=NOW)
    assert (again.count, again.warnings) == (1, [])


def test_list_with_photographs_is_refused_when_a_file_is_lost(conference: Conference, lost: dict[Path, bytes]) -> None:
    person = db.session.scalars(select(Delegate).where(Delegate.public_id == "D0")).one()
    give_consent(delegate=person, purpose=Purpose.PHOTO, language="de", actor=COMMAND, at=NOW)
    with pytest.raises(Refusal, match="D0"):
        print_participants(conference=conference, actor=ACTOR, at=NOW, with_photos=True)


def test_findings_name_people_and_what_many_lack_comes_last(conference: Conference) -> None:
    rows = [make_delegate(conference, f"D{number}", badge_ru=f"Орлов {number}", badge_de="") for number in range(3)]
    found = findings_of(
        conference,
        ["D0: there is no photograph.", "D1: there is no photograph.",
         "D1: the photograph is coarse (90 dots per inch).",
         "“Name” cannot be read on its ground.", "X9: nobody bears this number.", "D0: there is no photograph."],
    )  # fmt: skip
    people = [About(row.id, row.public_id, f"Орлов {number}") for number, row in enumerate(rows)]
    assert found == [
        Finding("“Name” cannot be read on its ground."),
        Finding("X9: nobody bears this number."),
        Finding("The photograph is coarse (90 dots per inch).", (people[1],)),
        Finding("There is no photograph.", (people[0], people[1])),
    ]


def test_check_folds_away_what_many_lack_and_leads_to_each(conference: Conference, staff: Any) -> None:
    for number in range(14):
        make_delegate(conference, f"D{number:02}")
    page = staff("desk").get(f"/en/desk/c/{conference.slug}/badges/check?layout=a6-portrait-photo").text
    assert page.count("There is no photograph.") == 2  # the sentence, and the name of what opens
    assert "14 persons" in page
    assert re.search(rf'<a href="/en/desk/c/{conference.slug}/delegates/D00">', page)
