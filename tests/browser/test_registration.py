"""A delegate registers alone on a phone, by keys, in each language, with and without scripts."""

from __future__ import annotations

import pytest

from tests.browser.checks import accessibility_violations, fits_the_width
from tests.browser.conftest import OpenPage

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("language", "scripts"), [("ru", True), ("de", False), ("en", True)])
def test_delegate_registers_when_the_form_is_filled_by_keys(open_page: OpenPage, language: str, scripts: bool) -> None:
    page = open_page(f"/{language}/c/xvi-kaluga-2021/register", language=language, width=360, scripts=scripts)
    page.focus("input[name=last]")
    page.keyboard.type("Вебер" if language == "ru" else "Weber")
    page.focus("input[name=email]")
    page.keyboard.type("not an address")
    page.keyboard.press("Enter")
    page.wait_for_selector("[role=alert] a")
    assert page.locator("[role=alert] a").count() == 2  # the address and the consent
    if scripts:
        assert accessibility_violations(page) == []
    page.fill("input[name=email]", f"{language}.weber@suhl.example")
    page.focus("input[name=consent_processing]")
    page.keyboard.press("Space")
    page.focus("main form button[type=submit]")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{language}/delegate/*")
    assert page.locator("h1").inner_text() in {"Вебер", "Weber"}
    assert fits_the_width(page)
    assert page.locator("svg").count() > 0
