"""Whose badge is to be printed anew, and why; what the desk's page of a delegate says of it."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from PIL import Image

from app.conferences.models import Conference
from app.database import db, transaction
from app.delegations.operations.photos import set_photo
from app.history.rules import COMMAND
from app.printing.freshness import Why, reasons, why_anew
from app.printing.models import AccessMark, Badge
from app.printing.operations import Printed
from app.printing.operations.designs import settle_css, settle_look
from app.printing.queries import badge_contents
from tests.factories import NOW, make_delegate

ONE_DATABASE = True

Printing = Callable[..., tuple[Printed, Path]]


@pytest.fixture
def why(conference: Conference) -> Callable[[], dict[str, str]]:
    """Whose badge is to be printed, and why, by number."""

    def run() -> dict[str, str]:
        contents = badge_contents(conference)
        found = why_anew(conference, contents)
        return {one.public_id: found[one.delegate_id].value for one in contents if one.delegate_id in found}

    return run


def test_a_badge_is_out_of_date_when_its_look_changed_and_says_so(
    conference: Conference, printing: Printing, why: Callable[[], dict[str, str]]
) -> None:
    press, member = make_delegate(conference, "D1", role="press"), make_delegate(conference, "D2", role="member")
    printing()
    given = {"conference": conference, "style": "a6-portrait", "actor": COMMAND, "at": NOW}
    settle_look(**given, choices={"colours": {"press": "#101010"}})
    assert why() == {"D1": "look"}  # the others' colour is what it was
    with transaction():
        member.badge_de = "Leo Below"
    make_delegate(conference, "D3", role="member")
    assert why() == {"D1": "look", "D2": "data", "D3": "new"}
    done, _ = printing(scope="data")
    assert (done.count, done.run.options["why"]) == (2, {"new": 1, "data": 1})
    assert why() == {"D1": "look"}
    assert printing(scope="data")[0].run is None
    done, _ = printing(scope="new")
    assert ([badge.delegate_id for badge in done.run.badges], done.run.options["why"]) == ([press.id], {"look": 1})
    settle_css(**given, css=".name { font-size: 30pt; }")
    assert why() == {"D1": "look", "D2": "look", "D3": "look"}
    settle_css(**given, css="")
    settle_look(**{**given, "style": "a7"}, choices={"hidden": ["country"]})
    assert why() == {}  # back to what was printed; another kind of badge is no matter
    with transaction():
        conference.title_de = "Ein neuer Titel"
    assert reasons(why_anew(conference, badge_contents(conference)).values()) == {"look": 3}
    with transaction():
        db.session.query(Badge).update({"look": ""})
    assert why() == {}  # printed before looks were kept


def test_a_badge_with_photograph_holds_until_the_photograph_changes(
    conference: Conference, printing: Printing, why: Callable[[], dict[str, str]]
) -> None:
    person = make_delegate(conference, "D1")

    def photograph(shade: int) -> None:
        picture = io.BytesIO()
        Image.new("RGB", (450, 600), (shade, 90, 90)).save(picture, "JPEG")
        set_photo(delegate=person, content=picture.getvalue(), crop=None, actor=COMMAND, at=NOW)

    photograph(40)
    printing("a6-portrait-photo")
    assert why() == {}
    photograph(200)
    assert why() == {"D1": Why.DATA.value}
    printing()
    photograph(90)
    assert why() == {}  # the badge the person has now shows none


def test_the_page_of_a_delegate_tells_of_the_badge_and_its_access_marks(
    staff: Callable[[str], FlaskClient], conference: Conference, printing: Printing
) -> None:
    person = make_delegate(conference, "D1", role="press")
    with transaction() as session:
        session.add(AccessMark(conference_id=conference.id, code="A", shape="star", word_ru="Ложа", word_de="Loge",
                               roles=["press"], delegations=[], people=[]))  # fmt: skip
    client = staff("desk")
    address = f"/de/desk/c/{conference.slug}/delegates/{person.public_id}"
    page = client.get(address).text
    assert "noch nicht gedruckt" in page
    assert "A · Loge" in page
    printing()
    printing()
    with transaction():
        person.badge_de = "Leo Below"
    page = client.get(address).text
    assert "2-mal gedruckt" in page
    assert "veraltet: Angaben geändert" in page
    assert f"/badges/one/{person.id}" in page
    assert "veraltet: Angaben geändert" in client.get(f"/de/desk/c/{conference.slug}/badges/one/{person.id}").text
    settle_look(conference=conference, style="a6-portrait", choices={"hidden": ["access"]}, actor=COMMAND, at=NOW)
    assert "im Aussehen der Namensschilder ausgeblendet" in client.get(address).text
