"""Printing badges of many people again: a reason for all or for each, codes of lost ones withdrawn with the run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from sqlalchemy import select

from app.checkin.operations import check_in_by_code
from app.conferences.models import Conference
from app.database import db, transaction
from app.delegations.models import Delegate
from app.errors import Refusal
from app.history.models import HistoryEntry
from app.jobs import Job
from app.printing.commands import badges as command
from app.printing.models import Badge, PrintRun
from app.printing.operations import print_badges
from app.printing.queries import path_of
from app.printing.rules import require_layout
from app.printing.rules.orders import Reason, reasons_for
from tests.factories import ACTOR, NOW, make_delegate

from .conftest import decoded, pictures  # isort: skip

ONE_DATABASE = True
LOST, DAMAGED, CHANGED = Reason.LOST, Reason.DAMAGED, Reason.CHANGED


def test_reasons_go_by_each_then_by_all_and_what_is_out_of_date_needs_none() -> None:
    people, before = [1, 2, 3, 4], {1: False, 2: False, 3: True}  # 4 gets the first badge
    asked = {"before": before, "asks": True}
    assert reasons_for(people, reason="lost", each={2: "damaged"}, **asked) == {1: LOST, 2: DAMAGED, 3: LOST}
    assert reasons_for(people, reason="", each={1: "lost", 2: "lost"}, **asked) == {1: LOST, 2: LOST, 3: CHANGED}
    assert reasons_for([3, 4], reason="", each={4: "lost"}, **asked) == {3: CHANGED, 4: LOST}
    assert reasons_for(people, reason="", each={}, before=before, asks=False) == {3: CHANGED}
    for reason, each in (("", {1: "lost"}), ("because", {}), ("lost", {4: "because"})):
        with pytest.raises(Refusal):
            reasons_for(people, reason=reason, each=each, **asked)


@pytest.fixture
def people(conference: Conference) -> list[Delegate]:
    """Twelve whose badges are printed; the data of the last changed since."""
    found = [make_delegate(conference, f"D{number:02}") for number in range(12)]
    print_badges(conference=conference, layout=require_layout(None), actor=ACTOR, at=NOW)
    with transaction():
        found[-1].position = "Bürgermeisterin"
    return found


def test_twelve_are_printed_again_in_one_run_when_the_page_has_asked_why(
    conference: Conference, people: list[Delegate], staff: Callable[[str], FlaskClient], run_jobs: Callable[[], int],
    tmp_path: Path,
) -> None:  # fmt: skip
    desk, url, old = staff("desk"), f"/en/desk/c/{conference.slug}/badges/", [one.badge_token for one in people]
    order = {"layout": "a6-portrait", "scope": "picked", "people": "\n".join(one.public_id for one in people)}

    asked = desk.post(url, data=order)
    assert asked.status_code == 422
    assert "11 of these badges were printed before and are up to date. Please say why" in asked.text
    assert asked.text.count('name="reason-') == 12
    assert db.session.scalars(select(Job)).all() == []
    given = {"reason": "lost", f"reason-{people[0].id}": "damaged", f"reason-{people[11].id}": "changed"}
    assert desk.post(url, data=order | given).status_code == 303
    run_jobs()

    db.session.expire_all()
    run = db.session.scalars(select(PrintRun).order_by(PrintRun.id.desc())).first()
    assert run is not None
    assert (run.count, run.reason, run.options["reasons"]) == (12, "", {"damaged": 1, "lost": 10, "changed": 1})
    assert {badge.delegate.public_id: badge.reason for badge in run.badges} == {
        one.public_id: "lost" for one in people
    } | {"D00": "damaged", "D11": "changed"}
    new = [one.badge_token for one in people]
    assert [before == after for before, after in zip(old, new, strict=True)] == [True, *[False] * 10, True]
    pdf = tmp_path / "again.pdf"
    pdf.write_bytes(path_of(run.sha256).read_bytes())
    assert sorted(decoded(pictures(pdf, 150))) == sorted(new)
    for code in old[1:11]:
        with pytest.raises(Refusal, match="withdrawn as lost"):
            check_in_by_code(conference=conference, code=code, actor=ACTOR, at=NOW)
    assert all(check_in_by_code(conference=conference, code=code, actor=ACTOR, at=NOW).fresh for code in new)
    page = desk.get(f"{url}runs/{run.id}").text
    assert "lost: the old code is withdrawn · 10" in page


def test_codes_stay_as_they_are_when_a_run_of_lost_badges_is_not_logged(
    conference: Conference, people: list[Delegate]
) -> None:
    old = [one.badge_token for one in people]

    def stop(_done: int, _count: int) -> None:
        raise Refusal("stopped")

    with pytest.raises(Refusal, match="stopped"):
        print_badges(
            conference=conference, layout=require_layout(None), actor=ACTOR, at=NOW, scope="all", reason="lost",
            tell=stop, deed_key="job:x",
        )  # fmt: skip
    db.session.expire_all()
    assert [one.badge_token for one in people] == old
    assert db.session.scalars(select(HistoryEntry).where(HistoryEntry.deed == "withdraw-badge")).all() == []
    assert len(db.session.scalars(select(PrintRun)).all()) == 1


def test_the_command_prints_many_again_for_a_reason_and_refuses_without_one(
    conference: Conference, people: list[Delegate], tmp_path: Path
) -> None:
    asked = [
        "--conference",
        conference.slug,
        "--out",
        str(tmp_path / "b.pdf"),
        "--delegate",
        "D01",
        "--delegate",
        "D02",
    ]
    refused = CliRunner().invoke(command, asked)
    assert (refused.exit_code, refused.stderr.startswith("2 of these badges were printed before")) == (1, True)
    done = CliRunner().invoke(command, [*asked, "--reason", "lost"])
    assert (done.exit_code, done.stdout) == (0, "2 badges on 1 pages.\n")
    reasons = db.session.scalars(select(Badge.reason).where(Badge.reason != "")).all()
    assert (reasons, len(decoded(pictures(tmp_path / "b.pdf", 150)))) == (["lost", "lost"], 2)
