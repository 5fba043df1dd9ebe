"""How the badges of a conference look: choices, own CSS and its bounds, pictures, access marks."""

from __future__ import annotations

import io
import re
from base64 import b64decode
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from time import process_time
from typing import Any

import pikepdf
import pytest
from flask import Flask
from PIL import Image, ImageChops
from sqlalchemy import select

from app.conferences.models import Conference
from app.database import db
from app.errors import Refusal
from app.history.rules import COMMAND
from app.i18n import speaking
from app.printing.checks import check_badges
from app.printing.example_pictures import example_pictures
from app.printing.freshness import Why, why_anew
from app.printing.looks import dressed, look_of
from app.printing.models import AccessMark, BadgePicture
from app.printing.operations import Printed
from app.printing.operations.designs import (
    MarkDetails,
    set_badge_picture,
    settle_access_mark,
    settle_css,
    settle_look,
)
from app.printing.press.design import font_address, text_pages
from app.printing.press.sheets import Batch, print_sheets
from app.printing.queries import badge_contents, titles
from app.printing.rules import LAYOUTS, alone, badge_content, require_layout
from app.printing.rules.access import STRIPS
from app.printing.rules.boxes import slot_word
from app.printing.rules.look import PLAIN, Look, contrast_with_white
from app.printing.rules.own_css import LONGEST, require_harmless
from app.printing.rules.samples import example, with_and_without_arms
from app.printing.rules.sheets import sheet_of
from app.printing.soundness import design_faults
from app.printing.typesetting import Typesetter, _html, designs_for, set_apart
from tests.factories import NOW, make_delegate, make_delegation

from .conftest import arms, pictures, words  # isort: skip

ONE_DATABASE = True

Printing = Callable[..., tuple[Printed, Path]]
NAME = ".name { font-size: 30pt; color: rgb(20, 40, 60); }"


@pytest.mark.parametrize(
    "css",
    ["", NAME, ".badge .band p, .titles { color: #123; }", "/* a note */\n.name { font-family: 'PT Serif'; }",
     ".band { background: var(--role); border: 0.2mm solid black; }"],
)  # fmt: skip
def test_own_css_is_taken_as_it_is_when_it_keeps_to_places_and_properties(app: Flask, css: str) -> None:
    assert require_harmless(css) == css


@pytest.mark.parametrize(
    ("css", "line"),
    [
        ("@import 'https://example.org/x.css';", 1),
        ("\n@font-face { font-family: x; src: local('y') }", 2),
        ("@page { size: a3 }", 1),
        ("@media print { .name { color: red } }", 1),
        (".name { background: url(https://example.org/x.png) }", 1),
        (".name {\n  background: url('file:///etc/passwd') }", 2),
        (".name { background: URL(//example.org) }", 1),
        (".name { background: image-set('x.png' 1x) }", 1),
        (".name { width: calc(100% + 20mm) }", 1),
        (".name { width: calc(infinity * 1mm) }", 1),
        (".name {\n font-size: 1e999pt }", 2),
        (".name { left: -1e999mm }", 1),
        (".name { font-size: var(--role) }", 1),
        (".name { color: var(--x) }", 1),
        (".name { font-size: }", 1),
        (".name { width: expression(alert(1)) }", 1),
        (".name { color: attr(data-slot) }", 1),
        (".name { background: \\75 rl(x) }", 1),
        (".name { color: red }\n</style><script>", 2),
        (".name { content: 'x' }", 1),
        (".name { visibility: visible }", 1),
        (".name { behavior: none }", 1),
        (".name { position: fixed }", 1),
        (".name { color: red !important }", 1),
        (".name { font-family: 'Comic Sans' }", 1),
        (".name { font-family: serif }", 1),
        ("[data-part] { color: red }", 1),
        ("body { color: red }", 1),
        (".line { top: 0 }", 1),
        (".name:has(p) { color: red }", 1),
        ("* { color: red }", 1),
        (".name { color: red", 0),
        (".name { color: red } }", 1),
        (".name\n{ color: red; .place { color: red } }", 2),
        (".name { color: red }\n.x { top: 0 }", 2),
        (NAME + "\n" + "/" * 10 + "*" * LONGEST, 2),
    ],
)
def test_own_css_is_refused_with_its_line_when_it_reaches_further(app: Flask, css: str, line: int) -> None:
    if not line:  # a block that is not closed ends with the text, as CSS has it
        assert require_harmless(css) == css
        return
    with pytest.raises(Refusal) as refused:
        require_harmless(css)
    assert refused.value.field == "css"
    assert f"ine {line}" in str(refused.value)


@pytest.mark.parametrize(
    "said",
    ["font-size: NaNpt", "font-size: infinity", "width: -Infinitymm", "opacity: NaN", "line-height: infinity",
     "height: nonsense", "color: rgb(NaN, 0, 0)", "border: nan solid", "padding: thick"],
)  # fmt: skip
def test_own_css_is_refused_with_the_declaration_when_its_value_is_no_number(app: Flask, said: str) -> None:
    with pytest.raises(Refusal) as refused:
        require_harmless(f".name {{\n {said} }}")
    assert str(refused.value) == f"Line 2: “{said}” has no value that can be used."


def test_every_slot_of_every_paper_has_a_name_for_people(app: Flask) -> None:
    papers = Path(app.root_path).parent / "templates" / "print"
    found = "\n".join(path.read_text() for path in papers.rglob("*.html"))
    names = set(re.findall(r'data-slot="([a-z_]+)', found)) | set(re.findall(r"slot\(side, '([a-z]+)'", found))
    names = {name.rstrip("_") for name in names}
    assert {"foot", "citation", "number", "access", "title_first", "info"} <= names
    said = {}
    for code in ("en", "de", "ru"):
        with speaking(code):
            said[code] = {name: str(slot_word(name)) for name in names}
    assert [name for name in names for code in said if said[code][name] in (name, "")] == []
    assert [name for name in names if said["ru"][name] == said["en"][name]] == []
    assert {name for name in names if said["de"][name] == said["en"][name]} <= {"mark", "qr"}  # Logo, Code


@pytest.mark.parametrize(
    "css",
    [
        ".name{\nfont-size:99999999pt}", ".name{\nfont-size:1e308em}", ".name{\nfont-size:1e400pt}",
        ".name{\npadding:1e9mm}", ".name{\nborder:1e9mm solid red}", ".badge{\nwidth:99999mm}",
        ".name{\nborder-radius:1e9mm}", ".name{\nopacity:1e400}", ".name{\nline-height:0}",
        ".name{\ncolor:rgb(1e999,0,0)}", ".name{\nwidth:" + "(" * 900 + ")" * 900 + "}",
        ".name{\ncolor:" + "rgb(" * 1400 + "}", "\n" + "{" * 5900, "\n" + ".badge " * 800 + "{}",
        "\n.qr" + ",.qr" * 1400 + "{}", ".qr{}" * 100 + "\n.qr{}", ".name{\nfont-size:12vw}",
        ".name{\ngrid-template-columns:repeat(100000,1px)}", ".name{\ncolumn-count:100000}",
        ".name{\nletter-spacing:1e9em}", ".name{\ntransform:scale(1e9)}", ".name{\nfilter:blur(9px)}",
        ".name{\ncounter-increment:x 999999999}",
    ],
)  # fmt: skip
def test_own_css_is_refused_at_once_with_its_line_when_it_would_take_all_time_or_room(app: Flask, css: str) -> None:
    begun = process_time()
    with pytest.raises(Refusal, match="Line 2: ") as refused:
        require_harmless(css)
    assert refused.value.field == "css"
    assert process_time() - begun < 1


def test_look_is_refused_when_white_words_could_not_be_read_on_its_colour(app: Flask) -> None:
    assert round(contrast_with_white("#1C6E64"), 1) == 6.1
    with pytest.raises(Refusal, match="White words cannot be read") as refused:
        Look.of({"colours": {"press": "#FFCC00"}})
    assert refused.value.field == "colour_press"
    for wrong in ({"hidden": ["name_first"]}, {"largest": 200}, {"smallest": 3}, {"colours": {"press": "red"}}):
        with pytest.raises(Refusal):
            Look.of(wrong)
    assert Look.of(Look.of({"hidden": ["office"], "largest": 40}).as_json()) == Look.of(
        {"hidden": ["office"], "largest": 40.0}
    )


def picture(shade: str) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (600, 800), shade).save(target, "PNG")
    return target.getvalue()


def test_badges_have_the_look_of_their_conference_and_the_fast_way_prints_what_the_slow_one_does(
    awkward: list[Any], conference: Conference, tmp_path: Path
) -> None:
    style = "a6-portrait"
    settle_look(
        conference=conference, style=style, actor=COMMAND, at=NOW,
        choices={"hidden": ["office", "country"], "largest": 40, "colours": {"member": "#102030"}},
    )  # fmt: skip
    settle_css(conference=conference, style=style, css=".place__first { color: #7A1F3D; }", actor=COMMAND, at=NOW)
    set_badge_picture(conference=conference, kind="logo", content=arms(), actor=COMMAND, at=NOW)
    set_badge_picture(conference=conference, kind="background", content=picture("navy"), actor=COMMAND, at=NOW)
    layout = dressed(conference, alone(require_layout(None)))
    contents = [content for content in badge_contents(conference) if content.marks][:6]
    badges = Typesetter(layout, titles(conference)).set(contents)
    assert all(badge.slots["name"].size <= 40 and not badge.slots["office"].lines for badge in badges)
    fast, slow = tmp_path / "fast.pdf", tmp_path / "slow.pdf"
    fast.write_bytes(print_sheets([Batch(badges)], sheet_of(layout), title="-",
                                  set_apart=lambda odd: set_apart(layout, odd))[0])  # fmt: skip
    slow.write_bytes(text_pages(_html(layout, contents, fonts=font_address(), texts=badges)))
    for one, other in zip(*(pictures(made, 100, coloured=True) for made in (fast, slow)), strict=True):
        with Image.open(one) as left, Image.open(other) as right:
            pale = left.convert("RGB").getpixel((3, 3))
            assert isinstance(pale, tuple)
            assert 205 < pale[0] < 225 < pale[2]  # the blue, very pale
            differing = sum(ImageChops.difference(left.convert("L"), right.convert("L")).histogram()[97:])
            assert differing / (left.size[0] * left.size[1]) < 0.003, one.name
    assert look_of(conference, "a7").css == ""


def test_the_check_finds_what_own_css_pushes_out_of_the_badge_or_over_another_text(conference: Conference) -> None:
    make_delegate(conference, "D1")
    layout = require_layout("90x55")
    assert check_badges(conference, layout).findings == ()
    css = ".name { width: 90mm; } .office { top: 34mm; } .qr { width: 14mm; }"
    settle_css(conference=conference, style=layout.style, css=css, actor=COMMAND, at=NOW)
    found = check_badges(conference, layout).findings
    assert "“Name of the person” leaves the badge." in found
    assert "“Office” and “Municipality or organisation” overlap." in found
    assert "The code is 14.0 mm wide; scanners need 20." in found


@pytest.mark.parametrize(
    ("css", "fault"),
    [
        (".qr { background: #555; }", "“Code” cannot be read on its ground."),
        (".qr { opacity: 0.15; }", "“Code” cannot be read on its ground."),
        (".name__first { color: #fff; }", "“Name of the person” cannot be read on its ground."),
        (".band { background: #eee; }", "“Word of the role” cannot be read on its ground."),
        (".band { left: -2mm; }", "“Band of the role” leaves the badge."),
        (".qr { left: 65mm; }", "“Code” stands less than 4 mm from the edge."),
        (
            ".arms { left: 62mm; top: 16mm; width: 12mm; height: 12mm; }",
            "“Arms of the municipality” and “Code” overlap.",
        ),
        (".mark { left: -1mm; }", "“Logo” leaves the badge."),
    ],
)
def test_a_design_is_at_fault_when_something_on_it_cannot_be_read(app: Flask, css: str, fault: str) -> None:
    layout = replace(require_layout("86x54"), look=Look(css=css))
    assert design_faults(layout, designs_for(layout, with_and_without_arms(example("usual"))).values()) == [fault]


def test_shipped_designs_have_no_fault_on_any_background(app: Flask) -> None:
    ground = io.BytesIO()
    Image.new("RGB", (40, 60), (217, 228, 240)).save(ground, "JPEG")
    for layout in {one.style: one for one in LAYOUTS.values()}.values():
        dressed_up = replace(layout, look=Look(background=ground.getvalue()))
        assert design_faults(dressed_up, designs_for(dressed_up, [example("usual")]).values()) == [], layout.name


@pytest.mark.parametrize("look", [Look(largest=90.0), Look(css=".name, .place { font-size: 283pt; }")])
def test_letters_larger_than_the_paper_push_no_text_off_it(app: Flask, look: Look) -> None:
    for name in ("a6-portrait", "90x55", "86x54"):
        layout = replace(require_layout(name), look=look)
        (design,) = designs_for(layout, [example("usual")]).values()
        assert [len(design.slots[slot].parts) for slot in ("name", "place")] == [2, 3], name


def test_badges_whose_look_cannot_be_read_are_printed_only_when_told_so_and_say_it(
    conference: Conference, printing: Printing, staff: Callable[[str], Any]
) -> None:
    make_delegate(conference, "D1")
    css = ".qr { background: #555; }"
    settle_css(conference=conference, style="a6-portrait", css=css, actor=COMMAND, at=NOW)
    with pytest.raises(Refusal, match="not printed: “Code” cannot be read"):
        printing()
    done, _pdf = printing(anyway=True)
    assert done.warnings == ["“Code” cannot be read on its ground."]
    url = f"/en/desk/c/{conference.slug}/badges/"
    refused = staff("desk").post(url, data={"scope": "all"})
    assert refused.status_code == 422
    assert "“Code” cannot be read on its ground." in refused.get_data(as_text=True)
    assert staff("desk").post(url, data={"scope": "all", "anyway": "y", "reason": "damaged"}).status_code == 303


def test_printing_stops_when_own_css_leaves_no_place_for_the_name(conference: Conference, printing: Printing) -> None:
    make_delegate(conference, "D1")
    settle_css(conference=conference, style="a6-portrait", css=".name { height: 0; }", actor=COMMAND, at=NOW)
    with pytest.raises(Refusal, match="no place for “Name of the person”"):
        printing()


def test_pictures_are_drawn_anew_and_no_pictures_are_refused(conference: Conference) -> None:
    set_badge_picture(conference=conference, kind="logo", content=arms(), actor=COMMAND, at=NOW)
    row = db.session.scalars(select(BadgePicture)).one()
    assert (row.kind, row.picture[:4], row.height) == ("logo", b"\x89PNG", 165)
    for wrong in (b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"%PDF-1.7"):
        with pytest.raises(Refusal):
            set_badge_picture(conference=conference, kind="background", content=wrong, actor=COMMAND, at=NOW)


def test_access_marks_stand_on_the_badges_of_role_delegation_and_person_and_make_them_out_of_date(
    conference: Conference, printing: Printing
) -> None:
    group = make_delegation(conference, conference.host)
    make_delegate(conference, "D1", role="press")
    make_delegate(conference, "D2", role="member", delegation_id=group.id)
    make_delegate(conference, "D3", role="member")
    make_delegate(conference, "D4", role="member")
    printing()
    details = MarkDetails("28.6", "star", "Первый день", "Erster Tag", roles=["press"], delegations=[group.id],
                          people=["D3"])  # fmt: skip
    settle_access_mark(conference=conference, details=details, actor=COMMAND, at=NOW)
    contents = {content.public_id: content for content in badge_contents(conference)}
    assert {number: [mark.code for mark in content.marks] for number, content in contents.items()} == {
        "D1": ["28.6"], "D2": ["28.6"], "D3": ["28.6"], "D4": []
    }  # fmt: skip
    why = why_anew(conference, list(contents.values()))
    assert why == {contents[number].delegate_id: Why.DATA for number in ("D1", "D2", "D3")}
    _, pdf = printing("80x50", scope="new")
    assert [word.text for word in words(pdf)].count("28.6") == 3


def test_access_marks_are_refused_when_they_could_be_taken_for_another(conference: Conference) -> None:
    def keep(code: str, shape: str, **more: Any) -> AccessMark:
        return settle_access_mark(conference=conference, details=MarkDetails(code, shape, "Зал", "Saal", **more),
                                  actor=COMMAND, at=NOW)  # fmt: skip

    mark = keep("A", "star")
    wrong = (("A", "bar", "code"), ("B", "star", "shape"), ("", "bar", "code"), ("B", "heart", "shape"),
             ("ABCDE", "bar", "code"))  # fmt: skip
    for code, shape, field in wrong:
        with pytest.raises(Refusal) as refused:
            keep(code, shape)
        assert refused.value.field == field
    for more in ({"people": ["X1"]}, {"roles": ["king"]}, {"delegations": [999]}):
        with pytest.raises(Refusal):
            keep("B", "bar", **more)
    details = MarkDetails("A", "star", "Зал", "Saal")
    assert settle_access_mark(conference=conference, details=details, mark=mark, actor=COMMAND, at=NOW).id == mark.id
    for code, shape in zip("BCDEF", ("bar", "circle", "square", "diamond", "triangle"), strict=True):
        keep(code, shape)
    with pytest.raises(Refusal, match="at most six"):
        keep("G", "spark")


def test_every_layout_has_a_strip_for_six_marks(app: Flask) -> None:
    assert set(STRIPS) == {layout.style for layout in LAYOUTS.values()}
    for layout in LAYOUTS.values():
        strip = STRIPS[layout.style]
        assert strip.left >= 4
        assert strip.left + strip.width <= layout.width - 4
        assert len(strip.places(6)) == 6


def test_arms_are_in_the_file_once_however_many_badges_bear_them(awkward: list[Any], printing: Printing) -> None:
    _, pdf = printing()
    with pikepdf.open(pdf) as opened:
        seen = {image.objgen for page in opened.pages for image in page.get_images().values()}
    assert len(seen) == 1


def test_shipped_design_needs_no_row(conference: Conference) -> None:
    assert look_of(conference, "a7") is PLAIN


def sides(page: str) -> list[Image.Image]:
    """The pictures of a badge on a page of the desk: front and back."""
    found = re.findall(r'<img src="data:image/png;base64,([^"]+)"', page)
    return [Image.open(io.BytesIO(b64decode(each))).convert("RGB") for each in found]


def test_page_shows_a_draft_before_it_is_kept_and_says_what_is_wrong_with_it(
    conference: Conference, staff: Callable[[str], Any]
) -> None:
    url = f"/en/desk/c/{conference.slug}/badges/design"
    client = staff("secretariat")
    front, back = sides(client.get(f"{url}?layout=a7").text)
    shown = client.post(f"{url}?layout=a7", data={"deed": "preview", "hidden": "office", "example": "long"})
    draft, same = sides(shown.text)
    assert (shown.status_code, look_of(conference, "a7")) == (200, PLAIN)
    assert {one.size for one in (front, back, draft, same)} == {(559, 794)}  # 74 × 105 mm, 192 dots per inch
    left, top, right, low = (edge / 192 * 25.4 for edge in ImageChops.difference(front, draft).getbbox() or ())
    assert 5 <= left < right <= 69  # the office stands there
    assert 53.4 <= top < low <= 60
    assert ImageChops.difference(back, same).getbbox() is None
    assert back.getcolors(10_000) != front.getcolors(10_000)
    wrong = client.post(f"{url}?layout=a7", data={"deed": "keep", "colour_press": "#FFFFFF"})
    assert (wrong.status_code, "White words cannot be read" in wrong.text, sides(wrong.text)) == (422, True, [])
    assert client.post(f"{url}?layout=a7", data={"deed": "keep", "hidden": "office"}).status_code == 303
    assert look_of(conference, "a7").hidden == {"office"}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_pictures_of_an_example_are_its_two_sides_upright_when_the_layout_is_any(
    conference: Conference, layout: str
) -> None:
    form = LAYOUTS[layout]
    drawn = example_pictures(conference, form, example("arabic"))
    assert [side.word for side in drawn] == ["Front side", "Back side"]
    for side in drawn:
        assert abs(side.width - form.width / 25.4 * 96) <= 1
        assert abs(side.height - form.height / 25.4 * 96) <= 1


@pytest.mark.parametrize("name", ["عبدالرحمن جوج الحججي الحجج", "محمد جوج الحجج عبد", "יעקב בן־גוריון לך קץ"])
@pytest.mark.parametrize("layout", ["a6-portrait", "a6-landscape", "90x55"])
def test_a_name_written_from_the_right_keeps_off_the_office_when_it_stands_alone(
    conference: Conference, layout: str, name: str
) -> None:
    def front(named: str) -> Image.Image:
        person = replace(example("arabic").person, own_name=named, badge_de=named, badge_ru="", passport_name="")
        content = badge_content(person)
        side = example_pictures(conference, LAYOUTS[layout], content)[0]
        return Image.open(io.BytesIO(b64decode(side.url.partition(",")[2]))).convert("L")

    (design,) = designs_for(LAYOUTS[layout], [example("arabic")]).values()
    box = design.slots["name"].box
    _left, top, _right, low = (
        edge / 192 * 72 for edge in ImageChops.difference(front(name), front("-")).getbbox() or (0, 0, 0, 0)
    )
    assert box.y - 2 <= top < low <= box.y + box.height + 2


def test_own_css_is_for_organisers_alone_and_is_seen_before_it_is_kept(
    conference: Conference, staff: Callable[[str], Any]
) -> None:
    url = f"/en/desk/c/{conference.slug}/badges/design"
    css = {"css": ".name { color: #123456; }", "deed": "preview"}
    assert staff("secretariat").post(f"{url}/css", data=css).status_code == 403
    organiser = staff("organiser")
    front, back = sides(organiser.post(f"{url}/css", data=css).text)
    inked = (0x12, 0x34, 0x56)
    assert [inked in {colour for _count, colour in side.getcolors(100_000)} for side in (front, back)] == [True, False]
    refused = organiser.post(f"{url}/css", data={"css": "a\n{", "deed": "keep"})
    assert (refused.status_code, "Line 1:" in refused.text) == (422, True)
    exchanged = organiser.post(f"{url}/css", data={**css, "css": "a\n{"}, headers={"HX-Request": "true"})
    look = exchanged.text.partition('<div id="look"')[2].partition("</form>")[0].partition("<form")[0]
    assert (exchanged.status_code, "Line 1:" in look) == (200, True)  # where the look alone is exchanged, it says so
    assert organiser.post(f"{url}/css", data={**css, "deed": "keep"}).status_code == 303
    assert look_of(conference, "a6-portrait").css == css["css"]


def test_marks_are_kept_and_forgotten_on_their_page(conference: Conference, staff: Callable[[str], Any]) -> None:
    url = f"/en/desk/c/{conference.slug}/badges/access"
    client = staff("secretariat")
    given = {"code": "A", "shape": "star", "word_ru": "Зал", "word_de": "Saal", "roles": ["press", "head"]}
    assert client.post(url, data=given).status_code == 303
    row = db.session.scalars(select(AccessMark)).one()
    assert (row.code, sorted(row.roles)) == ("A", ["head", "press"])
    assert client.post(url, data={**given, "shape": "bar"}).status_code == 422
    assert client.post(f"{url}?mark={row.id}", data={**given, "code": "B"}).status_code == 303
    assert ">B</a>" in client.get(url).text
    assert staff("desk").get(url).status_code == 403
    assert client.post(f"{url}/{row.id}/forget").status_code == 303
    assert db.session.scalars(select(AccessMark)).all() == []


@pytest.mark.parametrize("layout", sorted({one.style: one.name for one in LAYOUTS.values()}.values()))
def test_badge_of_every_design_bears_five_languages_and_the_interpretation(app: Flask, layout: str) -> None:
    person = replace(example("usual").person, spoken="ru;de;en;fr;it", interpretation="de>ru")
    typesetter = Typesetter(require_layout(layout), {"ru": "Конференция", "de": "Konferenz"})
    (badge,) = typesetter.set([badge_content(person)])
    said = " ".join(line.text for line in badge.slots["speaks"].lines)
    assert [code for code in ("RU", "DE", "EN", "FR", "IT", "DE › RU") if code not in said] == []
    assert badge.slots["speaks"].size >= 8


def test_badge_says_when_languages_or_a_second_office_have_no_room(app: Flask) -> None:
    every = "ru;de;en;fr;it;es;pl;uk;tr;hy;ka;el;nl;sv;fi;da;cs;hu;ro;bg;sr;hr"
    office = "Bürgermeister; Präsident des Verbandes der Gemeinden und Städte, Vorsitzender des Ausschusses für Kultur"
    person = replace(example("usual").person, spoken=every, office=office)
    typesetter = Typesetter(require_layout("80x50"), {"ru": "Конференция", "de": "Konferenz"})
    (badge,) = typesetter.set([badge_content(person)])
    assert {f"{person.public_id}: not all languages have room on the badge.",
            f"{person.public_id}: only the first office is printed."} <= set(typesetter.warnings)  # fmt: skip
    assert [line.text for line in badge.slots["office"].lines] == ["Bürgermeister"]
