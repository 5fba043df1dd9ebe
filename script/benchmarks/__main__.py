"""The runner behind ``script/bench``."""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from script.benchmarks import CASES, NAMES

LEAST_RUNS = 3
_USUAL = ("case", "items", "median_s", "items_per_s", "peak_mb", "runs")


def _available() -> list[str]:
    return [name for name in NAMES if find_spec(f"script.benchmarks.{name}") is not None]


def _forget_peak() -> None:
    """Let the peak begin anew, so that it does not count what setting the scene took for a moment."""
    if sys.platform == "linux":
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def _largest_child() -> int:
    """The most memory a child held that has ended. A child begins as a copy of its parent: what libraries ask the
    system by one while the scene is set counts as much as the whole process.
    """
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss


def _peak_mb(before: int) -> float:
    """The most memory this process held since, and its largest child that ended since it was ``before``."""
    own = float(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    if sys.platform == "linux":
        status = Path("/proc/self/status").read_text(encoding="ascii")
        own = next(float(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:"))
    child = _largest_child()
    return (own + (child if child > before else 0)) / 1024


def measure(name: str, case_name: str, runs: int) -> dict[str, Any]:
    """Run one case in this process."""
    import_module(f"script.benchmarks.{name}")
    case = CASES[name][case_name]
    runs = 1 if case.long else runs
    seconds: list[float] = []
    told: list[dict[str, float]] = []
    with case.scene() as work:
        _forget_peak()
        before = _largest_child()
        for _ in range(runs):
            start = time.perf_counter()
            facts = work()
            took = time.perf_counter() - start
            facts = dict(facts) if isinstance(facts, dict) else {}
            seconds.append(facts.pop("seconds", took))
            told.append(facts)
        peak = _peak_mb(before)
    median = statistics.median(seconds)
    return {
        "case": case.name,
        "items": case.items,
        "median_s": round(median, 4),
        "items_per_s": round(case.items / median, 1),
        "peak_mb": round(peak, 1),
        "runs": runs,
        **{name: round(statistics.median(facts[name] for facts in told), 2) for name in told[0]},
    }


def _measure_apart(name: str, case_name: str, runs: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "script.benchmarks", "--one", name, case_name, "--runs", str(runs)]
    reader, writer = os.pipe()  # apart from standard output, where a library might speak
    with os.fdopen(reader, encoding="utf-8") as answer:
        child = subprocess.Popen([*command, "--answer", str(writer)], pass_fds=[writer], stdout=sys.stderr)
        os.close(writer)
        text = answer.read()
    if child.wait() or not text:
        sys.exit(f"script/bench: {name}, case {case_name}: ended with status {child.returncode}")
    result: dict[str, Any] = json.loads(text)
    return result


def _line(result: dict[str, Any]) -> str:
    return (
        f"  {result['case']:<14} {result['items']:>7} items  {result['median_s']:>9.3f} s  "
        f"{result['items_per_s']:>9.1f} items/s  {result['peak_mb']:>7.1f} MB  ({result['runs']} runs)"
        + "".join(f"  {name} {value}" for name, value in result.items() if name not in _USUAL)
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the named benchmarks, or all."""
    parser = argparse.ArgumentParser(
        prog="script/bench", description="Median of the runs, items per second and peak memory of each case."
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(NAMES))
    parser.add_argument("--json", action="store_true", help="one JSON value on standard output")
    parser.add_argument("--runs", type=int, default=LEAST_RUNS, help=f"of each case, at least {LEAST_RUNS}")
    parser.add_argument("--long", action="store_true", help="also the cases that take minutes, once each")
    parser.add_argument("--one", nargs=2, metavar=("NAME", "CASE"), help=argparse.SUPPRESS)
    parser.add_argument("--answer", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    runs = max(given.runs, LEAST_RUNS)
    if given.one:
        with os.fdopen(given.answer, "w", encoding="utf-8") as answer:
            json.dump(measure(given.one[0], given.one[1], runs), answer)
        return 0

    available = _available()
    if unknown := [name for name in given.names if name not in available]:
        parser.error(f"no benchmark {', '.join(unknown)}; there are: {', '.join(available) or 'none yet'}")
    results: dict[str, list[dict[str, Any]]] = {}
    for name in given.names or available:
        import_module(f"script.benchmarks.{name}")
        if not given.json:
            print(name, flush=True)
        for case_name, case in CASES[name].items():
            if case.long and not given.long:
                continue
            result = _measure_apart(name, case_name, runs)
            results.setdefault(name, []).append(result)
            if not given.json:
                print(_line(result), flush=True)
    if given.json:
        print(json.dumps(results, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
