"""Certificates, place cards and tent cards."""

from __future__ import annotations

import io
import subprocess
import zipfile
from datetime import UTC, datetime

import pikepdf
import pytest
from sqlalchemy import select

from app.conferences.rules import Attendance, ConferenceFormat
from app.database import db, transaction
from app.delegations.rules import Accreditation
from app.erasure.operations import erase_delegate
from app.errors import Refusal
from app.history.models import HistoryEntry
from app.history.rules import COMMAND
from app.printing.models import Certificate, PrintedPaper, PrintRun
from app.printing.papers.operations import print_paper
from app.printing.papers.press import Form, one_file_each
from app.printing.papers.rules import Paper, Participant, require_paper_layout, russian_dative
from app.printing.queries import path_of
from invitations.recipient import Gender
from tests.factories import make_delegate, make_delegation, make_head, make_municipality
from tests.printing.conftest import AWKWARD, MM, words

BEGUN = datetime(2021, 6, 28, 9, 0, tzinfo=UTC)


@pytest.fixture
def paper(conference, tmp_path):
    """Print a paper, and get what came off the press with the file."""

    def run(kind, layout=None, **asked):
        out = tmp_path / f"{kind.value}.pdf"
        done = print_paper(
            conference=conference, paper=kind, layout=require_paper_layout(kind, layout), actor=COMMAND,
            **{"at": BEGUN, "deliver": out.write_bytes, **asked},
        )  # fmt: skip
        return done, out

    return run


def _text(pdf, page=1):
    done = subprocess.run(
        ["pdftotext", "-f", str(page), "-l", str(page), str(pdf), "-"], check=True, capture_output=True, text=True
    )
    return " ".join(done.stdout.split())


def _halves(pdf, page=1):
    """The words of the left and of the right half of a page of A4 across, in reading order."""
    found = [word for word in words(pdf) if word.page == page]
    return [
        " ".join(word.text for word in found if (word.left < 148.5) is left) for left in (True, False)
    ]  # fmt: skip


def _person(**given):
    values = {
        "delegate_id": 1, "public_id": "D1", "side": "ru", "names": {"ru": "Орлова Анна Павловна", "de": "Anna Orlowa"},
        "places": {"ru": "", "de": ""}, "offices": {"ru": "", "de": ""}, "last": "Орлова", "first": "Анна",
        "patronymic": "Павловна", "gender": Gender.FEMALE,
    }  # fmt: skip
    return Participant(**(values | given))


def _german(ru, last, first, gender):
    return _person(names={"ru": ru, "de": f"{first} {last}"}, side="de", last=last, first=first, patronymic="",
                   gender=gender)  # fmt: skip


@pytest.mark.parametrize(
    ("person", "dative"),
    [
        (_person(), "Орловой Анне Павловне"),
        (_person(names={"ru": "д-р. Орлова Анна Павловна", "de": ""}), "д-р. Орловой Анне Павловне"),
        (_person(names={"ru": "Анна Орлова", "de": ""}), None),
        (_person(gender=Gender.UNKNOWN), None),
        (_person(last=""), None),
        (_german("Юрген Гросс", "Groß", "Jürgen", Gender.MALE), "Юргену Гроссу"),
        (_german("Зигрид Шмитт", "Schmitt", "Sigrid", Gender.FEMALE), "Зигрид Шмитт"),
        (_german("Карл Фрайхерр фон Линденау", "Lindenau", "Karl", Gender.MALE), None),
        (_german("Jürgen Groß", "Groß", "Jürgen", Gender.MALE), None),
    ],
)
def test_russian_dative_is_given_or_left_out_when_it_is_not_certain(person, dative):
    assert russian_dative(person) == dative


def test_certificates_name_each_side_first_in_its_own_copy(conference, paper):
    make_head(conference.host)
    town = make_municipality("karlsruhe", name_ru="Карлсруэ", name_de="Karlsruhe", country="DE")
    make_delegate(conference, "D1", municipality_id=conference.host.id)
    make_delegate(conference, "D2", municipality_id=town.id, country="DE", last="Groß", first="Jürgen", patronymic="",
                  gender="m", badge_ru="Юрген Гросс", badge_de="Jürgen Groß", language="de",
                  attendance=Attendance.VIDEO)  # fmt: skip
    make_delegate(conference, "D3", accreditation=Accreditation.APPLIED)
    done, pdf = paper(Paper.CERTIFICATES)
    assert done.as_json() == {"printed": 2, "pages": 2, "warnings": []}
    russian = (
        "Сертификат участника № XVI-0001 от 30 июня 2021 г. вручается Орловой Анне Павловне Калуга принявшей участие "
        "в XVI конференции городов- партнёров России и Германии «Укрепление муниципальных и региональных связей – "
        "расширение горизонтов» Калуга, 28–30 июня 2021 г."
    )
    german = (
        "Teilnahmeurkunde Nr. XVI-0002 vom 30. Juni 2021 Hiermit wird bestätigt, dass Jürgen Groß Karlsruhe an der XVI."
        " Deutsch-Russischen Städtepartnerkonferenz teilgenommen hat. „Kommunale und regionale Verbindungen stärken – "
        "Horizonte erweitern“ Kaluga, 28.–30. Juni 2021"
    )
    for page, half, text in ((1, 0, russian), (2, 0, german)):
        left = _halves(pdf, page)[half].split()
        assert [word for word in text.split() if word not in left] == [], (page, half)
    assert "вручается" in _halves(pdf, 2)[1]
    assert "Юргену" in _halves(pdf, 2)[1]
    assert "принявшему" in _halves(pdf, 2)[1]
    assert "Hiermit" in _halves(pdf, 1)[1]
    # each side's copy lets its own side sign first
    assert ["Парамонов" in _halves(pdf, page)[0] for page in (1, 2)] == [False, True]
    assert ["Денисов" in _halves(pdf, page)[0] for page in (1, 2)] == [True, False]


def test_certificates_take_the_sentence_without_a_case_when_the_gender_is_not_known(conference, paper):
    make_delegate(conference, "D1", gender="x")
    done, pdf = paper(Paper.CERTIFICATES)
    assert done.warnings == [
        "D1: the dative of the Russian name is not known; the sentence that needs none is printed."
    ]
    left = _halves(pdf)[0]
    assert "Орлова Анна Павловна" in left
    assert "подтверждается настоящим сертификатом." in left
    assert "вручается" not in left


def test_certificates_keep_their_numbers_when_printed_again(conference, paper):
    make_delegate(conference, "D2", last="Белова")
    paper(Paper.CERTIFICATES)
    make_delegate(conference, "D1", last="Абрамова")
    paper(Paper.CERTIFICATES, scope="new")
    rows = db.session.execute(select(Certificate.number, Certificate.delegate_id).order_by(Certificate.number))
    assert [number for number, _ in rows.all()] == [1, 2]
    done, _ = paper(Paper.CERTIFICATES)
    assert done.count == 2
    assert len(db.session.scalars(select(Certificate)).all()) == 2


def test_certificates_are_refused_before_the_first_day(conference, paper):
    make_delegate(conference, "D1")
    with pytest.raises(Refusal, match="The conference has not begun"):
        paper(Paper.CERTIFICATES, at=datetime(2021, 6, 27, 20, 59, tzinfo=UTC))
    assert paper(Paper.CERTIFICATES, at=datetime(2021, 6, 27, 21, 0, tzinfo=UTC))[0].count == 1  # midnight in Moscow


def test_only_new_prints_whose_certificate_would_change(conference, paper):
    one = make_delegate(conference, "D1")
    make_delegate(conference, "D2")
    assert paper(Paper.CERTIFICATES)[0].count == 2
    assert paper(Paper.CERTIFICATES, scope="new")[0].as_json() == {"printed": 0, "pages": 0, "warnings": []}
    with transaction():
        one.badge_de = "Anna Neu"
    assert paper(Paper.CERTIFICATES, scope="new")[0].count == 1
    with transaction():
        conference.theme_ru = "Другая тема"
    assert paper(Paper.CERTIFICATES, scope="new")[0].count == 2
    assert paper(Paper.PLACE_CARDS, scope="new")[0].count == 2  # of another kind nothing was printed


def test_printing_papers_logs_the_run_and_keeps_the_file(conference, paper):
    row = make_delegate(conference, "D1")
    done, pdf = paper(Paper.PLACE_CARDS, "four")
    run = done.run
    assert (run.kind, run.layout, run.scope, run.count, run.pages, run.printed_by) == (
        "place-cards", "four", "all", 1, 1, "ratusha"
    )  # fmt: skip
    assert path_of(run.sha256).read_bytes() == pdf.read_bytes()
    assert [each.delegate_id for each in db.session.scalars(select(PrintedPaper))] == [row.id]
    entry = db.session.scalars(select(HistoryEntry)).one()
    assert (entry.deed, entry.details["sha256"]) == ("print-place-cards", run.sha256)


def test_papers_are_printed_once_for_one_key(conference, paper):
    make_delegate(conference, "D1")
    first = paper(Paper.TENT_CARDS, deed_key="job:1")[0].run
    assert paper(Paper.TENT_CARDS, deed_key="job:1")[0].run.id == first.id
    path_of(first.sha256).unlink()
    again = paper(Paper.TENT_CARDS, deed_key="job:1")[0].run
    assert path_of(again.sha256).is_file()
    assert [run.id for run in db.session.scalars(select(PrintRun))] == [again.id]


def test_place_cards_show_the_other_script_to_the_front_and_the_own_one_to_the_neighbours(conference, paper):
    make_delegate(conference, "D1", municipality_id=conference.host.id, position="Ведущий специалист")
    done, pdf = paper(Paper.PLACE_CARDS)
    assert (done.count, done.pages) == (1, 1)
    found = {word.text: word for word in words(pdf)}
    fold = 49.5  # mm from the upper edge of the sheet: the upper half is the back, upside down
    assert found["Orlowa"].top > fold
    assert found["Kaluga"].top > fold
    assert found["Орлова"].bottom < fold
    assert found["Калуга"].bottom < fold
    assert found["специалист"].bottom < fold
    assert found["Ведущий"].left > found["специалист"].left  # upside down, so from right to left
    with pikepdf.open(pdf) as opened:
        assert [round(float(side) / MM) for side in opened.pages[0].mediabox] == [0, 0, 210, 297]


@pytest.mark.parametrize(("layout", "each"), [("six", 6), ("four", 4)])
def test_place_cards_fill_a_sheet_and_go_on_to_the_next(conference, paper, layout, each):
    for number in range(each + 1):
        make_delegate(conference, f"D{number}")
    done, _ = paper(Paper.PLACE_CARDS, layout)
    assert (done.count, done.pages) == (each + 1, 2)


def test_cards_are_for_those_on_site_and_refused_when_there_are_none(conference, paper):
    make_delegate(conference, "D1", attendance=Attendance.VIDEO)
    with pytest.raises(Refusal, match="Nobody here gets such a paper"):
        paper(Paper.PLACE_CARDS)
    with transaction():
        conference.format = ConferenceFormat.VIDEO
    with pytest.raises(Refusal, match="held by video"):
        paper(Paper.TENT_CARDS)


def test_papers_of_one_delegation_or_of_named_people_are_printed_alone(conference, paper):
    group = make_delegation(conference, make_municipality("karlsruhe", name_de="Karlsruhe", country="DE"))
    one = make_delegate(conference, "D1", delegation_id=group.id)
    other = make_delegate(conference, "D2")
    paper(Paper.TENT_CARDS, scope="delegation", delegation_id=group.id)
    paper(Paper.TENT_CARDS, scope="picked", delegate_ids=[other.id])
    assert [each.delegate_id for each in db.session.scalars(select(PrintedPaper))] == [one.id, other.id]


@pytest.mark.parametrize(
    ("kind", "layout"),
    [(Paper.CERTIFICATES, "a4"), (Paper.PLACE_CARDS, "six"), (Paper.PLACE_CARDS, "four"), (Paper.TENT_CARDS, "a4")],
)
def test_awkward_names_stay_inside_their_paper(awkward, paper, kind, layout):
    done, pdf = paper(kind, layout)
    assert done.count == len(AWKWARD)
    form = require_paper_layout(kind, layout).form
    lines = [(left, left + form.paper[0]) for left, _ in form.places]
    for word in words(pdf):
        edges = min((max(left - word.left, word.right - right) for left, right in lines), default=0.0)
        assert edges < -4, (word.text, word.page)  # well inside the paper it stands on
        assert -0.5 < word.top < word.bottom < form.sheet[1] + 0.5, word.text
        if form.folded:
            high = form.panel[1]
            assert int((word.top + 0.6) // high) == int((word.bottom - 0.6) // high), word.text  # not over a fold
    lost = {line.split(":")[0] for line in done.warnings if "no font has the letters" in line}
    assert lost == {"D00178", "X5"}


def test_one_file_each_carries_nothing_of_other_people(conference, paper):
    make_delegate(conference, "D1", badge_ru="Секретова Софья Павловна", last="Секретова", first="Софья",
                  badge_de="Sofja Sekretowa")  # fmt: skip
    make_delegate(conference, "D2")
    _done, pdf = paper(Paper.CERTIFICATES)
    packed = io.BytesIO()
    one_file_each(pdf.read_bytes(), ["a", "b"], packed, title="-")
    with zipfile.ZipFile(packed) as folder:
        assert folder.namelist() == ["a.pdf", "b.pdf"]
        for name, own, other in (("a.pdf", "Орлов", "Секретов"), ("b.pdf", "Секретов", "Орлов")):
            content = folder.read(name)
            text = subprocess.run(["pdftotext", "-", "-"], input=content, check=True, capture_output=True).stdout
            assert own in text.decode()
            assert other not in text.decode()
            with pikepdf.open(io.BytesIO(content)) as single:
                assert len([page for page in single.objects if _is_page(page)]) == 1


def _is_page(thing):
    return isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == pikepdf.Name.Page


def test_forms_fold_in_the_middle_of_each_paper():
    form = Form((210.0, 297.0), (105.0, 49.5), 2, 3, folded=True)
    assert form.paper == (105.0, 99.0)
    assert form.places == [(0.0, 0.0), (105.0, 0.0), (0.0, 99.0), (105.0, 99.0), (0.0, 198.0), (105.0, 198.0)]
    assert form.marks().count("[1.5 1.5] 0 d") == 1


def test_layout_of_a_paper_is_refused_with_the_known_names_when_unknown(app):
    with pytest.raises(Refusal) as refused:
        require_paper_layout(Paper.PLACE_CARDS, "a5")
    assert str(refused.value) == "There is no layout “a5”. There are: six, four."


def test_erasing_a_person_takes_the_certificate_along_and_leaves_its_number_used(conference, paper):
    one = make_delegate(conference, "D1")
    other = make_delegate(conference, "D2")
    run = paper(Paper.CERTIFICATES)[0].run
    erase_delegate(delegate=one, actor=COMMAND, at=BEGUN)
    assert path_of(run.sha256).is_file() is False
    assert [row.delegate_id for row in db.session.scalars(select(PrintedPaper))] == [other.id]
    make_delegate(conference, "D3")
    paper(Paper.CERTIFICATES)
    assert sorted(row.number for row in db.session.scalars(select(Certificate))) == [1, 2, 3]


@pytest.mark.parametrize(
    ("office", "told"),
    [
        ("Präsident des Stadtrats zu Musterhausen", "the office is not known in Russian; that side"),
        ("مستشار", "the office is written in a third script"),
        ("", ""),
    ],
)
def test_cards_say_whose_office_one_side_stands_without(paper, conference, office, told):
    make_delegate(conference, "D1", position=office)
    cards, _out = paper(Paper.PLACE_CARDS)
    assert [told in warning for warning in cards.warnings] == ([True] if told else [])
    assert paper(Paper.CERTIFICATES)[0].warnings == []
