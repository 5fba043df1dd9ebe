"""The arms of municipalities as badges bear them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable

from sqlalchemy import select

from app.database import db
from app.directory.models import MunicipalArms
from app.printing.press.emblem import Emblem

_KEPT: OrderedDict[str, Emblem] = OrderedDict()
_MOST = 256


def emblems(signs: Iterable[str]) -> dict[str, Emblem]:
    """The arms with these SHA-256; those that are gone are left out. At most one query."""
    wanted = {sign for sign in signs if sign}
    found = {sign: kept for sign in wanted if (kept := _KEPT.get(sign)) is not None}
    lacking = wanted - found.keys()
    if lacking:
        question = select(MunicipalArms.sha256, MunicipalArms.picture).where(MunicipalArms.sha256.in_(lacking))
        for sign, picture in db.session.execute(question):
            found[sign] = _KEPT[sign] = Emblem.of(picture)
        while len(_KEPT) > _MOST:
            _KEPT.popitem(last=False)
    return found
