"""Who is addressed, who are the partners, and what a search finds."""

from __future__ import annotations

import pytest
from flask import Flask

from app.directory import queries
from app.directory.regions import region_called, told_apart
from app.directory.rules import PartnershipKind
from app.errors import Refusal
from app.i18n import speaking
from tests.factories import make_head, make_municipality, make_partnership


def slugs(**terms: object) -> list[str]:
    from app.database import db

    chosen = queries.select_municipalities(**terms)  # type: ignore[arg-type]  # terms as the test gives them
    return sorted(row.slug for row in db.session.scalars(chosen))


def places() -> None:
    kaluga = make_municipality("kaluga")
    krasnodar = make_municipality("krasnodar", name_ru="Краснодар", name_de="Krasnodar", name_en="Krasnodar",
                                  iso3166_2="RU-KDA")  # fmt: skip
    suhl = make_municipality("suhl", name_ru="Зуль", name_de="Suhl", name_en="Suhl", country="DE")
    koeln = make_municipality("koeln", name_ru="Кёльн", name_de="Köln", name_en="Cologne", country="DE")
    linz = make_municipality("linz", name_ru="Линц", name_de="Linz", name_en="Linz", country="AT")
    make_partnership(kaluga, suhl)
    make_partnership(kaluga, suhl, kind=PartnershipKind.FRIENDSHIP)
    make_partnership(kaluga, linz)
    make_partnership(krasnodar, linz)
    make_partnership(koeln, linz)


@pytest.mark.parametrize(
    ("terms", "found"),
    [
        ({"words": "кельн"}, ["koeln"]),
        ({"words": "КЁЛЬН"}, ["koeln"]),
        ({"words": "köl"}, ["koeln"]),
        ({"words": "koeln"}, ["koeln"]),
        ({"words": "cologne"}, ["koeln"]),
        ({"words": "k"}, ["kaluga", "koeln", "krasnodar"]),
        ({"words": "%"}, []),
        ({"words": "_"}, []),
        ({"words": "кал kal"}, ["kaluga"]),
        ({"country": "DE"}, ["koeln", "suhl"]),
        ({"partners_in": "DE"}, ["kaluga", "linz"]),
        ({"partners_in": "AT", "country": "RU"}, ["kaluga", "krasnodar"]),
        ({"partners_in_any": ["DE", "AT"]}, ["kaluga", "koeln", "krasnodar", "linz"]),
        ({"countries": ["DE", "AT"], "without": ["linz"]}, ["koeln", "suhl"]),
        ({"regions": ["RU-KDA"]}, ["krasnodar"]),
        ({"slugs": ["suhl", "linz"], "country": "DE"}, ["suhl"]),
        ({}, ["kaluga", "koeln", "krasnodar", "linz", "suhl"]),
    ],
)
def test_select_municipalities_finds_those_that_meet_every_term(
    app: Flask, terms: dict[str, object], found: list[str]
) -> None:
    places()
    assert slugs(**terms) == found


@pytest.mark.parametrize(
    ("year", "last"),
    [(2017, "Первый"), (2018, "Первый"), (2019, "Второй"), (2020, "Второй"), (2025, "Третий"), (2010, "Первый")],
)
def test_head_for_chooses_the_head_of_the_year(app: Flask, year: int, last: str) -> None:
    kaluga = make_municipality()
    make_head(kaluga, last="Третий", as_of="2021")
    make_head(kaluga, last="Первый", as_of="2015;2017")
    make_head(kaluga, last="Второй", as_of="2019")
    head = queries.head_for(kaluga, year)
    assert head is not None
    assert head.last == last


def test_heads_for_leaves_out_places_without_a_head_when_many_are_asked(app: Flask) -> None:
    kaluga, suhl = make_municipality(), make_municipality("suhl", country="DE")
    head = make_head(kaluga)
    assert queries.heads_for([kaluga.id, suhl.id], 2021) == {kaluga.id: head}
    assert queries.heads_for([], 2021) == {}
    assert queries.head_for(suhl.id, 2021) is None


def test_partners_of_names_each_partner_once_when_tied_more_than_once(app: Flask) -> None:
    places()
    by_slug = queries.all_by_slug()
    kaluga, linz, krasnodar = by_slug["kaluga"], by_slug["linz"], by_slug["krasnodar"]
    found = queries.partners_of([kaluga.id, linz.id])
    assert {key: [row.slug for row in rows] for key, rows in found.items()} == {
        kaluga.id: ["linz", "suhl"],
        linz.id: ["koeln", "kaluga", "krasnodar"],  # by their English names
    }
    german = queries.partners_of([kaluga.id, krasnodar.id], country="DE")
    assert {key: [row.slug for row in rows] for key, rows in german.items()} == {kaluga.id: ["suhl"], krasnodar.id: []}


def test_by_slug_refuses_when_the_place_is_unknown(app: Flask) -> None:
    with pytest.raises(Refusal) as found:
        queries.by_slug("nowhere")
    assert (found.value.field, str(found.value)) == ("slug", "There is no municipality “nowhere”.")


def test_regions_are_called_in_english_and_told_apart_when_several_have_one_name(app: Flask) -> None:
    def called(spoken: str) -> dict[str, str]:
        with speaking(spoken):
            return told_apart({
                code: region_called(code=code, name_ru=name_ru, name_de=name_de)
                for code, name_ru, name_de in (
                    ("DE-BY", "Бавария", "Bayern"),
                    ("RU-YAR", "Ярославская область", "Oblast Jaroslawl"),
                    ("GB-OXF", "Англия", "England"),
                    ("GB-COV", "Англия", "England"),
                    ("XX-1", "", "Irgendwo"),
                )
            })  # fmt: skip

    assert [list(called(spoken).values()) for spoken in ("en", "de", "ru")] == [
        ["Bavaria", "Yaroslavl Region", "Oxfordshire, England", "Coventry, England", "Irgendwo"],
        ["Bayern", "Oblast Jaroslawl", "England (Oxfordshire)", "England (Coventry)", "Irgendwo"],
        ["Бавария", "Ярославская область", "Англия (Oxfordshire)", "Англия (Coventry)", "Irgendwo"],
    ]
