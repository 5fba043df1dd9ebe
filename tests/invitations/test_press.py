"""Many letters at once: each by itself, whoever lays it out; odd addressees; nobody reads another's letter."""

from __future__ import annotations

import csv
import io
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from invitations.dates import NBSP
from invitations.letter import Letter, TooLong
from invitations.pdf import Press, forget, render, render_many
from invitations.recipient import Gender, Recipient
from invitations.setting.setter import ALPHABET, Setter
from tests.documents.claims import faults_of, is_sound, languages_of
from tests.invitations.paper import flat, pages, words_of

Write = Callable[..., Letter]
STRANGERS = (
    ("Первышов", "Евгений", "Алексеевич", "Глава города Краснодара"),
    ("Юхтанхольм", "Эдуард", "Жоржевич", "Мэр города Щёлково"),
    ("Гаджимагомедрасулов", "Магомедрасул", "Гаджимагомедович", "Глава города Дербента"),
)


def streams(pdf: bytes) -> bytes:
    """Every stream, string and name of a file, opened."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        out = io.BytesIO()
        opened.save(out, compress_streams=False, object_stream_mode=pikepdf.ObjectStreamMode.disable, qdf=True)
    return out.getvalue()


def many(write: Write, number: int) -> list[Letter]:
    letters = []
    for n in range(number):
        last, first, patronymic, office = STRANGERS[n % 3]
        whom = Recipient("ru", office, last, first, patronymic, gender=Gender.MALE, email=f"head{n}@town.example")
        letters.append(
            write(
                "ru",
                recipient=whom,
                number=f"Исх-{n}",
                reply_url=f"https://ratusha.example/ru/reply/T{n:04}",
                verify_url=f"https://ratusha.example/ru/verify/V{n:04}",
            )
        )
    return letters


def only(letter: Letter, fonts: Path) -> bytes:
    """The letter's file when the process has set no other before."""
    forget()
    return render_many([letter], fonts=fonts)[0]


def test_letter_has_the_same_bytes_wherever_it_is_laid_out(write: Write, fonts: Path) -> None:
    letters = [*many(write, 4), write("de"), write("en")]
    alone = [only(letter, fonts) for letter in letters]
    assert render_many(letters, fonts=fonts) == alone
    assert render_many(letters[::-1], fonts=fonts) == alone[::-1]
    with Press(fonts=fonts, processes=2) as press:
        assert list(press.each(letters)) == alone
        assert list(press.each(reversed(letters))) == alone[::-1]


def test_whole_letter_is_laid_out_once_when_only_names_numbers_and_codes_differ(
    write: Write, fonts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    laid_out = []
    arranged = Setter._arranged

    def counted(*given: Any) -> Any:
        laid_out.append(given)
        return arranged(*given)

    monkeypatch.setattr(Setter, "_arranged", counted)
    forget()
    render_many(many(write, 12)[::3], fonts=fonts)
    assert len(laid_out) == 1


def test_letter_holds_nothing_of_another_addressee(write: Write, fonts: Path) -> None:
    letters = many(write, 3)
    files = render_many(letters, fonts=fonts)
    for letter, content in zip(letters, files, strict=True):
        inside = streams(content)
        for other in letters:
            if other is letter:
                continue
            links = (str(other.reply_url), str(other.verify_url))
            for secret in (other.recipient.last, other.recipient.email, *links, str(other.number)):
                assert secret not in flat(content)
                for coded in (secret.encode(), secret.encode("utf-16-be"), secret.encode("utf-16-be").hex().encode()):
                    assert coded not in inside
        with pikepdf.open(io.BytesIO(content)) as opened:
            assert len(opened.pages) == 1


def test_fonts_are_the_same_in_every_letter(write: Write, fonts: Path) -> None:
    with_rare, without = many(write, 3)[1:]
    rare = set(flat(render(with_rare, fonts=fonts))) - set(flat(render(without, fonts=fonts)))
    assert {"Ж", "Щ", "ё"} & rare
    files = render_many([with_rare, without], fonts=fonts)
    held = [mapped(content) for content in files]
    assert held[0] == held[1] <= set(ALPHABET) | {"fi", "fl", "ff", "ffi", "ffl"}
    assert [font_files(content) for content in files] == [font_files(files[0])] * 2


def font_files(pdf: bytes) -> list[bytes]:
    """The fonts of a file, opened."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return sorted(
            item.FontFile2.read_bytes()
            for item in opened.objects
            if isinstance(item, pikepdf.Dictionary) and "/FontFile2" in item
        )


def mapped(pdf: bytes) -> set[str]:
    """The signs the fonts of a file can tell by name."""
    found: set[str] = set()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        for item in opened.objects:
            if isinstance(item, pikepdf.Dictionary) and "/ToUnicode" in item:
                table = item.ToUnicode.read_bytes().decode("ascii", "replace")
                for sign in re.findall(r"(?m)^<[0-9a-f]{4}> <([0-9a-f]+)>$", table.partition("endcodespacerange")[2]):
                    found.add(bytes.fromhex(sign).decode("utf-16-be"))
    return found


def test_press_is_refused_without_a_process(fonts: Path) -> None:
    with pytest.raises(ValueError, match="process"):
        Press(fonts=fonts, processes=0)


def _peak_kilobytes() -> int:
    """The most this process has held since it began: its own pages alone, while ``ru_maxrss`` inherits its parent's."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found is not None
    return int(found.group(1))


def test_worker_keeps_below_400_megabytes(write: Write, fonts: Path) -> None:
    with Press(fonts=fonts, processes=2) as press:
        assert sum(1 for _ in press.each(many(write, 60))) == 60
        assert press._pool is not None
        used = press._pool.submit(_peak_kilobytes).result()
    assert used < 400_000


def test_ten_letters_take_no_longer_apiece_than_one(write: Write, fonts: Path) -> None:
    letters = many(write, 12)
    render_many(letters[:2], fonts=fonts)

    def spent(part: Sequence[Letter]) -> float:
        forget()
        began = time.process_time()
        render_many(part, fonts=fonts)
        return (time.process_time() - began) / len(part)

    # Linear: what many share is paid once, and nothing grows with them. The best of three of each, in turn, because
    # a processor that others use counts more for the same work.
    rounds = [(spent(letters[:2]), spent(letters[2:])) for _ in range(3)]
    few, more = (min(times) for times in zip(*rounds, strict=True))
    assert more < 1.5 * few


ODD = (
    ("Sørensen-Łukasiewicz", "Jürgen Ñuño Şükrü", "en"),
    ("Müller\u202egnp.exe", "Karl\u200b", "de"),
    ("عبد الله", "محمد", "en"),
    ("כהן", "דוד", "en"),
    ("გელაშვილი", "ნინო", "en"),
    ("Պետրոսյան", "Արամ", "en"),
    ("=HYPERLINK(\"http://x\")", "<b>Bobby</b>", "en"),
    ("O'Neill-d'Ávila", "Seán 🎉", "en"),
    ("Freudenthaler-Oberschwarzenegger", "Maria Theresia Walburga Amalia Christina Josepha Antonia", "de"),
    ("Рождественская-Преображенская-Вознесенская", "Александра", "ru"),
    ("Ι. Παπακυριάκου", "Μαρία", "en"),
    ("X", "Y", "en"),
    ("Zeile\n\nUmbruch", "\tTab", "de"),
)  # fmt: skip
OFFICES = {"ru": "Глава города Калуги", "de": "Oberbürgermeister der Stadt Suhl", "en": "Mayor of Kaluga"}


@pytest.mark.parametrize(("last", "first", "language"), ODD)
def test_odd_name_stands_whole_on_a_right_page(write: Write, fonts: Path, last: str, first: str, language: str) -> None:
    whom = Recipient(language, OFFICES[language], last, first, gender=Gender.FEMALE)
    letter = write(language, recipient=whom)
    shown = " ".join(letter.address_lines)
    assert not set(shown) & set("\u202e\u200b\n\t🎉")
    pdf = render(letter, fonts=fonts)
    assert pages(pdf) <= 2
    words = words_of(pdf)
    assert max(word.right for word in words) <= 201
    assert min(word.left for word in words) >= 19.5
    last_word = letter.recipient.last.split()[-1]
    if last_word.isascii():
        assert last_word.replace("-", "") in flat(pdf).replace("-", "").replace(" ", "")


def test_every_awkward_delegate_can_be_written_to(write: Write, fonts: Path) -> None:
    table = Path(__file__).parent / "data" / "awkward.csv"
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    letters = []
    for row in rows:
        whom = Recipient(
            "en", row["position"], row["last"], row["first"], degree=row["academic_title"],
            gender=Gender(row["gender"] if row["gender"] in ("m", "f") else "u"), organisation=row["organisation"],
        )  # fmt: skip
        if whom.gender is Gender.UNKNOWN or not (whom.office and whom.last and whom.first):
            continue
        letters.append(write("en", recipient=whom))
    assert len(letters) >= 30
    assert [pages(content) for content in render_many(letters, fonts=fonts)] == [1] * len(letters)


@pytest.mark.parametrize(("language", "layout"), [("ru", None), ("ru", "gost-lengthwise"), ("de", None), ("en", None)])
def test_office_of_300_signs_makes_a_right_page(write: Write, fonts: Path, language: str, layout: str | None) -> None:
    tail = {"ru": " по делам городов-побратимов", "de": " für Partnerschaften", "en": " for twinning"}[language]
    office = (OFFICES[language] + tail * 20)[:300].strip()
    letter = write(language, layout=layout, recipient=replace(write(language).recipient, office=office))
    pdf = render(letter, fonts=fonts)
    words = words_of(pdf)
    assert pages(pdf) <= 2
    assert max(word.right for word in words) <= 201
    if language == "de":
        inside = [word for word in words if word.left < 100 and 60 < word.top < 95 and word.page == 1]
        assert max(word.bottom for word in inside if word.text != "Einladung") <= 90


@pytest.mark.parametrize(
    ("changes", "named"),
    [({"office": "Мэр " + "о" * 400}, ("office",)), ({"last": "Я" * 251}, ("name",)),
     ({"address": ("Улица",) * 40}, ("address",))],
)  # fmt: skip
def test_addressee_is_refused_when_no_sheet_could_show_it(
    write: Write, changes: dict[str, object], named: tuple[str, ...]
) -> None:
    whom = replace(write("ru").recipient, **changes)  # type: ignore[arg-type]
    with pytest.raises(TooLong) as refused:
        write("ru", recipient=whom)
    assert refused.value.fields == named


def test_word_without_end_breaks_instead_of_leaving_the_page(write: Write, fonts: Path) -> None:
    letter = write("ru", fields={"preparation": "Ъ" * 300})
    assert max(word.right for word in words_of(render(letter, fonts=fonts))) <= 201


@pytest.mark.parametrize("language", ["ru", "de", "en"])
def test_signature_is_never_alone_on_a_page(write: Write, fonts: Path, language: str) -> None:
    signed = {"ru": "Парамонов", "de": "Paramonow", "en": "Paramonov"}[language]
    asked = {"ru": "вопросам", "de": "Verfügung:", "en": "questions:"}[language]
    for length in range(2, 32, 4):
        letter = write(language, fields={"preparation": "Оргкомитет побывал в Калуге и обсудил программу. " * length})
        words = words_of(render(letter, fonts=fonts))
        page = next(word.page for word in reversed(words) if signed in word.text)
        assert any(word.text == asked for word in words if word.page == page)


def test_names_and_numbers_hold_together(write: Write, fonts: Path) -> None:
    said = write("ru", text="# Т\n\nВстреча с В. В. Шапшой 6 апреля 2021 г. по письму № 12 ({{ dates }}).").body[0].text
    from invitations.typography import bound

    assert bound(said, "ru").replace(NBSP, "~") == (
        "Встреча с~В.В.~Шапшой 6~апреля 2021~г. по~письму №~12 (28–30~июня 2021~г.)."
    )


def picture(pdf: bytes) -> bytes:
    """The pages as dots of a sixth of a millimetre."""
    return subprocess.run(["pdftoppm", "-r", "150", "-gray", "-"], input=pdf, capture_output=True, check=True).stdout


def alike(write: Write, fonts: Path, letters: list[Letter]) -> list[bool]:
    """Whether each letter has the same dots and words set among others as by itself."""
    return [
        (picture(content), flat(content)) == (picture(alone := render(letter, fonts=fonts)), flat(alone))
        for letter, content in zip(letters, render_many(letters, fonts=fonts), strict=True)
    ]


@pytest.mark.parametrize("layout", ["gost-corner", "gost-lengthwise", "din-5008-a", "din-5008-b", "plain"])
def test_letter_looks_the_same_set_among_many_as_alone(write: Write, fonts: Path, layout: str) -> None:
    language = {"g": "ru", "d": "de", "p": "en"}[layout[0]]
    check = f"https://ratusha.example/{language}/verify/ABCDEFGHJK"
    letters = [
        write(language, layout=layout, number=number, verify_url=check, fields={"partners": partners})
        for number, partners in (("Исх-1", ("Зуль",)), ("Исх-22", ("Зуль", "Карлсруэ", "Эссен")), ("Исх-1", ("Нойс",)))
    ]
    assert alike(write, fonts, letters) == [True] * 3


def test_letter_looks_the_same_when_the_name_is_odd(write: Write, fonts: Path) -> None:
    letters = [
        write(language, recipient=Recipient(language, OFFICES[language], last, first, gender=Gender.FEMALE))
        for last, first, language in ODD
    ]
    assert alike(write, fonts, letters) == [True] * len(ODD)


def test_letter_keeps_what_pdf_ua_asks_when_it_is_set_among_many(write: Write, fonts: Path) -> None:
    for content in render_many(many(write, 4), fonts=fonts):
        assert faults_of(content) == []
        assert is_sound(content)
        assert languages_of(content) == ["ru", "ru", "en", "ru", "en"]


def test_neighbours_are_unharmed_when_a_letter_takes_two_pages_or_cannot_be_laid_out(write: Write, fonts: Path) -> None:
    good = many(write, 3)
    long = write("ru", fields={"preparation": "Оргкомитет побывал в Калуге и обсудил программу. " * 40})
    broken = replace(good[0], layout="gost-nowhere", gost_edition=1999)
    with Press(fonts=fonts, processes=2) as press:
        made = press.begin([good[0], long, broken, good[1], good[2]]).pages()
    assert isinstance(made[2], ValueError)
    alone = [render_many([letter], fonts=fonts)[0] for letter in (good[0], long, good[1], good[2])]
    assert [made[0], made[1], made[3], made[4]] == alone
    assert pages(made[1]) == 2


def test_press_begins_anew_when_a_process_was_killed(write: Write, fonts: Path) -> None:
    letters = many(write, 2)
    with Press(fonts=fonts, processes=2) as press:
        first = press.begin(letters).pages()
        pool = press._pool
        assert pool is not None
        for number in list(pool._processes):
            os.kill(number, signal.SIGKILL)
        deadline = time.monotonic() + 30
        while not pool._broken and time.monotonic() < deadline:
            time.sleep(0.02)
        assert press.begin(letters).pages() == first


def test_press_does_not_run_the_program_over_again_when_it_has_no_guard(tmp_path: Path, fonts: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(
        "from pathlib import Path\n"
        "from invitations.pdf import Press\n"
        "print('once')\n"
        f"with Press(fonts=Path({str(fonts)!r}), processes=2) as press:\n"
        "    print(press.begin([None]).pages()[0].__class__.__name__)\n",
        encoding="utf-8",
    )
    done = subprocess.run(
        [sys.executable, str(program)], capture_output=True, text=True, check=True, timeout=120,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])},
    )  # fmt: skip
    assert done.stdout.splitlines() == ["once", "AttributeError"]
