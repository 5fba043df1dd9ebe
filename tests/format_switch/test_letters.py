"""The official notice of a change of format: to every invited head, with all that the head must know and do."""

from __future__ import annotations

from datetime import datetime

from flask import Flask

from app.conferences.models import Conference
from app.conferences.rules import ConferenceFormat
from app.correspondence.models import Letter, RegisterEntry, Reply
from app.correspondence.operations import approve_letters, issue_letters, plan_letters, prepare_letters
from app.correspondence.operations.plan import Meant
from app.correspondence.rules import LetterKind, LetterState, ReplyAnswer
from app.database import db, transaction
from app.format_switch.operations import switch
from app.format_switch.queries import plan_change_letters, what_will_change
from app.format_switch.rules import SwitchPlan
from app.mailroom.operations import release_held
from tests.correspondence.conftest import write_briefs
from tests.factories import ACTOR, NOW, keep, make_conference, make_head, make_municipality

ONE_DATABASE = True
IN_PERSON, HYBRID, VIDEO = ConferenceFormat.IN_PERSON, ConferenceFormat.HYBRID, ConferenceFormat.VIDEO
WHY = "ограничения на въезд"


def conference_with_heads() -> Conference:
    """Invited: Perm's head, who has not replied; Suhl's, who cannot come; Coventry's, who comes. Kassel's is not."""
    conference = make_conference()
    with transaction():
        conference.contact_phone, conference.contact_email = "+7 495 000-00-01", "info@twincities.example"
    write_briefs(conference)
    for slug, country, answer in (
        ("perm", "RU", None), ("suhl", "DE", ReplyAnswer.CANNOT), ("coventry", "GB", ReplyAnswer.COMES),
    ):  # fmt: skip
        town = make_municipality(slug, country=country, iso3166_2="", name_de=slug.title(), name_en=slug.title())
        make_head(town, office_de="Oberbürgermeister", office_en="Lord Mayor")
        letter = _invite(conference, slug)
        if answer is not None:
            keep(Reply(letter_id=letter.id, answer=answer, people=1, first_at=NOW, answered_at=NOW))
    make_head(make_municipality("kassel", country="DE", iso3166_2=""), office_de="Oberbürgermeister")
    return conference


def _invite(conference: Conference, slug: str) -> Letter:
    [letter] = prepare_letters(conference=conference, kind=LetterKind.INVITATION, selection=f"municipality:{slug}",
                               actor=ACTOR, at=NOW).letters  # fmt: skip
    _issue(conference, [letter])
    return letter


def _issue(conference: Conference, letters: list[Letter]) -> None:
    ids = [letter.id for letter in letters]
    approve_letters(conference=conference, letter_ids=ids, actor=ACTOR, at=NOW)
    assert issue_letters(conference=conference, letter_ids=ids, actor=ACTOR, at=NOW).count == len(ids)


def move(conference: Conference, to: ConferenceFormat, *, at: datetime = NOW) -> SwitchPlan:
    return switch(conference=conference, to=to, plan=None, reason=WHY, actor=ACTOR, at=at)


def _let_go(conference: Conference) -> None:
    """Issue the notices that have their numbers and release them."""
    assert issue_letters(conference=conference, actor=ACTOR, at=NOW).count == 3
    assert release_held(conference_id=conference.id, actor=ACTOR, at=NOW) == 3


def _words(meant: Meant) -> str:
    """Subject, salutation, paragraphs and closing, a line each."""
    written = meant.written
    assert written is not None
    parts = [written.subject, written.salutation, *(block.text for block in written.body), written.closing]
    return "\n".join(parts).replace("\u00a0", " ")


def _letters(conference: Conference, to: ConferenceFormat) -> dict[str, str]:
    plan = plan_change_letters(conference, to, WHY)
    assert plan.refused == []
    return {meant.language: _words(meant) for meant in plan.meant}


def test_notice_goes_to_every_invited_head_when_they_replied_declined_or_kept_silent(app: Flask) -> None:
    conference = conference_with_heads()
    assert what_will_change(conference, VIDEO).letters == ["coventry", "perm", "suhl"]
    move(conference, VIDEO)
    letters = db.session.query(Letter).filter_by(kind=LetterKind.CHANGE_OF_FORMAT).order_by(Letter.id)
    assert [(letter.municipality.slug, letter.language) for letter in letters] == [
        ("coventry", "en"), ("perm", "ru"), ("suhl", "de"),
    ]  # fmt: skip
    assert [entry.label for entry in db.session.query(RegisterEntry).order_by(RegisterEntry.number)] == [
        "Исх-1", "Исх-2", "Исх-3", "Исх-4", "Исх-5", "Исх-6",
    ]  # fmt: skip


def test_notice_says_old_and_new_form_dates_reason_and_what_to_do_when_all_moves_to_video(app: Flask) -> None:
    letters = _letters(conference_with_heads(), VIDEO)
    assert (
        letters["ru"]
        == """\
Об изменении формата XVI конференции городов-партнёров России и Германии
Уважаемый Дмитрий Александрович!
Сообщаем Вам, что изменился формат, в котором пройдёт XVI конференция городов-партнёров России и Германии. Встреча \
состоится 28–30 июня 2021 г. в формате видеоконференции. Ранее её предполагалось провести в очном формате.
Причина изменения: «ограничения на въезд».
Приезд для участия не требуется; если билеты или проживание уже заказаны, просим отменить заказ. Личная ссылка для \
подключения придёт каждому участнику отдельным письмом. Тема, даты и состав приглашённых сохраняются; поданные заявки \
остаются в силе.
Просим подтвердить участие в новом формате по личной ссылке, указанной внизу первой страницы. Если ранее Вы \
сообщили, что не сможете приехать, будем рады Вашему участию по видеосвязи. По всем вопросам просим обращаться: \
Наталия Сергеевна Сорокина, тел. +7 499 000-00-00, эл. почта forum@example.org, office@example.org.
С уважением,"""
    )
    assert (
        letters["de"]
        == """\
Änderung des Formats der XVI. Deutsch-Russischen Städtepartnerkonferenz
Sehr geehrter Herr Oberbürgermeister,
das Format der Veranstaltung hat sich geändert: Nunmehr findet die XVI. Deutsch-Russische Städtepartnerkonferenz vom \
28. bis 30. Juni 2021 als Videokonferenz statt. Bisher war die Veranstaltung vor Ort vorgesehen.
Eine Anreise ist nicht erforderlich; bereits gebuchte Fahrten und Zimmer bitten wir zu stornieren. Der persönliche \
Zugangslink geht allen Teilnehmenden gesondert zu. Thema, Termin und Kreis der Eingeladenen bleiben unverändert; \
bereits eingereichte Anmeldungen gelten weiter.
Bitte bestätigen Sie Ihre Teilnahme im neuen Format über den persönlichen Link am Fuß der ersten Seite. Falls Sie uns \
bereits mitgeteilt haben, dass Sie nicht kommen können, würden wir uns über Ihre Teilnahme per Video freuen. Für alle \
Fragen steht Ihnen Natalija Sorokina zur Verfügung: Telefon +7 499 000-00-00, E-Mail forum@example.org, \
office@example.org.
Mit freundlichen Grüßen"""
    )
    assert (
        letters["en"]
        == """\
Change of format of the XVI Conference of Partner Cities of Russia and Germany
Dear Lord Mayor,
We are writing to let you know that the format of the meeting has changed: the XVI Conference of Partner Cities of \
Russia and Germany will now be held from 28 to 30 June 2021 as a video conference. Until now the meeting was to be \
held in person.
There is no need to travel; kindly cancel any journey or room you may already have booked. A personal link for joining \
will be sent to every participant separately. The theme, the dates and the circle of those invited stay the same, and \
registrations already made remain valid.
Kindly confirm that you will take part in the new format, using the personal link at the foot of the first page. If \
you have told us that you cannot come, we should be delighted to have you with us by video link. Natalia Sorokina will \
be glad to answer any questions: telephone +7 499 000-00-00, email forum@example.org, office@example.org.
Yours sincerely,"""
    )


def test_notice_names_the_reason_in_its_own_language_only_when_it_is_said_in_several(app: Flask) -> None:
    conference = conference_with_heads()
    switch(conference=conference, to=VIDEO, plan=None, reason=WHY, actor=ACTOR, at=NOW,
           reasons={"de": " Einreise\nbeschränkt ", "en": ""})  # fmt: skip
    drafts = db.session.query(Letter).filter_by(kind=LetterKind.CHANGE_OF_FORMAT).order_by(Letter.id).all()
    assert {str(letter.fields["own"]["reason"]) for letter in drafts} == {
        str({"ru": WHY, "de": "Einreise beschränkt"})
    }  # fmt: skip
    plan = plan_letters(
        conference=conference, kind=LetterKind.CHANGE_OF_FORMAT, selection="municipality:suhl,municipality:coventry",
        language=None, facts=drafts[0].fields["own"], anew=True,
    )  # fmt: skip
    told = {meant.language: _words(meant) for meant in plan.meant}
    assert "Grund der Änderung: „Einreise beschränkt“.\n" in told["de"]
    assert "Reason for the change" not in told["en"]
    assert "въезд" not in told["de"] + told["en"]


def test_notice_keeps_the_place_and_asks_nobody_to_stay_at_home_when_it_becomes_hybrid(app: Flask) -> None:
    letters = _letters(conference_with_heads(), HYBRID)
    assert "Место проведения прежнее: Калуга." in letters["ru"]
    assert "Приезд" not in letters["ru"]
    assert "Bisher war die Veranstaltung vor Ort vorgesehen." in letters["de"]
    assert "hybrid, also vor Ort und per Video, statt." in letters["de"]
    assert "stornieren" not in letters["de"]


def test_notice_speaks_of_the_form_the_heads_were_told_last_when_there_were_several_switches(app: Flask) -> None:
    conference = conference_with_heads()
    move(conference, HYBRID)
    assert "Bisher war die Veranstaltung vor Ort vorgesehen." in _letters(conference, VIDEO)["de"]
    _let_go(conference)
    assert (
        "Bisher war die Veranstaltung hybrid, also vor Ort und per Video, vorgesehen."
        in (_letters(conference, VIDEO)["de"])
    )


def test_notice_of_the_way_back_is_written_to_nobody_when_the_heads_were_never_told(app: Flask) -> None:
    conference = conference_with_heads()
    move(conference, VIDEO)
    assert _letters(conference, IN_PERSON) == {}
    _let_go(conference)
    letter = _letters(conference, IN_PERSON)["ru"]
    assert "Ранее её предполагалось провести в формате видеоконференции." in letter
    assert "Личная ссылка" not in letter


def test_notice_names_to_each_head_the_form_of_their_own_last_letter_when_some_were_invited_after_a_switch(
    app: Flask,
) -> None:
    conference = conference_with_heads()
    move(conference, VIDEO)
    _let_go(conference)
    _invite(conference, "kassel")  # while it is held by video
    make_head(make_municipality("ulm", country="DE", iso3166_2=""), office_de="Oberbürgermeister")
    move(conference, IN_PERSON)
    _invite(conference, "ulm")  # in person, while the notices of the way back are still held
    was = {"perm": "video", "suhl": "video", "coventry": "video", "kassel": "video", "ulm": "in-person"}
    move(conference, HYBRID)
    drafted = db.session.query(Letter).filter_by(kind=LetterKind.CHANGE_OF_FORMAT).filter(
        Letter.state == LetterState.APPROVED
    )  # fmt: skip
    assert {one.municipality.slug: (one.fields["format_was"], one.fields["own"]["format_was"]) for one in drafted} == {
        slug: (before, before) for slug, before in was.items()
    }
