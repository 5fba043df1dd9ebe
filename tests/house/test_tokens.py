"""Tokens of links on paper."""

from __future__ import annotations

from app.tokens import LENGTH, SIGNS, paper_token


def test_paper_tokens_are_readable_and_differ_when_many_are_made() -> None:
    made = [paper_token() for _ in range(200)]
    assert len(set(made)) == 200
    assert {len(token) for token in made} == {LENGTH}
    assert set("".join(made)) <= set(SIGNS)
    assert not set("".join(made)) & set("01ilo-_")
    assert all(token[0].isalpha() for token in made)
