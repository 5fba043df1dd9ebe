"""What a person should know about a badge before it is handed out."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from app.i18n import number
from app.printing.press.fitting import Fitted
from app.printing.rules.boxes import slot_word


def fitting_warnings(public_id: str, slots: Mapping[str, Fitted]) -> list[LazyString]:
    """What a person should know about how the texts could be set; of the title, the same for all, without a name."""
    found = []
    for name, fitted in slots.items():
        if fitted.cut_text:
            if name.startswith("title"):
                found.append(_l("“%(field)s” does not fit and was cut.", field=slot_word(name)))
            else:
                found.append(_l("%(id)s: “%(field)s” does not fit and was cut.", id=public_id, field=slot_word(name)))
        elif fitted.too_small:
            size = number(fitted.size)
            if name == "name":
                found.append(_l("%(id)s: the name had to be set in %(size)s points.", id=public_id, size=size))
            elif name.startswith("title"):
                found.append(_l("“%(field)s” had to be set in %(size)s points.", field=slot_word(name), size=size))
            else:
                found.append(_l("%(id)s: “%(field)s” had to be set in %(size)s points.", id=public_id,
                                field=slot_word(name), size=size))  # fmt: skip
        if name == "name" and fitted.cut_word and not fitted.cut_text:
            found.append(_l("%(id)s: the name had to be broken inside a word.", id=public_id))
    return found


LEAST_DPI = 200  # dots per inch under which a printed portrait looks coarse


def photo_warning(public_id: str, dots: int | None, *, wide: float, sent: bool = False) -> LazyString | None:
    """What a person should know about a portrait of ``dots`` across on ``wide`` millimetres; None: there is none,
    or it was ``sent`` and is lost."""
    if dots is None and sent:
        return _l("%(id)s: the photograph is lost; its file is not in the data folder.", id=public_id)
    if dots is None:
        return _l("%(id)s: there is no photograph.", id=public_id)
    dense = round(dots / wide * 25.4)
    if dense >= LEAST_DPI:
        return None
    return _l("%(id)s: the photograph is coarse (%(dots)s dots per inch).", id=public_id, dots=dense)
