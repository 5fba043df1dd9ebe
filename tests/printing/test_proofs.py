"""Of whom a proof is, and how an address says it."""

from __future__ import annotations

import pytest
from flask import Flask

from app.printing.proofs import few
from app.printing.whose import MOST_IN_ADDRESS, in_address, whose_of
from tests.factories import make_conference, make_delegate

EVERYBODY = {"scope": "all", "delegation_id": None, "delegate_ids": [], "role": ""}


def test_proof_has_the_first_and_the_longest_in_their_order_when_there_are_many() -> None:
    names = ["Ян", "Ю", "Анна", "Константин", "Ли", "Александра-Мария"]

    assert few(names, str, first=2, longest=2) == ["Ян", "Ю", "Константин", "Александра-Мария"]
    assert few(names, str, first=3, longest=3) == names
    assert few([], str) == []


@pytest.mark.parametrize(
    ("whose", "address"),
    [
        (EVERYBODY, {}),
        (EVERYBODY | {"scope": "picked", "delegate_ids": [7, 3]}, {"scope": "picked", "people": "7-3"}),
        (EVERYBODY | {"scope": "delegation", "delegation_id": 4}, {"scope": "delegation", "delegation": 4}),
        (EVERYBODY | {"scope": "role", "role": "youth"}, {"scope": "role", "role": "youth"}),
    ],
)
def test_choice_is_the_same_when_an_address_has_said_it(whose: dict[str, object], address: dict[str, object]) -> None:
    assert in_address(whose) == address
    assert whose_of({name: str(value) for name, value in address.items()}) == whose


def test_choice_is_bounded_when_an_address_says_nonsense_or_too_much() -> None:
    many = EVERYBODY | {"scope": "picked", "delegate_ids": list(range(MOST_IN_ADDRESS + 1))}

    assert len(in_address(many)["people"].split("-")) == MOST_IN_ADDRESS
    assert whose_of({"delegation": "9" * 5000, "people": "x-1--" + "9" * 30}) == EVERYBODY | {"delegate_ids": [1]}


def test_list_is_refused_at_its_field_when_nobody_agreed_to_stand_in_it(app: Flask, staff) -> None:
    conference = make_conference()
    make_delegate(conference)
    desk, address = staff("desk"), f"/de/desk/c/{conference.slug}/papers/participants"
    asked = {"scope": "all", "only_agreed": "y"}

    answers = [desk.post(address, data=asked | deed) for deed in ({}, {"deed": "look"})]

    assert [answer.status_code for answer in answers] == [422, 422]
    assert all("Noch hat niemand zugestimmt, in der Liste zu stehen." in answer.text for answer in answers)
