"""Letter -> bytes. WeasyPrint is imported inside: it costs half a second."""

from __future__ import annotations

import hashlib
import logging
import os
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import lru_cache
from itertools import islice
from multiprocessing import parent_process
from multiprocessing.connection import wait
from multiprocessing.context import SpawnContext, SpawnProcess
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any, Final, Self
from urllib.parse import unquote, urlsplit

from invitations.layout import document
from invitations.layout.document import elements_style, style_of
from invitations.letter import Letter
from invitations.passages import mark_passages
from invitations.pictures import Picture
from invitations.setting.setter import Setter, TwoPages

log = logging.getLogger("ratusha.letters")

_VARIANT: Final = "pdf/ua-1"
_FACES: Final = {
    "PT Serif": "PT_Serif-Web",
    "PT Sans": "PT_Sans-Web",
}
_CUTS: Final = (
    ("Regular", "normal", "normal"),
    ("Bold", "bold", "normal"),
    ("Italic", "normal", "italic"),
    ("BoldItalic", "bold", "italic"),
)
# Where a name needs a script the two families lack.
_OTHERS: Final = {
    "Noto Sans": "NotoSans",
    "Noto Sans Arabic": "NotoSansArabic",
    "Noto Sans Armenian": "NotoSansArmenian",
    "Noto Sans Georgian": "NotoSansGeorgian",
    "Noto Sans Hebrew": "NotoSansHebrew",
}
# Letters given to a process of the press at a time.
_TOGETHER: Final = 5
# Letters laid out before the collector of cycles looks at what they left; only in processes of the press.
_LETTERS_BEFORE_SWEEP: Final = 100
# Style sheets of a composer that is kept; one that had more makes room for a new one.
_SHEETS_KEPT: Final = 40


def _face(path: Path, family: str, weight: str, slope: str) -> str:
    if not path.is_file():
        return ""
    return (
        f'@font-face{{font-family:"{family}";src:url("{path.resolve().as_uri()}");'
        f"font-weight:{weight};font-style:{slope}}}"
    )


@lru_cache(maxsize=8)
def _faces(fonts: Path) -> str:
    """@font-face rules for the fonts found in the folder; none when it does not exist."""
    return "".join(
        _face(fonts / f"{stem}-{cut}.ttf", family, weight, slope)
        for family, stem in _FACES.items()
        for cut, weight, slope in _CUTS
    )


@lru_cache(maxsize=8)
def _other_faces(fonts: Path) -> str:
    """The same for the fonts of other scripts."""
    return "".join(
        _face(fonts / f"{stem}-{cut}.ttf", family, weight, slope)
        for family, stem in _OTHERS.items()
        for cut, weight, slope in _CUTS[:2]
    )


@lru_cache(maxsize=8)
def _covered(fonts: Path) -> frozenset[str] | None:
    """The signs both families have; None when the folder has not got them."""
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    found: set[int] | None = None
    for stem in _FACES.values():
        path = fonts / f"{stem}-Regular.ttf"
        if not path.is_file():
            return None
        with TTFont(path, lazy=True) as font:
            signs = set(font.getBestCmap())
        found = signs if found is None else found & signs
    return frozenset(map(chr, found or ())) | {"\n"}


def fetcher(fonts: Path, pictures: Iterable[Picture] = ()) -> Any:
    """A fetcher that knows embedded data, the fonts of the folder, the letter's own pictures, and nothing else."""
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    allowed = fonts.resolve()

    class Fetcher(URLFetcher):  # type: ignore[misc]
        owned: dict[str, Picture]

        def fetch(self, url: str, headers: Any = None) -> Any:
            if url.startswith("data:"):
                return super().fetch(url, headers)
            picture = self.owned.get(url)
            if picture is not None:
                return URLFetcherResponse(url, picture.data, {"Content-Type": picture.media_type})
            parts = urlsplit(url)
            path = Path(unquote(parts.path)).resolve()
            if parts.scheme == "file" and not parts.netloc and path.parent == allowed and path.suffix == ".ttf":
                return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": "font/ttf"})
            raise FatalURLFetchingError(f"letters load nothing from elsewhere: {url}")

    made = Fetcher(allowed_protocols=("data",))
    made.owned = {picture.url: picture for picture in pictures}
    return made


def _pictures(letter: Letter) -> tuple[Picture, ...]:
    return tuple(picture for picture in (letter.letterhead.logo, letter.facsimile) if picture is not None)


class Composer:
    """Lays letters out one by one with one set of fonts and every style sheet read once."""

    def __init__(self, fonts: Path) -> None:
        from weasyprint import CSS, HTML
        from weasyprint.text.fonts import FontConfiguration

        mark_passages()
        elements = CSS(string=elements_style())

        class Sheet(HTML):  # type: ignore[misc]
            """A page whose elements have the rules a letter needs; a hook that went away would only cost time."""

            def _ua_stylesheets(self, *_asked: Any) -> list[Any]:
                return [elements]

        self._source = Sheet
        self._fonts = fonts
        self._config = FontConfiguration()
        self._fetch = fetcher(fonts)
        self._sheets: dict[str, Any] = {}
        self._expected: dict[int, str] = {}  # the documents of letters about to be set
        self._setter = Setter(self._render, self._named_sheet)

    def serves(self, fonts: Path) -> bool:
        """Whether it is worth keeping for more letters in these fonts."""
        return self._fonts == fonts and len(self._sheets) <= _SHEETS_KEPT

    def _named_sheet(self, letter: Letter, html: str, tight: bool) -> tuple[str, Any]:
        """The style sheet, and what tells it from the others this composer keeps."""
        sheet = self._sheet(letter, html, tight=tight)
        return str(id(sheet)), sheet

    def _sheet(self, letter: Letter, html: str, *, tight: bool) -> Any:
        from weasyprint import CSS

        covered = _covered(self._fonts)
        strange = covered is not None and not covered.issuperset(html)
        faces = _faces(self._fonts) + (_other_faces(self._fonts) if strange else "")
        style = style_of(letter, faces, others=tuple(_OTHERS) if strange else (), tight=tight)
        sheet = self._sheets.get(style)
        if sheet is None:
            sheet = CSS(string=style, font_config=self._config, url_fetcher=self._fetch)
            self._sheets[style] = sheet
        return sheet

    def _laid_out(self, letter: Letter, *, one_sheet: bool, tight: bool = False) -> Any:
        html = document(letter, "", one_sheet=one_sheet, style="")
        return self._render(html, [self._sheet(letter, html, tight=tight)])

    def _render(self, html: str, sheets: list[Any]) -> Any:
        source = self._source(string=html, url_fetcher=self._fetch)
        return source.render(stylesheets=sheets, font_config=self._config, pdf_variant=_VARIANT)

    def set_among_many(self, letter: Letter) -> bytes:
        """The same page as :meth:`set` makes, sooner when letters like it were set before.

        The file is another: its fonts hold a fixed alphabet. Its bytes depend on the letter alone. A letter of two
        pages, or with signs beyond the alphabet, is set by itself.
        """
        self._fetch.owned = {picture.url: picture for picture in _pictures(letter)}
        html = self._expected.pop(id(letter), None) or document(letter, "", one_sheet=True, style="")
        for tight in (False, True):
            try:
                made = self._setter.file(letter, html, tight=tight)
            except TwoPages:
                continue
            except Exception as reason:  # WeasyPrint's insides are used; whatever they do, the letter is made
                log.warning("a letter is laid out as a whole", exc_info=reason)
                made = None
            return made if made is not None else self.set(letter)
        return self._written(letter, self._laid_out(letter, one_sheet=False))

    def expect(self, letters: Sequence[Letter]) -> None:
        """Lay out together what these letters hold; :meth:`set_among_many` then makes the same files sooner.

        A letter at which this fails says so when it is set.
        """
        self._expected = {}
        try:
            self._fetch.owned = {picture.url: picture for letter in letters for picture in _pictures(letter)}
            for letter in letters:
                self._expected[id(letter)] = document(letter, "", one_sheet=True, style="")
            self._setter.expect([(letter, self._expected[id(letter)]) for letter in letters])
        except Exception as reason:  # as above
            log.debug("letters are laid out one by one", exc_info=reason)

    def set(self, letter: Letter) -> bytes:
        """One letter as a tagged PDF; before it takes a second sheet, its blocks are set a little closer."""
        self._fetch.owned = {picture.url: picture for picture in _pictures(letter)}
        made = self._laid_out(letter, one_sheet=True)
        if len(made.pages) > 1:
            made = self._laid_out(letter, one_sheet=True, tight=True)
        if len(made.pages) > 1:
            made = self._laid_out(letter, one_sheet=False)
        return self._written(letter, made)

    def _written(self, letter: Letter, made: Any) -> bytes:
        identity = hashlib.sha256(repr(letter).encode()).digest()[:16]
        pdf: bytes = made.write_pdf(pdf_identifier=identity, pdf_variant=_VARIANT)
        return pdf


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
