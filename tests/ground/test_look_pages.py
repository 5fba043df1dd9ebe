"""Documents on screen as pictures: what the door of the document gives, to whom it is open."""

from __future__ import annotations

import io
from collections.abc import Callable
from urllib.parse import quote

from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from PIL import Image

from app.look_pages import AT_ONCE
from app.page_pictures import paper_of, picture_of, picture_size
from tests.factories import make_conference, make_delegate, plain_pdf

ONE_DATABASE = True
Staff = Callable[[str], FlaskClient]
HARDEST = "/de/desk/c/xvi-kaluga-2021/badges/hardest.pdf?layout=a7"


def _look(client: FlaskClient, address: str, **more: str) -> str:
    return client.get(f"/ru/desk/look/?of={quote(address)}", **more).text


def test_pages_are_shown_as_pictures_when_the_door_gives_a_pdf(app: Flask, staff: Staff) -> None:
    conference = make_conference()
    for number in range(3):
        make_delegate(conference, f"P{number}")
    desk = staff("desk")

    tree = html.fromstring(_look(desk, f"/ru/desk/c/{conference.slug}/badges/hardest.pdf?layout=a7"))
    (image,) = tree.xpath("//figure//img")
    answer = desk.get(image.get("src"))

    assert (image.get("alt"), answer.status_code, answer.mimetype) == ("Страница 1 из 1", 200, "image/png")
    with Image.open(io.BytesIO(answer.data)) as picture:
        assert picture.size == (int(image.get("width")), int(image.get("height"))) == (1123, 794)  # A4 across at 96 dpi


def test_pages_lead_back_when_they_were_opened_from_a_page_of_ours(app: Flask, staff: Staff) -> None:
    conference = make_conference()
    make_delegate(conference)
    desk, badges = staff("desk"), f"/ru/desk/c/{conference.slug}/badges/"
    tree = html.fromstring(desk.get(f"{badges}?layout=a7").text)
    (link,) = tree.xpath("//a[contains(@href, 'hardest.pdf')][contains(@href, '/look/')]")
    others = ("https://example.org/", "//example.org/", "/\\example.org/", "javascript:alert(1)", "/nowhere", "")

    looks = [link.get("href"), *(f"/ru/desk/look/?of={badges}hardest.pdf&back={quote(one)}" for one in others)]
    shown = [desk.get(look).text for look in looks]

    back = [html.fromstring(page).xpath("//*[@class='page-head__back']/a/@href") for page in shown]
    assert back == [[f"{badges}?layout=a7"], *([] for _other in others)]


def test_pages_are_counted_as_pages_when_there_are_many(app: Flask, staff: Staff) -> None:
    conference = make_conference()
    for number in range(AT_ONCE + 1):
        make_delegate(conference, f"P{number}")
    cards = f"/ru/desk/c/{conference.slug}/papers/proof/tent-cards/a4.pdf"

    tree = html.fromstring(_look(staff("desk"), cards))

    assert tree.xpath("string(//*[@class='pager__total'])") == "7 страниц"
    assert tree.xpath("string(//*[@class='lead'])") == "Проба. 7 страниц."


def test_nothing_is_shown_when_the_address_is_no_pdf_of_the_staff(app: Flask, staff: Staff) -> None:
    conference = make_conference()
    make_delegate(conference)
    desk = staff("desk")
    wrong = (
        "", "https://example.org/a.pdf", "//example.org/a.pdf", "/healthz", f"/ru/desk/c/{conference.slug}/badges/",
        "/ru/desk/look/?of=x", f"/ru/desk/c/{conference.slug}/badges/runs/99/badges.pdf", "/static/fonts/x.pdf",
    )  # fmt: skip

    assert {address: desk.get(f"/ru/desk/look/?of={quote(address)}").status_code for address in wrong} == dict.fromkeys(
        wrong, 404
    )


def test_nothing_is_shown_when_the_door_is_closed_to_the_reader(app: Flask, staff: Staff, visitor: FlaskClient) -> None:
    conference = make_conference()
    register = quote("/ru/desk/register.pdf")

    assert staff("desk").get(f"/ru/desk/look/?of={register}").status_code == 403
    assert staff("desk").get(f"/ru/desk/look/1.png?of={register}").status_code == 403
    assert visitor.get(f"/ru/desk/look/1.png?of={quote(HARDEST)}").status_code == 303
    assert conference.id


def test_picture_is_the_page_in_its_own_shape_when_it_is_drawn() -> None:
    paper = paper_of(plain_pdf())
    assert paper is not None

    with Image.open(io.BytesIO(picture_of(paper, 0))) as picture:
        assert (picture.format, picture.size) == ("PNG", picture_size(paper, 0))
    assert paper_of(b"%PDF-1.7 nothing") is None
