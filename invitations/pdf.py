"""Letter -> bytes: one at once, or many by a press of several processes."""

from __future__ import annotations

import os
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import islice
from multiprocessing import parent_process
from multiprocessing.connection import wait
from multiprocessing.context import SpawnContext, SpawnProcess
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any, Final, Self

from invitations.composer import Composer
from invitations.letter import Letter

# Letters given to a process of the press at a time.
_TOGETHER: Final = 5
# Letters laid out before the collector of cycles looks at what they left; only in processes of the press.
_LETTERS_BEFORE_SWEEP: Final = 100

_spare: Final[deque[Composer]] = deque(maxlen=1)  # nobody uses it now; what it knows spares most of the work


@contextmanager
def _composing(fonts: Path) -> Iterator[Composer]:
    """A composer for this thread alone: the one that set letters before, or a new one while others have that."""
    try:
        composer = _spare.pop()
    except IndexError:
        composer = Composer(fonts)
    if not composer.serves(fonts):
        composer = Composer(fonts)
    yield composer
    _spare.append(composer)


def forget() -> None:
    """Let go of what was kept of the letters this process set; the next one takes longer and has the same bytes."""
    _spare.clear()


# What is done to a page in the process that made it, such as signing.
Finish = Callable[[Letter, bytes], Any]

_composer: Composer | None = None  # of a process of the press
_since_sweep = 0


def _begin(fonts: Path) -> None:
    global _composer
    import gc
    import signal

    os.nice(5)  # people who ask for a page come first
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that keeps the press says when it ends
    threading.Thread(target=_end_with_keeper, daemon=True).start()
    _composer = Composer(fonts)
    gc.collect()
    gc.freeze()
    gc.disable()


def _end_with_keeper() -> None:
    """End when the process that keeps the press was killed: nobody else would say so."""
    keeper = parent_process()
    if keeper is not None:
        wait([keeper.sentinel])
        os._exit(1)


def _made(composer: Composer, letters: Sequence[Letter], finish: Finish | None) -> list[Any]:
    composer.expect(letters)
    made: list[Any] = []
    for letter in letters:
        try:
            page = composer.set_among_many(letter)
            made.append(page if finish is None else finish(letter, page))
        except Exception as reason:
            made.append(reason)
    return made


def _set_some(letters: Sequence[Letter], finish: Finish | None) -> list[Any]:
    global _since_sweep
    import gc

    if _composer is None:
        raise RuntimeError("the press has not begun")
    _since_sweep += len(letters)
    if _since_sweep >= _LETTERS_BEFORE_SWEEP:
        _since_sweep = 0
        gc.collect()
    return _made(_composer, letters, finish)


class _Process(SpawnProcess):
    """A process that does not run the program of its parent over again, as spawning does: it only lays out letters."""

    @staticmethod
    def _Popen(process_obj: Any) -> Any:  # multiprocessing's name
        program = sys.modules["__main__"]
        sys.modules["__main__"] = ModuleType("__main__")
        try:
            return SpawnProcess._Popen(process_obj)
        finally:
            sys.modules["__main__"] = program


class _Context(SpawnContext):
    Process = _Process


class Coming:
    """Pages being made. :meth:`pages` waits for them."""

    def __init__(self, parts: Sequence[Future[list[Any]]]) -> None:
        self._parts = parts

    def pages(self) -> list[Any]:
        """The file of each letter in order, or what it was finished to; an exception where it could not be made.

        :raises BrokenProcessPool: when a process of the press was killed; the press begins anew with the next letters.
        """
        return [made for part in self._parts for made in part.result()]

    def drop(self) -> None:
        """Nobody waits for them any more."""
        for part in self._parts:
            part.cancel()


class Press:
    """Many letters, laid out by one process or several; use it as a context and keep it while letters come.

    What letters share is laid out once, each file is put together of what its letter says alone: it can hold nothing
    of another addressee. The same letter gives the same bytes whatever stands before it and whoever lays it out, and
    the same page as :func:`render` gives, whose file has other fonts.
    """

    def __init__(self, *, fonts: Path, processes: int = 1) -> None:
        if processes < 1:
            raise ValueError("a press has at least one process")
        self._fonts = fonts
        self._processes = processes
        self._begun = False
        self._pool: ProcessPoolExecutor | None = None
        self._opening = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, reason: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def is_open(self) -> bool:
        """Whether it has begun to lay out letters."""
        return self._pool is not None or self._begun

    def close(self) -> None:
        """End the processes; the press may be used again."""
        with self._opening:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(cancel_futures=True)

    def begin(self, letters: Sequence[Letter], finish: Finish | None = None) -> Coming:
        """Begin to lay out letters; with one process they are ready when this returns.

        :param finish: done to each page in the process that made it; to be pickled when there are several.
        """
        if self._processes == 1:
            self._begun = True
            done: Future[list[Any]] = Future()
            with _composing(self._fonts) as composer:
                done.set_result(
                    [made for part in batched(letters, _TOGETHER) for made in _made(composer, part, finish)]
                )
            return Coming([done])
        parts = batched(letters, _TOGETHER)
        try:
            pool = self._opened()
            return Coming([pool.submit(_set_some, part, finish) for part in parts])
        except BrokenProcessPool:
            self.close()
            pool = self._opened()
            return Coming([pool.submit(_set_some, part, finish) for part in batched(letters, _TOGETHER)])

    def _opened(self) -> ProcessPoolExecutor:
        with self._opening:
            if self._pool is None:
                self._pool = ProcessPoolExecutor(
                    self._processes, mp_context=_Context(), initializer=_begin, initargs=(self._fonts,)
                )
            return self._pool

    def each(self, letters: Iterable[Letter]) -> Iterator[bytes]:
        """The letters' files in order, each as soon as it is ready.

        A letter that cannot be laid out raises at its place.
        """
        waiting: deque[Coming] = deque()
        for part in batched(letters, _TOGETHER):
            waiting.append(self.begin(part))
            if len(waiting) > 2 * self._processes or self._processes == 1:
                yield from _or_raise(waiting.popleft())
        while waiting:
            yield from _or_raise(waiting.popleft())


def _or_raise(coming: Coming) -> Iterator[bytes]:
    for made in coming.pages():
        if isinstance(made, Exception):
            raise made
        yield made


def batched(letters: Iterable[Letter], size: int) -> Iterator[tuple[Letter, ...]]:
    """The letters in parts of ``size``."""
    going = iter(letters)
    while part := tuple(islice(going, size)):
        yield part


def render(letter: Letter, *, fonts: Path) -> bytes:
    """The letter as a tagged PDF (PDF/UA-1) in its language; the same letter gives the same bytes.

    ``fonts`` is a folder with PT Serif and PT Sans as TrueType files; without them the system's serif is used.
    """
    with _composing(fonts) as composer:
        return composer.set(letter)


def render_many(letters: Iterable[Letter], *, fonts: Path, processes: int = 1) -> list[bytes]:
    """Many letters, one file each, sharing what can be shared; see :class:`Press` for a press that is kept."""
    with Press(fonts=fonts, processes=processes) as press:
        return list(press.each(letters))
