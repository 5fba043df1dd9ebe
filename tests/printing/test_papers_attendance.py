"""Certificates go to those who took part, as far as anybody knows."""

from __future__ import annotations

from typing import Any

from flask import Flask

from app.conferences.rules import Attendance
from app.printing.papers.queries import how_many, participants, stayed_away
from app.printing.papers.rules import Paper
from app.video.operations.visits import enter_room
from app.video.rules.visitors import VisitorRole
from tests.factories import NOW, make_delegate
from tests.video.scene import hybrid, session_at


def test_certificates_leave_out_who_stayed_away_by_video_when_visits_are_known(app: Flask, staff: Any) -> None:
    conference = hybrid()
    item = session_at(conference, "K07", -5)
    on_site = make_delegate(conference, "R00001")
    came, away = (make_delegate(conference, f"R0000{n}", attendance=Attendance.VIDEO) for n in (2, 3))

    def numbers(**given: Any) -> list[str]:
        return sorted(person.public_id for person in participants(conference, Paper.CERTIFICATES, **given))

    page = f"/ru/desk/c/{conference.slug}/papers/"
    assert numbers() == ["R00001", "R00002", "R00003"]
    enter_room(delegate=came, session_id=item.id, role=VisitorRole.DELEGATE, at=NOW)
    assert stayed_away(conference) == {away.id}
    assert numbers() == ["R00001", "R00002"]
    assert numbers(all_accredited=True) == ["R00001", "R00002", "R00003"]
    assert numbers(delegate_ids=[away.id]) == ["R00003"]
    assert (how_many(conference, Paper.CERTIFICATES), how_many(conference, Paper.PLACE_CARDS)) == (2, 1)
    text = staff("organiser").get(page).text
    assert "1 участник по видеосвязи не входил ни в одну видеокомнату" in text
    assert "На стойке регистрации пока никто не отмечен как прибывший: сертификат получают все очные участники." in text
    assert on_site.id not in stayed_away(conference)
