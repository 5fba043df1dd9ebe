"""The pages of the directory: in three languages, with scripts and without, the same number of queries for any list."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.conferences import queries as conferences
from app.database import db
from app.directory import queries
from app.directory.models import MunicipalHead, Municipality, Organisation, Partnership
from app.directory.rules import Gender, PartnershipKind
from tests.factories import make_conference, make_head, make_issuer, make_municipality, make_partnership
from tests.measuring import queries_of

Staff = Callable[[str], FlaskClient]
LIST = "/en/desk/directory/municipalities"


def words(page: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text)).replace("&#39;", "’")


def heading(page: Any) -> str:
    found = re.findall(r"<h1[^>]*>(.*?)</h1>", page.text, re.S)
    assert len(found) == 1
    return str(found[0]).strip()


def errors(page: Any) -> list[str]:
    block = re.search(r'class="error-summary".*?</ul>|class="error-summary".*?</div>', page.text, re.S)
    assert block is not None
    return [re.sub(r"<[^>]+>|\s+", " ", line).strip() for line in re.findall(r"<li>(.*?)</li>", block.group(), re.S)]


@pytest.mark.parametrize(
    ("language", "title", "partner", "kind"),
    [
        ("ru", "Муниципальные образования", "Зуль", "побратимство"),
        ("de", "Kommunen", "Suhl", "Städtepartnerschaft"),
        ("en", "Municipalities", "Suhl (en)", "partnership"),
    ],
)
def test_municipality_is_shown_in_the_language_of_the_page(
    app: Flask, staff: Staff, language: str, title: str, partner: str, kind: str
) -> None:
    conference = make_conference()
    kaluga = queries.by_slug("kaluga")
    suhl = make_municipality("suhl", name_ru="Зуль", name_de="Suhl", name_en="Suhl (en)", country="DE")
    make_partnership(kaluga, suhl)
    make_head(kaluga)
    client = staff("secretariat")

    shown = client.get(f"/{language}/desk/directory/municipalities")
    assert (shown.status_code, heading(shown)) == (200, title)
    page = client.get(f"/{language}/desk/directory/municipalities/kaluga")
    text = words(page)
    assert page.status_code == 200
    assert {piece: piece in text for piece in (partner, kind, "1969", "Денисов Дмитрий Александрович")} == {
        partner: True, kind: True, "1969": True, "Денисов Дмитрий Александрович": True,
    }  # fmt: skip
    assert f"/{language}/desk/c/{conference.slug}/" in page.text


def test_list_takes_the_same_number_of_queries_when_it_has_one_row_or_fifty(app: Flask, staff: Staff) -> None:
    client = staff("secretariat")
    host = make_municipality("place-0")
    one = queries_of(lambda: client.get(LIST))
    for number in range(1, 50):
        place = make_municipality(f"place-{number}")
        make_head(place)
        make_partnership(host, place)
    assert queries_of(lambda: client.get(LIST)) == one
    assert client.get(LIST).text.count('<th scope="row"') == 50


def test_municipality_takes_the_same_number_of_queries_when_it_has_one_partner_or_thirty(
    app: Flask, staff: Staff
) -> None:
    client = staff("secretariat")
    kaluga = make_municipality("kaluga")
    make_partnership(kaluga, make_municipality("place-0"))
    make_head(kaluga)
    one = queries_of(lambda: client.get(f"{LIST}/kaluga"))
    for number in range(1, 30):
        make_partnership(kaluga, make_municipality(f"place-{number}"))
        make_head(kaluga, last=f"Глава {number}")
    assert queries_of(lambda: client.get(f"{LIST}/kaluga")) == one


def test_list_narrows_and_leafs_when_asked(app: Flask, staff: Staff) -> None:
    client = staff("secretariat")
    suhl = make_municipality("suhl", country="DE", name_en="Suhl")
    for number in range(60):
        make_partnership(suhl, make_municipality(f"place-{number:02}", name_en=f"Place {number:02}"))
    first = client.get(f"{LIST}?q=place&country=RU&partners_in=DE")
    assert re.findall(r'<th scope="row".*?>([^<]+)</a>', first.text) == [f"Place {n:02}" for n in range(50)]
    assert "page=2&amp;q=place&amp;country=RU&amp;partners_in=DE" in first.text
    second = client.get(f"{LIST}?q=place&country=RU&partners_in=DE&page=2")
    assert re.findall(r'<th scope="row".*?>([^<]+)</a>', second.text) == [f"Place {n:02}" for n in range(50, 60)]
    assert client.get(f"{LIST}?page=99").status_code == 200


def test_list_answers_with_the_piece_alone_when_a_script_asks(app: Flask, staff: Staff) -> None:
    client = staff("secretariat")
    make_municipality("kaluga")
    piece = client.get(f"{LIST}?q=kal", headers={"HX-Request": "true"})
    assert ("<html" in piece.text, "Kaluga" in piece.text, piece.headers["Vary"]) == (False, True, "HX-Request, Cookie")
    nothing = client.get(f"{LIST}?q=zzz", headers={"HX-Request": "true"})
    assert "Nothing has been found" in nothing.text


def test_directory_is_closed_to_the_entrance_desk(app: Flask, staff: Staff) -> None:
    make_municipality("kaluga")
    client = staff("desk")
    assert [client.get(path).status_code for path in (LIST, f"{LIST}/kaluga", f"{LIST}/new")] == [403, 403, 403]


def test_municipality_is_entered_and_changed_by_hand(app: Flask, staff: Staff) -> None:
    client = staff("secretariat")
    given = {"slug": "neustadt", "name_ru": "Нойштадт", "name_de": "Neustadt", "country": "DE", "kind": "city",
             "lat": "51.5", "lon": "7.25", "population": "50000", "timezone": "Europe/Berlin"}  # fmt: skip
    answer = client.post(f"{LIST}/new", data=given)
    assert (answer.status_code, answer.location) == (303, f"{LIST}/neustadt")
    changed = {key: value for key, value in given.items() if key != "slug"} | {"name_de": "Neustadt am See"}
    assert client.post(f"{LIST}/neustadt/edit", data=changed).status_code == 303
    row = queries.by_slug("neustadt")
    assert (row.name_de, row.lat, row.population, row.search) == (
        "Neustadt am See", 51.5, 50000, "нойштадт neustadt am see neustadt")  # fmt: skip


def test_municipality_is_refused_at_its_fields_when_values_are_wrong(app: Flask, staff: Staff) -> None:
    client = staff("secretariat")
    make_municipality("kaluga")
    given = {"slug": "kaluga", "name_ru": "", "name_de": "x", "country": "DE", "kind": "city", "lat": "north"}
    answer = client.post(f"{LIST}/new", data=given)
    assert (answer.status_code, errors(answer)) == (
        422,
        ["Name in Russian: This must not be empty.",
         "Latitude: “north” is no number from -90 to 90. The decimal sign is a point."],
    )  # fmt: skip
    answer = client.post(f"{LIST}/new", data=given | {"name_ru": "К", "lat": ""})
    assert (answer.status_code, errors(answer)) == (
        422, ["Short name: There is a municipality of this short name already."])  # fmt: skip
    assert len(queries.all_by_slug()) == 1


def test_head_is_entered_changed_and_removed_by_hand(app: Flask, staff: Staff) -> None:
    client = staff("secretariat")
    make_municipality("kaluga")
    given = {"last": "Орлова", "first": "Анна", "office_ru": "Глава", "gender": "f", "as_of": "2021; 2019",
             "email": "head@kaluga.example"}  # fmt: skip
    assert client.post(f"{LIST}/kaluga/heads/new", data=given).status_code == 303
    head = db.session.scalars(select(MunicipalHead)).one()
    assert (head.last, head.gender, head.as_of) == ("Орлова", Gender.FEMALE, "2019;2021")
    again = client.post(f"{LIST}/kaluga/heads/new", data=given)
    assert (again.status_code, errors(again)) == (
        422, ["Surname: This person is entered with this office already."])  # fmt: skip
    page = f"{LIST}/kaluga/heads/{head.id}"
    assert 'value="2019;2021"' in client.get(page).text
    assert client.post(page, data=given | {"email": "no address"}).status_code == 422
    assert client.post(page, data=given | {"academic_title": "Dr."}).status_code == 303
    assert db.session.scalars(select(MunicipalHead.academic_title)).one() == "Dr."
    make_municipality("suhl", country="DE")
    assert client.get(f"{LIST}/suhl/heads/{head.id}").status_code == 404
    assert client.post(f"{page}/remove").status_code == 303
    assert db.session.scalars(select(MunicipalHead)).all() == []


def test_tie_is_entered_changed_and_removed_by_hand(app: Flask, staff: Staff) -> None:
    client = staff("secretariat")
    suhl = make_municipality("suhl", country="DE")
    kaluga = make_municipality("kaluga")
    given = {"partner": "suhl", "kind": "partnership", "since_year": "1969"}
    new = f"{LIST}/kaluga/partnerships/new"
    assert client.post(new, data=given).status_code == 303
    tie = db.session.scalars(select(Partnership)).one()
    assert (tie.a_id, tie.b_id, tie.since_year) == (suhl.id, kaluga.id, 1969)
    again = client.post(new, data=given)
    assert (again.status_code, errors(again)) == (
        422, ["Partner: This tie is entered already, with the same kind and year."])  # fmt: skip
    for end in ("kaluga", "suhl"):
        assert client.get(f"{LIST}/{end}/partnerships/{tie.id}").status_code == 200
    page = f"{LIST}/suhl/partnerships/{tie.id}"
    assert client.post(page, data={"kind": "friendship", "since_year": ""}).status_code == 303
    tie = db.session.scalars(select(Partnership)).one()
    assert (tie.kind, tie.since_year) == (PartnershipKind.FRIENDSHIP, 0)
    assert client.post(f"{page}/remove").status_code == 303
    assert db.session.scalars(select(Partnership)).all() == []
    history = words(client.get(f"{LIST}/kaluga"))
    assert [piece in history for piece in ("entered a partnership", "removed a partnership")] == [True, True]


def test_organisation_is_entered_and_changed_with_its_letterhead(app: Flask, staff: Staff) -> None:
    client = staff("secretariat")
    desk = "/en/desk/organisations/"
    given = {"slug": "forum", "name_ru": "Форум", "name_de": "Forum", "address_de": "Straße 1\n\n10117 Berlin",
             "phones": "+49 30 000000\n", "issues_letters": "y", "number_pattern": "{n}/{year}"}  # fmt: skip
    assert client.post(f"{desk}new", data=given | {"number_pattern": "no number"}).status_code == 422
    assert client.post(f"{desk}new", data=given).status_code == 303
    page = client.get(f"{desk}forum")
    assert "Straße 1\r\n10117 Berlin" in page.text.replace("\r\n", "\n").replace("\n", "\r\n")
    changed = {key: value for key, value in given.items() if key not in {"slug", "issues_letters"}}
    assert client.post(f"{desk}forum", data=changed | {"email": "info@forum.example"}).status_code == 303
    row = db.session.scalars(select(Organisation)).one()
    assert (row.addresses, row.phones, row.issues_letters, row.number_pattern, row.email) == (
        {"de": ["Straße 1", "10117 Berlin"]}, ["+49 30 000000"], False, "{n}/{year}", "info@forum.example",
    )  # fmt: skip


def test_organisations_take_the_same_number_of_queries_when_there_are_one_or_fifty(app: Flask, staff: Staff) -> None:
    client = staff("secretariat")
    make_issuer()
    one = queries_of(lambda: client.get("/ru/desk/organisations/"))
    for number in range(49):
        make_issuer(slug=f"organisation-{number}")
    assert queries_of(lambda: client.get("/ru/desk/organisations/")) == one


HEADS = "municipality_slug,office_ru,office_de,last,first,patronymic,academic_title,gender,email,as_of\n"


def upload(client: FlaskClient, content: bytes, kind: str = "heads", language: str = "en") -> Any:
    data = {"kind": kind, "file": (io.BytesIO(content), "table.csv")}
    return client.post(f"/{language}/desk/directory/import", data=data, content_type="multipart/form-data")


def test_import_shows_what_would_happen_and_applies_it_when_told(app: Flask, staff: Staff) -> None:
    client = staff("secretariat")
    make_municipality("kaluga")
    file = HEADS + "kaluga,Глава,,Орлова,Анна,,,f,,2021\nnowhere,Глава,,Иванов,Иван,,,m,,2021\n"
    preview = upload(client, file.encode()).location
    page = words(client.get(preview))
    assert ["There is no municipality “nowhere”." in page, "Take 1 row" in page] == [True, True]
    assert db.session.scalars(select(MunicipalHead)).all() == []
    assert client.post(preview).location == preview
    assert db.session.scalars(select(MunicipalHead)).all() == []
    assert client.post(preview, data={"skip": "yes"}).location == LIST
    assert db.session.scalars(select(MunicipalHead.last)).all() == ["Орлова"]
    assert client.get(preview).status_code == 303


@pytest.mark.parametrize(
    ("language", "button"), [("ru", "Принять 2 строки"), ("de", "2 Zeilen übernehmen"), ("en", "Take 2 rows")]
)
def test_import_offers_the_whole_file_when_every_row_is_good(
    app: Flask, staff: Staff, language: str, button: str
) -> None:
    client = staff("secretariat")
    make_municipality("kaluga")
    file = HEADS + "kaluga,Глава,,Орлова,Анна,,,f,,2021\nkaluga,Глава,,Иванов,Иван,,,m,,2019\n"
    page = client.get(upload(client, file.encode(), language=language).location)
    assert (button in words(page), 'name="skip"' in page.text) == (True, False)


@pytest.mark.parametrize("content", [b"\xff\xfeb\0a\0d\0", b"", b"PK\x03\x04 not a workbook", b"a,b\n1,2\n"])
def test_import_offers_nothing_when_the_file_cannot_be_read(app: Flask, staff: Staff, content: bytes) -> None:
    client = staff("secretariat")
    page = client.get(upload(client, content).location)
    assert (page.status_code, "<button" in page.text.split("<main")[1].split("</main>")[0]) == (200, False)


def test_import_asks_for_a_file_when_none_is_chosen(app: Flask, staff: Staff) -> None:
    client = staff("secretariat")
    answer = client.post("/de/desk/directory/import", data={"kind": "heads"})
    assert (answer.status_code, errors(answer)) == (422, ["Datei: Bitte wählen Sie eine Datei."])


@pytest.mark.parametrize("token", ["..%2f..%2fsecret_key", "x" * 32, "short"])
def test_import_finds_no_file_when_the_token_is_forged(app: Flask, staff: Staff, token: str) -> None:
    answer = staff("secretariat").get(f"/en/desk/directory/import/heads/{token}")
    assert answer.status_code in {303, 404}


def test_hostile_names_stay_text_when_shown(app: Flask, staff: Staff) -> None:
    make_municipality("bad", name_en="<script>alert(1)</script>")
    page = staff("secretariat").get(LIST)
    assert ("<script>alert(1)" in page.text, "&lt;script&gt;alert(1)" in page.text) == (False, True)


def test_conferences_know_their_host_when_asked(app: Flask) -> None:
    conference = make_conference()
    assert conferences.hosted_by(db.session.scalars(select(Municipality)).one()) == [conference]


@pytest.mark.parametrize(
    ("language", "told"),
    [("ru", "Число жителей в GeoNames неправдоподобно и не указано"),
     ("de", "Die Einwohnerzahl bei GeoNames ist unglaubwürdig und wurde weggelassen")],
)  # fmt: skip
def test_municipality_tells_a_note_of_the_data_in_the_language_of_the_page(
    staff: Any, language: str, told: str
) -> None:
    make_municipality("agrigento", note="GeoNames population implausible, dropped")
    make_municipality("suhl", note="Ratskeller im Umbau")
    client = staff("organiser")
    assert told in client.get(f"/{language}/desk/directory/municipalities/agrigento").text
    assert "Ratskeller im Umbau" in client.get(f"/{language}/desk/directory/municipalities/suhl").text
