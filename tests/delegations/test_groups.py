"""Delegations of cities and organisations: quota, order, papers, handed in to frozen."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.conferences.models import Conference
from app.database import db, transaction
from app.delegations.models import Delegate, Delegation, DelegationPaper
from app.delegations.operations import add_member, withdraw
from app.delegations.operations.groups import (
    add_paper,
    bring_to,
    move_member,
    open_group,
    put_in_order,
    remove_paper,
    set_function,
    set_quotas,
)
from app.delegations.operations.together import TogetherDeed, decide_together
from app.delegations.queries import members
from app.delegations.queries.groups import how_many_members, papers_of_delegation, quota_of
from app.delegations.rules import DelegateDetails
from app.delegations.rules.groups import DelegationFunction, DelegationKind, DelegationState
from app.errors import Refusal
from app.history.rules import Actor
from app.mailroom.models import OutgoingMail
from app.strongbox import read_file
from tests.factories import ACTOR, NOW, make_conference, make_delegate, make_delegation, plain_pdf

CONTACT = Actor(kind="contact", id=1, label="delegation 1")


@pytest.fixture
def conference(app: Flask) -> Conference:
    return make_conference()


@pytest.fixture
def delegation(conference: Conference) -> Delegation:
    return make_delegation(conference, conference.host)


def enter(delegation: Delegation, last: str, **more: Any) -> Delegate:
    given = {"actor": CONTACT, "at": NOW} | more
    return add_member(delegation=delegation, details=DelegateDetails(last=last), **given)


def names(delegation: Delegation) -> list[str]:
    return [row.last for row in members(delegation)]


def test_open_group_makes_one_delegation_when_an_organisation_is_named_twice(conference: Conference) -> None:
    given: dict[str, Any] = {"conference": conference, "kind": DelegationKind.PRESS, "actor": ACTOR, "at": NOW}
    one = open_group(**given, name="Калужские  новости", contact_email="news@kaluga.example", quota=2)
    two = open_group(**given, name="калужские новости", contact_name="Ольга Пресс")

    assert one.id == two.id
    assert (two.name, two.contact_name, two.contact_email, two.quota, two.municipality) == (
        "Калужские новости", "Ольга Пресс", "news@kaluga.example", 2, None,
    )  # fmt: skip
    assert [mail.to for mail in db.session.scalars(select(OutgoingMail))] == [["news@kaluga.example"]]


def test_open_group_takes_the_name_of_the_directory_when_an_organisation_is_chosen(conference: Conference) -> None:
    row = open_group(conference=conference, kind=DelegationKind.ASSOCIATION, organisation=conference.issuer,
                     language="de", actor=ACTOR, at=NOW)  # fmt: skip

    assert (row.name, row.organisation_id) == ("Internationale Assoziation der Partnerstädte", conference.issuer_id)


def test_open_group_is_refused_when_nobody_is_named(conference: Conference) -> None:
    with pytest.raises(Refusal) as refused:
        open_group(conference=conference, kind=DelegationKind.MINISTRY, name=" ", actor=ACTOR, at=NOW)
    assert refused.value.field == "name"


def test_member_is_refused_when_the_quota_of_the_kind_is_reached(
    conference: Conference, delegation: Delegation
) -> None:
    set_quotas(conference=conference, quotas={DelegationKind.MUNICIPALITY: 2}, actor=ACTOR, at=NOW)
    enter(delegation, "Орлова")
    gone = enter(delegation, "Щукина")

    with pytest.raises(Refusal) as refused:
        enter(delegation, "Лишний")

    assert str(refused.value.message) == "Your delegation may have 2 people; all these places are taken."
    withdraw(delegate=gone, actor=CONTACT, at=NOW)
    enter(delegation, "Сидоров")
    assert how_many_members(delegation) == 2


def test_quota_of_the_delegation_goes_before_that_of_its_kind(conference: Conference, delegation: Delegation) -> None:
    set_quotas(conference=conference, quotas={DelegationKind.MUNICIPALITY: 2}, actor=ACTOR, at=NOW)
    with transaction():
        delegation.quota = 5
    assert quota_of(delegation) == 5
    with transaction():
        delegation.quota = None
    assert quota_of(delegation) == 2
    set_quotas(conference=conference, quotas={DelegationKind.MUNICIPALITY: None}, actor=ACTOR, at=NOW)
    assert quota_of(delegation) is None


def test_head_is_one_person_when_another_becomes_head(delegation: Delegation) -> None:
    one = enter(delegation, "Денисов", function="head")
    two = enter(delegation, "Орлова")

    set_function(delegate=two, function=DelegationFunction.HEAD, actor=CONTACT, at=NOW)

    assert (one.function, two.function) == ("member", "head")


def test_order_by_hand_stays_when_somebody_is_entered(delegation: Delegation) -> None:
    rows = {name: enter(delegation, name) for name in ("Адамова", "Белов", "Волкова")}
    assert names(delegation) == ["Адамова", "Белов", "Волкова"]

    move_member(delegate=rows["Волкова"], up=True, actor=CONTACT, at=NOW)
    enter(delegation, "Громов")
    assert names(delegation) == ["Адамова", "Волкова", "Белов", "Громов"]

    put_in_order(delegation=delegation, ids=[rows["Белов"].id], actor=CONTACT, at=NOW)
    assert names(delegation) == ["Белов", "Адамова", "Волкова", "Громов"]
    move_member(delegate=rows["Белов"], up=True, actor=CONTACT, at=NOW)
    assert names(delegation) == ["Белов", "Адамова", "Волкова", "Громов"]


def test_states_go_their_way_and_no_other(delegation: Delegation) -> None:
    def bring(state: DelegationState, *, by_staff: bool = True) -> None:
        bring_to(delegation=delegation, state=state, by_staff=by_staff, actor=ACTOR, at=NOW)

    with pytest.raises(Refusal):  # nobody is entered
        bring(DelegationState.SUBMITTED, by_staff=False)
    enter(delegation, "Орлова")
    with pytest.raises(Refusal):
        bring(DelegationState.CONFIRMED)
    bring(DelegationState.SUBMITTED, by_staff=False)
    with pytest.raises(Refusal):
        bring(DelegationState.CHECKED, by_staff=False)
    for state in (DelegationState.CHECKED, DelegationState.CONFIRMED, DelegationState.FROZEN):
        bring(state)
    assert delegation.state is DelegationState.FROZEN


def test_change_by_the_contact_asks_for_a_new_check_when_the_list_was_confirmed(delegation: Delegation) -> None:
    enter(delegation, "Орлова")
    for state in (DelegationState.SUBMITTED, DelegationState.CHECKED, DelegationState.CONFIRMED):
        bring_to(delegation=delegation, state=state, by_staff=True, actor=ACTOR, at=NOW)

    enter(delegation, "Щукина")

    assert delegation.state is DelegationState.SUBMITTED


def test_frozen_list_is_changed_by_the_staff_only(delegation: Delegation) -> None:
    row = enter(delegation, "Орлова")
    with transaction():
        delegation.state = DelegationState.FROZEN

    for deed in (
        lambda: enter(delegation, "Щукина"),
        lambda: withdraw(delegate=row, actor=CONTACT, at=NOW),
        lambda: set_function(delegate=row, function=DelegationFunction.HEAD, actor=CONTACT, at=NOW),
        lambda: add_paper(delegation=delegation, content=plain_pdf(), filename="n.pdf", actor=CONTACT, at=NOW),
    ):
        with pytest.raises(Refusal):
            deed()
    enter(delegation, "Щукина", actor=ACTOR)
    assert names(delegation) == ["Орлова", "Щукина"]
    assert delegation.state is DelegationState.FROZEN


def test_paper_is_kept_locked_and_goes_when_removed(delegation: Delegation) -> None:
    content = plain_pdf(2)
    row = add_paper(delegation=delegation, content=content, filename="C:\\Нота.pdf", actor=CONTACT, at=NOW)
    name = row.file

    assert (row.filename, row.pages, read_file(name)) == ("Нота.pdf", 2, content)
    remove_paper(paper=row, actor=CONTACT, at=NOW)
    assert papers_of_delegation(delegation) == []
    with pytest.raises(Exception, match="gone"):
        read_file(name)


def test_paper_is_refused_when_it_is_no_pdf(delegation: Delegation) -> None:
    with pytest.raises(Refusal) as refused:
        add_paper(delegation=delegation, content=b"<svg/>", filename="n.pdf", actor=CONTACT, at=NOW)
    assert refused.value.field == "file"


def test_contact_page_uploads_hands_in_and_orders(visitor: FlaskClient, delegation: Delegation) -> None:
    one, two = enter(delegation, "Адамова"), enter(delegation, "Белов")
    base = f"/ru/delegation/{delegation.token}"

    sent = visitor.post(f"{base}/papers", data={"file": (io.BytesIO(plain_pdf()), "nota.pdf")})
    paper = db.session.scalars(select(DelegationPaper)).one()
    got = visitor.get(f"{base}/papers/{paper.id}")
    moved = visitor.post(f"{base}/{two.id}/move", data={"direction": "up"})
    handed = visitor.post(f"{base}/hand-in")

    assert (sent.status_code, got.status_code, got.mimetype) == (303, 200, "application/pdf")
    assert (moved.status_code, handed.status_code) == (303, 303)
    assert [row.id for row in members(delegation)] == [two.id, one.id]
    assert delegation.state is DelegationState.SUBMITTED
    assert "nota.pdf" in visitor.get(base).text


def test_paper_of_another_delegation_is_not_found(
    visitor: FlaskClient, conference: Conference, delegation: Delegation
) -> None:
    paper = add_paper(delegation=delegation, content=plain_pdf(), filename="n.pdf", actor=CONTACT, at=NOW)
    other = make_delegation(conference, None, name="Другая")

    assert visitor.get(f"/ru/delegation/{other.token}/papers/{paper.id}").status_code == 404


def test_desk_opens_an_organisation_and_brings_it_further(staff: Any, conference: Conference) -> None:
    client = staff("organiser")
    base = "/de/desk/c/xvi-kaluga-2021/delegations"
    given = {"kind": "mission", "municipality": "", "organisation": "", "name": "Botschaft", "language": "de",
             "contact_email": "a@b.example", "expected": "3", "quota": "4"}  # fmt: skip

    opened = client.post(f"{base}/new", data=given)
    row = db.session.scalars(select(Delegation)).one()
    assert (opened.status_code, opened.location) == (303, f"{base}/{row.id}")
    assert (row.kind, row.name, row.quota, row.expected) == (DelegationKind.MISSION, "Botschaft", 4, 3)
    enter(row, "Meier")
    assert client.post(f"{base}/{row.id}/state", data={"state": "submitted"}).status_code == 303
    db.session.refresh(row)
    assert row.state is DelegationState.SUBMITTED
    assert client.post(f"{base}/new", data={"kind": "municipality", "language": "de"}).status_code == 422
    assert client.post(f"{base}/quotas", data={"quota_press": "x"}).status_code == 422
    assert client.post(f"{base}/quotas", data={"quota_mission": "7"}).status_code == 303


def test_those_put_in_by_the_staff_stand_behind_those_ordered_by_hand(
    conference: Conference, delegation: Delegation
) -> None:
    rows = [enter(delegation, name) for name in ("Адамова", "Белов")]
    move_member(delegate=rows[1], up=True, actor=CONTACT, at=NOW)
    joined = make_delegate(conference, "R00900", last="Министр", precedence=1, roster_position=1)

    decide_together(conference=conference, ids=[joined.id], deed=TogetherDeed.JOIN, delegation=delegation, actor=ACTOR,
                    at=NOW)  # fmt: skip

    assert names(delegation) == ["Белов", "Адамова", "Министр"]
