"""Rate limits kept in memory."""

from __future__ import annotations

import time

import pytest
from limits import RateLimitItemPerSecond, parse
from limits.strategies import MovingWindowRateLimiter

from app import rate_counts
from app.rate_counts import CalmMemoryStorage

ONE_DATABASE = True


def test_hit_is_refused_when_the_limit_is_reached() -> None:
    limiter = MovingWindowRateLimiter(CalmMemoryStorage())
    assert [limiter.hit(parse("2 per minute"), "someone") for _ in range(3)] == [True, True, False]


def test_hit_is_let_through_when_the_window_is_over_and_nothing_was_swept() -> None:
    limiter = MovingWindowRateLimiter(CalmMemoryStorage())
    once = RateLimitItemPerSecond(1)
    assert [limiter.hit(once, "someone"), limiter.hit(once, "someone")] == [True, False]
    time.sleep(1.05)
    assert limiter.hit(once, "someone")


def test_counts_of_others_are_not_looked_through_when_a_crowd_comes() -> None:
    storage = CalmMemoryStorage()
    limiter = MovingWindowRateLimiter(storage)
    storage.timer.join()
    limiter.hit(parse("2 per minute"), "first")
    sweeper = storage.timer
    for number in range(200):
        limiter.hit(parse("2 per minute"), f"address {number}")
    assert storage.timer is sweeper


def test_what_is_over_is_forgotten_when_it_is_time_to_sweep(monkeypatch: pytest.MonkeyPatch) -> None:
    storage = CalmMemoryStorage()
    limiter = MovingWindowRateLimiter(storage)
    storage.timer.join()
    limiter.hit(RateLimitItemPerSecond(1), "first")
    time.sleep(1.05)
    monkeypatch.setattr(rate_counts, "SWEEP_EVERY", 0.0)
    limiter.hit(parse("1 per minute"), "second")
    storage.timer.join()
    assert [key for key, entries in storage.events.items() if entries] == ["LIMITER/second/1/1/minute"]
