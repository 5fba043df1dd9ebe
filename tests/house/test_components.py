"""The components every page is made of: labels, hints and errors belong together; colours can be read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from wtforms import BooleanField, Form, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired

from app import create_app
from app.compile_catalogues import compile_catalogues
from config import load_settings

STYLESHEET = Path(__file__).parents[2] / "app" / "static" / "css" / "ratusha.css"


class Enquiry(Form):  # type: ignore[misc]  # WTForms is untyped
    name = StringField("Name", [DataRequired("Please give a name.")], description="As in the passport")
    languages = SelectMultipleField("Languages", choices=[SelectChoice("ru", "Russian"), SelectChoice("de", "German")])
    consent = BooleanField("Consent")


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    compile_catalogues()
    folder = tmp_path_factory.mktemp("components")
    return create_app(load_settings({"RATUSHA_DATA": str(folder), "RATUSHA_SECRET_KEY": "for components only"}))


@pytest.fixture(params=["en"])
def render(pages: Flask, request: pytest.FixtureRequest) -> Iterator[Any]:
    """Fill a template as a page of the given language and close up its white space."""

    def fill(source: str, **context: Any) -> str:
        text = pages.jinja_env.from_string(source).render(**context)
        return re.sub(r"\s+", " ", text).replace("> <", "><").strip()

    with pages.test_request_context(f"/{request.param}/"):
        yield fill


def _checked(**values: str) -> Enquiry:
    form = Enquiry(data=values)
    form.validate()
    return form


def test_field_ties_hint_and_error_to_the_control_when_it_is_wrong(render: Any) -> None:
    html = render("{% from 'components/forms.html' import field %}{{ field(form.name) }}", form=_checked())
    assert html == (
        '<div class="field field--medium field--wrong">'
        '<label class="field__label" for="name">Name <span class="field__must">required</span></label>'
        '<p class="field__hint" id="name-hint">As in the passport</p>'
        '<p class="field__error" id="name-error"><span class="visually-hidden">Error: </span>Please give a name.</p>'
        '<input aria-describedby="name-hint name-error" aria-invalid="true" id="name" name="name" required '
        'type="text" value=""></div>'
    )


def test_field_says_nothing_of_errors_when_another_message_is_asked_for(render: Any) -> None:
    html = render(
        "{% from 'components/forms.html' import field %}{{ field(form.name, hint='', error='') }}",
        form=_checked(),
    )
    assert "field__error" not in html
    assert "aria-describedby" not in html


def test_field_lists_checkboxes_with_ids_of_their_own_when_several_may_be_chosen(render: Any) -> None:
    form = Enquiry(data={"languages": ["de"]})
    html = render("{% from 'components/forms.html' import field %}{{ field(form.languages) }}", form=form)
    assert re.findall(r"<input[^>]*>", html) == [
        '<input type="checkbox" id="languages-0" name="languages" value="ru">',
        '<input type="checkbox" id="languages-1" name="languages" value="de" checked>',
    ]
    assert re.findall(r'<label for="([^"]*)">([^<]*)', html) == [
        ("languages-0", "Russian"),
        ("languages-1", "German"),
    ]


def test_error_summary_links_to_the_fields_when_a_form_is_refused(render: Any) -> None:
    html = render("{% from 'components/forms.html' import error_summary %}{{ error_summary(form) }}", form=_checked())
    assert re.findall(r'<a href="([^"]*)">([^<]*)</a>', html) == [("#name", "Name: Please give a name.")]
    assert 'role="alert"' in html


def test_error_summary_is_empty_when_nothing_hinders(render: Any) -> None:
    source = "{% from 'components/forms.html' import error_summary %}{{ error_summary(form) }}"
    assert render(source, form=_checked(name="Anna")) == ""


@pytest.mark.parametrize(
    ("render", "total", "expected"),
    [("ru", 1, "1 запись"), ("ru", 22, "22 записи"), ("ru", 2041, "2\xa0041 запись"), ("de", 1, "1 Eintrag"),
     ("de", 2041, "2.041 Einträge"), ("en", 2041, "2,041 entries")],
    indirect=["render"],
)  # fmt: skip
def test_pager_counts_the_entries_as_the_language_does_when_asked(render: Any, total: int, expected: str) -> None:
    page = SimpleNamespace(number=1, pages=1, total=total, previous_url=None, next_url=None)
    html = render("{% from 'components/tables.html' import pager %}{{ pager(page) }}", page=page)
    assert html.replace("\u202f", "\xa0") == f'<p class="pager__total">{expected.replace(chr(160), " ")}</p>'


@pytest.mark.parametrize(
    ("job", "asks_again"),
    [
        ({"done": 1, "total": 3, "label": "Letters", "url": "/job", "ended": False, "error": ""}, True),
        ({"done": 0, "total": 0, "label": "Letters", "url": "/job", "ended": False, "error": ""}, True),
        ({"done": 3, "total": 3, "label": "Letters", "url": "/job", "ended": True, "error": ""}, False),
        ({"done": 1, "total": 3, "label": "Letters", "url": "/job", "ended": True, "error": "No."}, False),
    ],
)
def test_progress_asks_again_only_when_the_work_goes_on(render: Any, job: dict[str, Any], asks_again: bool) -> None:
    html = render("{% from 'components/progress.html' import progress %}{{ progress(job) }}", job=job)
    assert ("hx-get" in html) is asks_again


def test_role_is_told_by_shape_and_word_when_the_code_is_unknown(render: Any) -> None:
    source = "{% from 'components/role.html' import role %}{{ role(code, 'Delegate') }}"
    assert render(source, code="unheard-of") == render(source, code="member")


def _tokens(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z-]+): (#[0-9A-F]{6});", block))


def _palettes() -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    css = STYLESHEET.read_text("utf-8")
    light = _tokens(css[css.index(":root {") : css.index("@media (prefers-color-scheme: dark)")])
    by_device = _tokens(css[css.index("@media (prefers-color-scheme: dark)") :].split("} }", 1)[0])
    by_choice = _tokens(css[css.index(':root[data-theme="dark"] {') :].split("}", 1)[0])
    return light, by_device, by_choice


def _luminance(colour: str) -> float:
    parts = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_dark_colours_are_the_same_when_the_device_or_the_reader_chooses_them() -> None:
    _, by_device, by_choice = _palettes()
    assert by_device == by_choice
    assert len(by_device) == 11


@pytest.mark.parametrize("palette", [0, 1], ids=["light", "dark"])
def test_every_colour_of_text_can_be_read_when_it_stands_on_paper(palette: int) -> None:
    """WCAG 2.2, 1.4.3: at least 4.5 to 1."""
    colours = _palettes()[palette]
    pairs = [(text, ground) for text in ("ink", "soft", "verdigris", "brick", "gold", "moss", "sky")
             for ground in ("paper", "raised")]  # fmt: skip
    pairs += [("on-accent", "verdigris"), ("on-accent", "brick")]
    assert [pair for pair in pairs if _contrast(colours[pair[0]], colours[pair[1]]) < 4.5] == []
