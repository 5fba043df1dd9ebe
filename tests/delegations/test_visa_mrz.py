"""Machine-readable zones: the examples of ICAO Doc 9303, and what people mistype."""

from __future__ import annotations

from datetime import date

import pytest

from app.delegations.rules.mrz import Zone, check_digit, read_zone
from app.errors import Refusal

TODAY = date(2026, 11, 22)
PASSPORT = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"
CARD = "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<"
LONG = "I<UTOD23145890<7349<<<<<<<<<<<\n3407127M9507122UTO<<<<<<<<<<<2\nSTEVENSON<<PETER<<<<<<<<<<<<<<"
GERMAN = "P<D<<MUSTERMANN<<ERIKA<<<<<<<<<<<<<<<<<<<<<<\nC01X00T478D<<6408125F2702283<<<<<<<<<<<<<<<4"


def read(text: str) -> Zone:
    return read_zone(text, today=TODAY)


def zone(**parts: str) -> str:
    """A Russian passport with right check digits."""
    given = {"number": "751234567", "birth": "850315", "sex": "F", "expiry": "300101", "names": "ORLOVA<<ANNA"} | parts
    first = f"P<RUS{given['names']}".ljust(44, "<")
    personal = "<" * 14
    second = given["number"].ljust(9, "<")
    second += str(check_digit(second)) + "RUS" + given["birth"] + str(check_digit(given["birth"])) + given["sex"]
    second += given["expiry"] + str(check_digit(given["expiry"])) + personal + "<"
    checked = second[0:10] + second[13:20] + second[21:43]
    return f"{first}\n{second}{check_digit(checked)}"


def test_zone_of_a_passport_is_read() -> None:
    assert read(PASSPORT) == Zone(
        "TD3", "UTO", "ERIKSSON", "ANNA MARIA", "L898902C3", "UTO", date(1974, 8, 12), "f", date(2012, 4, 15)
    )


def test_zone_of_a_card_is_read() -> None:
    assert read(CARD) == Zone(
        "TD1", "UTO", "ERIKSSON", "ANNA MARIA", "D23145890", "UTO", date(1974, 8, 12), "f", date(2012, 4, 15)
    )


def test_zone_of_a_card_is_read_when_its_number_is_long() -> None:
    assert (read(LONG).number, read(LONG).birth_date) == ("D23145890734", date(1934, 7, 12))


def test_zone_of_a_german_passport_gives_the_country_of_today() -> None:
    found = read(GERMAN)

    assert (found.issuer, found.citizenship, found.number, found.expiry_date) == (
        "DE", "DE", "C01X00T47", date(2027, 2, 28),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("parts", "surname", "given"),
    [
        ({}, "ORLOVA", "ANNA"), ({"names": "SMIRNOVA<PETROVA<<ANNA<MARIIA"}, "SMIRNOVA PETROVA", "ANNA MARIIA"),
        ({"names": "TENZIN"}, "TENZIN", ""),
    ],
)  # fmt: skip
def test_names_are_parted_at_the_double_filler(parts: dict[str, str], surname: str, given: str) -> None:
    found = read(zone(**parts))

    assert (found.surname, found.given, found.citizenship) == (surname, given, "RU")


@pytest.mark.parametrize(
    "typed",
    [
        PASSPORT.lower(), PASSPORT.replace("\n", "\r\n"), PASSPORT.replace("\n", ""), "  " + PASSPORT + "\n\n",
        PASSPORT.replace("<<", "< <"), PASSPORT.replace("<<", "«"), PASSPORT.replace("7408122", "74O8122"),
    ],
    ids=["small", "windows", "one-line", "blanks", "gaps", "quotes", "letter-o"],
)  # fmt: skip
def test_zone_is_read_however_it_was_pasted(typed: str) -> None:
    assert read(typed) == read(PASSPORT)


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        (PASSPORT.replace("L898902C36", "L898902C46"), "the number of the passport"),
        (PASSPORT.replace("7408122", "7408132"), "the date of birth"),
        (PASSPORT.replace("1204159", "1204169"), "the date of expiry"),
        (PASSPORT.replace("ZE184226B<<<<<1", "ZE184226C<<<<<1"), "the personal number"),
        (PASSPORT[:-1] + "1", "the whole zone"),
        (CARD.replace("D231458907", "D231458917"), "the number of the passport"),
        (CARD.replace("<<<6\n", "<<<7\n"), "the whole zone"),
    ],
)
def test_wrong_digit_is_refused_by_the_name_of_the_field(wrong: str, named: str) -> None:
    with pytest.raises(Refusal) as caught:
        read(wrong)

    assert caught.value.field == "mrz"
    assert str(caught.value.message) == (
        f"The check digit of {named} does not fit: a sign there is mistyped. Please compare with the passport."
    )


def test_every_single_mistyped_sign_of_the_number_is_noticed() -> None:
    second = PASSPORT.split("\n")[1]
    unnoticed = []
    for place in range(9):
        for sign in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<":
            if sign == second[place] or check_digit(sign) == check_digit(second[place]):
                continue  # values ten apart are the same to any check digit of this kind
            changed = PASSPORT.split("\n")[0] + "\n" + second[:place] + sign + second[place + 1 :]
            try:
                read(changed)
                unnoticed.append((place, sign))
            except Refusal:
                pass
    assert unnoticed == []


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ("", "these are 0."), ("P<UTO", "these are 5."), (PASSPORT[:-1], "these are 44 + 43."),
        ("V" + PASSPORT[1:], "these are 44 + 44."), (PASSPORT.replace("ERIKSSON", "ЭРИКССОН"), "only the letters A–Z"),
        ("<script>\n" + PASSPORT, "only the letters A–Z"), ("A" * 400, "these are 400."),
    ],
)  # fmt: skip
def test_zone_is_refused_when_it_is_none(wrong: str, message: str) -> None:
    with pytest.raises(Refusal) as caught:
        read(wrong)

    assert (caught.value.field, message in str(caught.value.message)) == ("mrz", True)


@pytest.mark.parametrize(
    ("parts", "named"), [({"birth": "850231"}, "the date of birth"), ({"expiry": "301301"}, "expiry")]
)
def test_day_that_does_not_exist_is_refused(parts: dict[str, str], named: str) -> None:
    with pytest.raises(Refusal, match="is no date") as caught:
        read(zone(**parts))

    assert named in str(caught.value.message)


@pytest.mark.parametrize(
    ("parts", "birth", "expiry"),
    [
        ({"birth": "260101"}, date(2026, 1, 1), date(2030, 1, 1)),
        ({"birth": "270101"}, date(1927, 1, 1), date(2030, 1, 1)),
        ({"expiry": "760101"}, date(1985, 3, 15), date(2076, 1, 1)),
        ({"expiry": "990101"}, date(1985, 3, 15), date(1999, 1, 1)),
    ],
)
def test_century_is_told_by_what_can_be(parts: dict[str, str], birth: date, expiry: date) -> None:
    found = read(zone(**parts))

    assert (found.birth_date, found.expiry_date) == (birth, expiry)
