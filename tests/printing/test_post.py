"""Envelopes and labels for delegates and heads, as the receiving country writes addresses."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from app.database import db
from app.jobs import Job, JobState
from app.printing.models import PrintRun
from app.printing.post.addressees import Whom, posted
from app.printing.post.commands import envelopes, labels
from tests.factories import make_delegate, make_delegation, make_head, make_municipality
from tests.printing.conftest import words


@pytest.fixture
def both(conference):
    """A delegate of Kaluga, whose address is not known, and one of Karlsruhe, whose head is known, too."""
    town = make_municipality("karlsruhe", name_ru="Карлсруэ", name_de="Karlsruhe", country="DE",
                             postal_address="Rathaus am Marktplatz\n76133 Karlsruhe")  # fmt: skip
    make_head(town, last="Mentrup", first="Frank", patronymic="", academic_title="Dr.", office_de="Oberbürgermeister",
              office_ru="Обер-бургомистр")  # fmt: skip
    group = make_delegation(conference, town)
    make_delegate(conference, "D1", municipality_id=conference.host.id)
    make_delegate(conference, "D2", delegation_id=group.id, country="DE", last="Groß", first="Jürgen", gender="m",
                  patronymic="", badge_ru="Юрген Гросс", badge_de="Jürgen Groß")  # fmt: skip
    return conference


def test_addresses_follow_the_country_that_receives_them(both):
    made = posted(both, Whom.DELEGATES)
    assert [(one.envelope.language, one.envelope.addressee, one.whole) for one in made] == [
        ("ru", ("Орловой Анне Павловне", "Калуга"), False),
        ("de", ("Herrn", "Jürgen Groß", "Rathaus am Marktplatz", "76133 Karlsruhe", "DEUTSCHLAND", "ГЕРМАНИЯ"), True),
    ]
    assert [one.envelope.sender[-2:] for one in made] == [
        ("Россия, 115184, Москва", "ул. Примерная, д. 1"), ("1 Example Street", "115184 Moscow, Russia"),
    ]  # fmt: skip
    elsewhere = make_municipality("nancy", name_ru="Нанси", name_de="Nancy", country="FR")
    make_delegate(both, "D3", municipality_id=elsewhere.id, country="FR", last="Noël", first="Gaëlle",
                  badge_ru="Гаэль Ноэль", badge_de="Gaëlle Noël")  # fmt: skip
    assert posted(both, Whom.DELEGATES)[-1].envelope.addressee == ("Gaëlle Noël", "Nancy", "FRANCE", "ФРАНЦИЯ")
    heads = posted(both, Whom.HEADS)
    assert [one.envelope.addressee for one in heads] == [
        ("Oberbürgermeister", "Herrn Dr. Frank Mentrup", "Rathaus am Marktplatz", "76133 Karlsruhe", "DEUTSCHLAND",
         "ГЕРМАНИЯ"),
    ]  # fmt: skip


def test_envelopes_and_labels_are_printed_by_command_and_nothing_in_a_dry_run(both, tmp_path):
    out = tmp_path / "post.pdf"
    given = ["--conference", both.slug, "--out", str(out), "--json"]
    dry = CliRunner().invoke(envelopes, [*given, "--form", "c5", "--dry-run"])
    assert (dry.exit_code, out.exists(), db.session.scalars(select(PrintRun)).all()) == (0, False, [])
    done = json.loads(CliRunner().invoke(envelopes, [*given, "--form", "c5"]).stdout)
    told = "1 have no postal address: the town alone stands there."
    assert done == {"printed": 2, "pages": 2, "warnings": [told]}
    assert all(word.right < 229 and word.bottom < 162 for word in words(out))
    done = json.loads(CliRunner().invoke(labels, [*given, "--start", "21"]).stdout)
    assert done["pages"] == 2  # one on the last label of the sheet, one on the next sheet
    refused = CliRunner().invoke(labels, [*given, "--start", "22"])
    assert (refused.exit_code, "no such label" in refused.stderr) == (1, True)


def test_post_is_printed_from_the_page(both, staff, run_jobs):
    client = staff("secretariat")
    url = f"/en/desk/c/{both.slug}/papers/post"
    assert "1 delegate has no postal address" in client.get(url).text
    refused = client.post(url, data={"scope": "all", "whom": "delegates", "on": "labels:3425", "start": "11"})
    assert (refused.status_code, "no such label" in refused.text) == (422, True)
    order = {"scope": "expected", "whom": "heads", "on": "labels:3425", "start": "10"}
    assert client.post(url, data=order).status_code == 422
    assert client.post(url, data=order | {"scope": "all"}).status_code == 303
    run_jobs()
    run = db.session.scalars(select(PrintRun)).one()
    assert (db.session.scalars(select(Job.state)).all(), run.kind, run.count) == ([JobState.DONE], "labels", 1)
