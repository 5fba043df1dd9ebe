"""What people type as an amount."""

from __future__ import annotations

import pytest

from app.errors import Refusal
from app.format_switch.rules import cost_of


@pytest.mark.parametrize(
    ("typed", "hundredths"),
    [
        ("12.500,50", 1250050), ("12 500,50", 1250050), ("12\u00a0500,50", 1250050), ("12,500.50", 1250050),
        ("12\u2019500.50", 1250050), ("12.500", 1250000), ("1,234,567.8", 123456780), ("1.234.567", 123456700),
        ("12.50", 1250), ("12,5", 1250), ("1200", 120000), ("\u22121.200,00", -120000),
    ],
)  # fmt: skip
def test_amount_is_understood_when_it_is_written_as_in_one_of_the_countries(typed: str, hundredths: int) -> None:
    cost = cost_of("Studio", typed, "EUR", field="cost-0")
    assert cost is not None
    assert cost.hundredths == hundredths


@pytest.mark.parametrize("typed", ["viel", "1,2,3", "12.500.50", "1.2500,50", "12,500,50", "1.", ",5", "1200.500,5"])
def test_amount_is_refused_when_nobody_could_know_how_much_is_meant(typed: str) -> None:
    with pytest.raises(Refusal) as refused:
        cost_of("Studio", typed, "EUR", field="cost-0")
    assert refused.value.field == "cost-0_amount"
