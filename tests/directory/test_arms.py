"""The arms of municipalities: made anew from what was uploaded, clear ground kept, on the plates of their delegates."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask import Flask
from PIL import Image, ImageDraw

from app.conferences.rules import Attendance, ConferenceFormat
from app.database import db
from app.directory.models import MunicipalArms
from app.directory.operations.arms import remove_arms, set_arms
from app.errors import Refusal
from app.pictures import emblem
from app.printing.camera.queries import plates
from tests.factories import ACTOR, NOW, make_conference, make_delegate, make_municipality

RED = (162, 62, 34, 255)


def shield(kind: str = "PNG", size: tuple[int, int] = (400, 300)) -> bytes:
    """A red field with a margin of 50: clear in a PNG, white in a JPEG."""
    picture = Image.new("RGBA", size, (0, 0, 0, 0))
    ImageDraw.Draw(picture).rectangle((50, 50, size[0] - 51, size[1] - 51), fill=RED)
    target = io.BytesIO()
    if kind == "JPEG":
        ground = Image.new("RGB", size, "white")
        ground.paste(picture, mask=picture.getchannel("A"))
        ground.save(target, "JPEG")
    else:
        picture.save(target, kind)
    return target.getvalue()


def test_emblem_keeps_what_is_clear_and_cuts_clear_margins() -> None:
    made = emblem(shield())
    with Image.open(io.BytesIO(made.content)) as picture:
        assert (picture.format, picture.mode, picture.size) == ("PNG", "RGBA", (300, 200))
        assert picture.getpixel((0, 0)) == RED


def test_emblem_takes_a_jpeg_as_it_is_and_makes_large_ones_smaller() -> None:
    with Image.open(io.BytesIO(emblem(shield("JPEG", (1600, 1200))).content)) as picture:
        assert (picture.mode, picture.size) == ("RGB", (600, 450))


@pytest.mark.parametrize("content", [b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", shield()[:200]])
def test_emblem_refuses_what_is_no_picture(content: bytes) -> None:
    with pytest.raises(Refusal) as refused:
        emblem(content)
    assert refused.value.field == "file"


def test_emblem_refuses_a_picture_on_which_nothing_can_be_seen() -> None:
    target = io.BytesIO()
    Image.new("RGBA", (200, 200), (255, 0, 0, 0)).save(target, "PNG")
    with pytest.raises(Refusal):
        emblem(target.getvalue())


def test_set_arms_puts_them_on_the_plates_of_the_delegates_until_removed(app: Flask) -> None:
    town = make_municipality("suhl", name_ru="Зуль", name_de="Suhl", country="DE")
    conference = make_conference(format=ConferenceFormat.HYBRID)
    make_delegate(conference, "D1", municipality_id=town.id, attendance=Attendance.VIDEO)
    before = plates(conference)[0]
    set_arms(municipality=town, content=shield(), actor=ACTOR, at=NOW)
    with_arms = plates(conference)[0]
    assert with_arms.fingerprint != before.fingerprint
    for content in (with_arms.background(), with_arms.lower_third()):
        with Image.open(io.BytesIO(content)) as picture:
            assert RED[:3] in {colour[:3] for _count, colour in picture.getcolors(1_000_000) or []}
    with Image.open(io.BytesIO(with_arms.lower_third())) as picture:
        left, top, right, bottom = picture.getchannel("A").getbbox() or (0, 0, 0, 0)
        assert picture.crop((left, top, right, bottom)).getchannel("A").getextrema() == (255, 255)
    assert remove_arms(municipality=town, actor=ACTOR, at=NOW) is True
    assert remove_arms(municipality=town, actor=ACTOR, at=NOW) is False
    assert plates(conference)[0].fingerprint == before.fingerprint


def test_arms_page_keeps_replaces_and_removes_when_the_secretariat_asks(app: Flask, staff: Any) -> None:
    make_municipality("suhl", name_ru="Зуль", name_de="Suhl", country="DE")
    client, page = staff("secretariat"), "/de/desk/directory/municipalities/suhl/arms"
    assert client.post(page, data={}).status_code == 422
    wrong = client.post(page, data={"file": (io.BytesIO(b"no picture"), "arms.png")})
    assert wrong.status_code == 422
    assert client.get(f"{page}.png").status_code == 404
    for size in ((400, 300), (500, 500)):
        kept = client.post(page, data={"file": (io.BytesIO(shield(size=size)), "arms.png")})
        assert kept.status_code == 303
    assert db.session.query(MunicipalArms).count() == 1
    answer = client.get(f"{page}.png")
    assert (answer.mimetype, Image.open(io.BytesIO(answer.data)).size) == ("image/png", (400, 400))
    assert "arms.png?v=" in client.get("/de/desk/directory/municipalities/suhl").text
    assert client.post(page, data={"deed": "remove"}).status_code == 303
    assert client.get(f"{page}.png").status_code == 404
    assert staff("desk").get(page).status_code == 403
