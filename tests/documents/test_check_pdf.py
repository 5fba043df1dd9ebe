"""What may go with a letter, and that no file harms the one who looks into it."""

from __future__ import annotations

import subprocess
import sys
import zlib
from collections.abc import Callable

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, String

from app.documents import inspection
from app.documents.rules import PdfFacts, check_pdf
from app.errors import Refusal
from tests.documents.pdf_files import annotated, image, pdf, pdf_with, raw_pdf, tagged_pdf

SCRIPT = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))


def refusal(data: bytes) -> str:
    """Why ``data`` is refused."""
    with pytest.raises(Refusal) as caught:
        check_pdf(data, filename="a.pdf")
    assert caught.value.field == "file"
    return str(caught.value)


@pytest.mark.parametrize(
    "data",
    [
        pdf(7),
        pdf(7, size=(842, 595)),
        pdf(7, object_stream_mode=pikepdf.ObjectStreamMode.generate),
        pdf(7, linearize=True),
    ],
    ids=["plain", "across", "packed", "linearized"],
)
def test_check_pdf_counts_sheets_when_the_file_is_plain(data: bytes) -> None:
    assert check_pdf(data, filename="a.pdf") == PdfFacts(7)
    assert check_pdf(data, filename="a.pdf").sheets == 7


@pytest.mark.parametrize(
    "data",
    [
        tagged_pdf(),
        annotated(A=Dictionary(S=Name.URI, URI=String("https://ratusha.example/"))),
        annotated(A=Dictionary(S=Name.GoTo, D=String("second"))),
        annotated(Contents=String("/S /JavaScript (in a note) /JS 1 /AF 2")),
        pdf_with(lambda one: setattr(one.Root, "OpenAction", Array([one.pages[0].obj, Name.Fit]))),
        image(7016, 9933),
    ],
    ids=["tagged", "link", "cross reference", "words of a note", "opens at a page", "A3 in 600 dpi"],
)
def test_check_pdf_lets_pass_when_nothing_in_the_file_acts(data: bytes) -> None:
    assert check_pdf(data, filename="a.pdf") == PdfFacts(1)


def test_check_pdf_names_the_pages_when_they_are_not_a4() -> None:
    def change(document: Pdf) -> None:
        document.add_blank_page(page_size=(612, 792))  # Letter
        document.add_blank_page(page_size=(595, 842))
        document.add_blank_page(page_size=(842, 1191))  # A3

    assert check_pdf(pdf_with(change), filename="a.pdf") == PdfFacts(4, odd_pages=(2, 4))


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "not a PDF"),
        (b"hello", "not a PDF"),
        (b"PK\x03\x04 not a pdf", "not a PDF"),
        (b"%PDF-1.7\nbroken", "damaged"),
        (pdf(3)[:-200], "damaged"),
        (pdf(201), "200 pages"),
        (pdf(0), "no pages"),
        (b"%PDF-1.7" + bytes(20 * 1024 * 1024), "20 MB"),
        (pdf(encryption=pikepdf.Encryption(owner="a", user="b")), "encrypted"),
        (pdf(encryption=pikepdf.Encryption(owner="a", user="")), "encrypted"),
        (pdf_with(lambda one: setattr(one.Root, "OpenAction", SCRIPT)), "scripts"),
        (pdf_with(lambda one: setattr(one.Root, "OpenAction", Dictionary(S=Name.Named, N=Name.Print))), "scripts"),
        (pdf_with(lambda one: setattr(one.Root, "AA", Dictionary(WC=SCRIPT))), "scripts"),
        (pdf_with(lambda one: setattr(one.pages[0].obj, "AA", Dictionary(O=SCRIPT))), "scripts"),
        (pdf_with(lambda one: setattr(one.Root, "AcroForm", Dictionary(XFA=String("<x/>"), Fields=[]))), "scripts"),
        (pdf_with(lambda one: setattr(one.Root, "Names", Dictionary(JavaScript=Dictionary(Names=[])))), "scripts"),
        (annotated(A=SCRIPT), "scripts"),
        (annotated(A=Dictionary(S=Name.URI, URI=String("https://a.example/"), Next=SCRIPT)), "scripts"),
        (annotated(A=Dictionary(S=Name.URI, URI=String(" javascript:alert(1)"))), "scripts"),
        (annotated(A=Dictionary(S=Name.Launch, F=String("calc.exe"))), "scripts"),
        (annotated(A=Dictionary(S=Name.GoToR, F=String("\\\\host\\share"))), "scripts"),
        (annotated(A=Dictionary(S=Name.SubmitForm, F=String("https://a.example/"))), "scripts"),
        (annotated(Subtype=Name.Widget, FT=Name.Tx, AA=Dictionary(K=SCRIPT)), "scripts"),
        (annotated(Subtype=Name.RichMedia), "scripts"),
        (annotated(Subtype=Name.Screen), "scripts"),
        (annotated(Subtype=Name.FileAttachment), "other files"),
        (pdf_with(lambda one: setattr(one.pages[0].obj, "AF", Array([Dictionary(Type=Name.Filespec)]))), "other files"),
        (pdf_with(lambda one: one.attachments.__setitem__("a.exe", b"MZ")), "other files"),
        (pdf_with(lambda one: setattr(one.Root, "X", one.make_stream(b"", F=String("/etc/passwd")))), "other files"),
        (image(20_000, 20_000), "megapixels"),
    ],
    ids=[
        "nothing", "text", "zip", "broken", "cut off", "long", "no pages", "large", "password", "locked",
        "script at opening", "print at opening", "action of the file", "action of a page", "XFA", "named script",
        "script in an annotation", "script behind a link", "script address", "program", "another machine",
        "form sent off", "script of a field", "rich media", "screen", "file in an annotation", "associated file",
        "attachment", "content elsewhere", "huge image",
    ],
)  # fmt: skip
def test_check_pdf_refuses_when_the_file_may_not_go_with_a_letter(data: bytes, word: str) -> None:
    assert word in refusal(data)


@pytest.mark.parametrize(
    "action", [b"/S /JavaScript", b"/S/JavaScript", b"/S /Java#53cript", b"/#53 /#4aavaScript", b"/S\r/JavaScript%x\n"]
)
def test_check_pdf_finds_a_script_when_its_name_is_disguised(action: bytes) -> None:
    assert "scripts" in refusal(raw_pdf(b"<< %s /JS <6162> >>" % action))
    assert check_pdf(raw_pdf(b"<< /T (%s /JS) >>" % action), filename="a.pdf") == PdfFacts(1)


def _bomb_of_content() -> bytes:
    machine = zlib.compressobj(9)
    packed = b"".join(machine.compress(bytes(1 << 20)) for _ in range(400)) + machine.flush()  # 400 MB of nothing

    def change(document: Pdf) -> None:
        document.pages[0].obj.Contents = document.make_stream(packed, Filter=Name.FlateDecode)

    return pdf_with(change, stream_decode_level=pikepdf.StreamDecodeLevel.none, compress_streams=False)


def _bomb_of_objects() -> bytes:
    """An object stream that unpacks to 400 MB."""
    machine = zlib.compressobj(9)
    packed = machine.compress(b"5 0 " + b"<< >>") + b"".join(
        machine.compress(b" " * (1 << 20)) for _ in range(400)) + machine.flush()  # fmt: skip
    out = bytearray(b"%PDF-1.7\n")
    places = {}

    def put(number: int, body: bytes) -> None:
        places[number] = len(out)
        out.extend(b"%d 0 obj\n%s\nendobj\n" % (number, body))

    put(1, b"<< /Type /Catalog /Pages 2 0 R /X 5 0 R >>")
    put(2, b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>")
    put(3, b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << >> >>")
    put(4, b"<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream"
        % (len(packed), packed))  # fmt: skip
    places[6] = len(out)
    rows = b"".join(
        bytes([2]) + (4).to_bytes(4, "big") + bytes([0]) if number == 5
        else bytes([1]) + places[number].to_bytes(4, "big") + bytes([0]) if number
        else bytes(6) for number in range(7))  # fmt: skip
    put(6, b"<< /Type /XRef /Size 7 /W [1 4 1] /Root 1 0 R /Length %d >>\nstream\n%s\nendstream" % (len(rows), rows))
    return bytes(out) + b"startxref\n%d\n%%%%EOF\n" % places[6]


def _many_objects() -> bytes:
    return raw_pdf(b"[" + b"<</A[1 2]>>" * 1_500_000 + b"]")


def _deep() -> bytes:
    return raw_pdf(b"[" * 1_000_000 + b"]" * 1_000_000)


def _circle() -> bytes:
    return raw_pdf(b"null").replace(b"/Kids [3 0 R]", b"/Kids [2 0 R]")


# In a process of its own: what a process has used at most counts from the one that started it.
_MEASURE = """
import resource, subprocess, sys
subprocess.run([sys.executable, "-I", sys.argv[1]], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime, used.ru_maxrss)
"""


@pytest.mark.parametrize(
    ("make", "word"),
    [
        (_bomb_of_content, "too intricate"),
        (_bomb_of_objects, "too intricate"),
        (_many_objects, "damaged"),
        (_deep, "damaged"),
        (_circle, "damaged"),
    ],
)
def test_check_pdf_ends_soon_and_small_when_the_file_is_hostile(make: Callable[[], bytes], word: str) -> None:
    data = make()
    assert word in refusal(data)
    command = [sys.executable, "-c", _MEASURE, inspection.__file__]
    seconds, kibibytes = subprocess.run(command, input=data, capture_output=True, check=True).stdout.split()
    assert float(seconds) <= 2.2
    assert int(kibibytes) <= 300_000
