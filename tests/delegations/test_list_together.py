"""Two people at one row, and one decision about many."""

from __future__ import annotations

import html
import io
import json
import re
from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.database import db
from app.delegations.models import Delegate
from app.delegations.rules import Accreditation
from app.history.models import HistoryEntry
from app.jobs import Job
from app.mailroom.models import OutgoingMail
from tests.factories import NOW, make_conference, make_delegate, make_delegation, make_municipality

Staff = Callable[[str], FlaskClient]
DESK = "/en/desk/c/xvi-kaluga-2021/delegates"
FORM = {"last": "Орлова", "first": "Анна", "patronymic": "Павловна", "last_latin": "Orlova", "first_latin": "Anna",
        "gender": "f", "role": "member", "municipality": "kaluga", "languages": ["ru", "de"],
        "email": "anna.orlova@kaluga.example"}  # fmt: skip


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    return html.unescape(found.group(1)) if found else ""


def test_both_changes_are_kept_when_two_people_change_different_fields(app: Flask, staff: Staff) -> None:
    make_delegate(make_conference(), "D1")
    first, second = staff("secretariat"), staff("secretariat")
    shown = hidden(second.get(f"{DESK}/D1/edit").text, "shown")

    first.post(f"{DESK}/D1/edit", data={**FORM, "shown": shown, "position": "Глава города"})
    answer = second.post(f"{DESK}/D1/edit", data={**FORM, "shown": shown, "phone": "+7 495 000-00-00"})

    row = db.session.scalars(select(Delegate)).one()
    assert (answer.status_code, row.position, row.phone) == (303, "Глава города", "+7 495 000-00-00")


def test_second_is_shown_both_values_and_chooses_when_two_people_change_one_field(app: Flask, staff: Staff) -> None:
    make_delegate(make_conference(), "D1", position="Депутат")
    first, second = staff("secretariat"), staff("secretariat")
    shown = hidden(second.get(f"{DESK}/D1/edit").text, "shown")
    assert json.loads(shown)["position"] == "Депутат"

    first.post(f"{DESK}/D1/edit", data={**FORM, "shown": shown, "position": "Глава <города>"})
    mine = {**FORM, "shown": shown, "position": "Мэр", "organisation": "Управа"}
    clash = second.post(f"{DESK}/D1/edit", data=mine)

    assert clash.status_code == 422
    assert "Saved meanwhile: Глава &lt;города&gt;" in clash.text
    assert "Your value: Мэр" in clash.text
    assert db.session.scalars(select(Delegate.position)).one() == "Глава <города>"
    again = {**mine, "seen": hidden(clash.text, "seen")}
    assert second.post(f"{DESK}/D1/edit", data={**again, "keep-position": "mine"}).status_code == 303
    row = db.session.scalars(select(Delegate)).one()
    assert (row.position, row.organisation) == ("Мэр", "Управа")


def test_others_value_stays_when_it_is_chosen(app: Flask, staff: Staff) -> None:
    make_delegate(make_conference(), "D1", position="Депутат")
    desk = staff("secretariat")
    shown = hidden(desk.get(f"{DESK}/D1/edit").text, "shown")
    desk.post(f"{DESK}/D1/edit", data={**FORM, "shown": shown, "position": "Глава"})
    clash = desk.post(f"{DESK}/D1/edit", data={**FORM, "shown": shown, "position": "Мэр", "phone": "+7 495 000-00-00"})
    stale = {**FORM, "shown": shown, "position": "Мэр", "phone": "+7 495 000-00-00", "keep-position": "theirs"}

    assert desk.post(f"{DESK}/D1/edit", data={**stale, "seen": "0"}).status_code == 422
    desk.post(f"{DESK}/D1/edit", data={**stale, "seen": hidden(clash.text, "seen")})

    row = db.session.scalars(select(Delegate)).one()
    assert (row.position, row.phone) == ("Глава", "+7 495 000-00-00")


def test_numbers_are_shown_before_many_are_granted(app: Flask, staff: Staff) -> None:
    conference = make_conference(places_on_site=3)
    make_delegate(conference, "D1", accreditation=Accreditation.APPLIED)
    make_delegate(conference, "D2", accreditation=Accreditation.GRANTED, email="")
    for number in ("D3", "D4"):
        make_delegate(conference, number, accreditation=Accreditation.WAITLISTED, waitlisted_at=NOW, email="")
    desk = staff("secretariat")

    page = desk.get(f"{DESK}/together?deed=grant&who=all&country=RU").text
    facts = dict(re.findall(r"<dt>([^<]+)</dt>\s*<dd>([^<]+)</dd>", page))

    assert {key: facts[key] for key in ("Chosen", "Will be changed", "Are so already", "No place is left for")} == {
        "Chosen": "4", "Will be changed": "2", "Are so already": "1", "No place is left for": "1",
    }  # fmt: skip
    assert db.session.scalars(select(OutgoingMail)).all() == []
    data = {"deed": "grant", "who": "all", "country": "RU"}
    assert desk.post(f"{DESK}/together", data={**data, "count": "3"}).status_code == 422
    assert desk.post(f"{DESK}/together", data={**data, "count": "4"}).status_code == 303
    standing = db.session.execute(select(Delegate.public_id, Delegate.accreditation).order_by(Delegate.id)).all()
    assert [tuple(row) for row in standing] == [
        ("D1", Accreditation.GRANTED), ("D2", Accreditation.GRANTED), ("D3", Accreditation.GRANTED),
        ("D4", Accreditation.WAITLISTED),
    ]  # fmt: skip


def test_only_the_chosen_are_declined_with_the_reason_mailed(app: Flask, staff: Staff) -> None:
    conference = make_conference()
    for number in ("D1", "D2", "D3"):
        make_delegate(conference, number, email=f"{number}@x.example")
    data = {"deed": "decline", "who": "chosen", "id": ["D1", "D3"], "count": "2", "reason": "Мест <нет>"}

    staff("secretariat").post(f"{DESK}/together", data=data)

    declined = select(Delegate.public_id).where(Delegate.accreditation == Accreditation.DECLINED)
    assert db.session.scalars(declined.order_by(Delegate.id)).all() == ["D1", "D3"]
    mails = db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)).all()
    assert [mail.to for mail in mails] == [["D1@x.example"], ["D3@x.example"]]
    assert all("Мест <нет>" in mail.text and "Мест &lt;нет&gt;" in mail.html for mail in mails)
    assert staff("desk").post(f"{DESK}/together", data=data).status_code == 403


def test_many_are_put_into_a_delegation_when_it_is_of_this_conference(app: Flask, staff: Staff) -> None:
    conference = make_conference()
    group = make_delegation(conference, make_municipality("ulm", country="DE"))
    foreign = make_delegation(make_conference("other", host=conference.host), conference.host)
    for number in ("D1", "D2"):
        make_delegate(conference, number)
    data = {"deed": "join", "who": "chosen", "id": ["D1", "D2"], "count": "2"}
    desk = staff("secretariat")

    assert desk.post(f"{DESK}/together", data={**data, "delegation_id": str(foreign.id)}).status_code == 422
    assert desk.post(f"{DESK}/together", data={**data, "delegation_id": str(group.id)}).status_code == 303

    assert db.session.scalars(select(Delegate.delegation_id)).all() == [group.id, group.id]
    deeds = select(HistoryEntry).where(HistoryEntry.deed == "delegations.join_delegation")
    assert len(db.session.scalars(deeds).all()) == 2


def test_many_are_decided_in_the_background_when_there_are_many(
    app: Flask, staff: Staff, run_jobs: Callable[[], int]
) -> None:
    conference = make_conference(places_on_site=20)
    for n in range(31):
        make_delegate(conference, f"D{n:02}", accreditation=Accreditation.DECLINED, email="")
    answer = staff("secretariat").post(f"{DESK}/together", data={"deed": "grant", "who": "all", "count": "31"})

    assert "/desk/jobs/" in answer.location
    run_jobs()
    db.session.expire_all()
    result = db.session.scalars(select(Job.result)).one()
    assert (result["done"], len(result["refused"])) == (20, 11)
    granted = select(Delegate.public_id).where(Delegate.accreditation == Accreditation.GRANTED)
    assert len(db.session.scalars(granted).all()) == 20


def test_choosing_nobody_is_told_when_a_deed_is_asked(app: Flask, staff: Staff) -> None:
    make_delegate(make_conference(), "D1")
    desk = staff("secretariat")

    answer = desk.get(f"{DESK}/together?deed=grant&who=chosen")

    assert "Nobody is chosen" in desk.get(answer.location).text
    assert desk.get(f"{DESK}/together?deed=nonsense&id=D1&q=x").location == f"{DESK}?q=x"
    mail = desk.get(f"{DESK}/together?deed=mail&who=all&role=press")
    assert mail.location == "/en/desk/c/xvi-kaluga-2021/mails/new?role=press"


def test_long_file_is_taken_in_the_background_when_uploaded(
    app: Flask, staff: Staff, run_jobs: Callable[[], int]
) -> None:
    make_conference()
    head = "delegate_id,last,first,city_slug,country,role,email,attendance,dietary_note\r\n"
    rows = [f"D{n:05},Орлова,Анна{n},kaluga,RU,member,p{n}@x.example,onsite,{'x' * 300}\r\n" for n in range(1200)]
    rows[3] = "D00003,,,kaluga,RU,member,,onsite,\r\n"
    desk = staff("secretariat")
    content = (head + "".join(rows)).encode()

    def upload(**more: str) -> str:
        data = {"file": (io.BytesIO(content), "people.csv"), **more}
        answer = desk.post(f"{DESK}/import", data=data, content_type="multipart/form-data")
        run_jobs()
        db.session.expire_all()
        job = db.session.scalars(select(Job).order_by(Job.id.desc())).first()
        assert (answer.location, job is not None) == (f"/en/desk/jobs/{job.id if job else 0}", True)
        return str(job.result["url"]) if job else ""

    refused = desk.get(upload()).text
    assert ("The file was not taken" in refused, "the person has no name" in refused) == (True, True)
    assert db.session.scalars(select(Delegate)).all() == []
    taken = desk.get(upload(skip_bad_rows="y")).text
    assert "New: 1,199. Changed: 0. As before: 0." in taken
    assert len(db.session.scalars(select(Delegate.id)).all()) == 1199
    assert list((app.config["SETTINGS"].data / "uploads").iterdir()) == []
