"""The run of show of the demo's signing of agreements."""

from __future__ import annotations

from datetime import datetime

from app.history.rules import COMMAND
from app.programme.models import ProgrammeSession
from app.programme.operations.run_of_show import set_run
from app.programme.queries.run_of_show import sign_of_run
from app.programme.rules.papers import Step

SIGNING = "K19"
_PROTOCOL, _TECHNICIANS, _HOST = "Протокол / Protokoll", "Техники / Technik", "Ведущий / Moderation"
_STEPS = (
    Step(20, "Проверка звука и перевода; флаги, папки и ручки на столе",
         "Ton- und Dolmetschprobe; Flaggen, Mappen und Stifte auf dem Tisch", _PROTOCOL,
         "Кабина: каналы 1 и 2 / Kabine: Kanäle 1 und 2", before=True),
    Step(10, "Гости занимают места, подписывающие ждут у сцены",
         "Gäste nehmen Platz, die Unterzeichnenden warten an der Bühne", _PROTOCOL, "Музыка тихо / Musik leise",
         before=True),
    Step(5, "Открытие, приветствие обеих делегаций", "Eröffnung, Begrüßung beider Delegationen", _HOST,
         "Музыка стоп, микрофон 1 / Musik aus, Mikrofon 1"),
    Step(5, "Оглашение документов", "Verlesung der Dokumente", _HOST, "Экран: тексты / Leinwand: Texte"),
    Step(10, "Подписание Программы сотрудничества на 2018–2020 годы",
         "Unterzeichnung des Programms der Zusammenarbeit 2018–2020", "Краснодар, Karlsruhe",
         "Свет на стол / Licht auf den Tisch"),
    Step(10, "Подписание Соглашения о школьных обменах", "Unterzeichnung der Vereinbarung über Schüleraustausch",
         "Краснодар, Karlsruhe"),
    Step(5, "Обмен папками, рукопожатие", "Austausch der Mappen, Händedruck", _PROTOCOL,
         "Фанфары, фотографы к столу / Fanfare, Fotografen an den Tisch"),
    Step(10, "Слово сторон, общая фотография, приглашение к бокалу",
         "Worte beider Seiten, gemeinsames Foto, Einladung zum Umtrunk", _HOST, "Свет в зал / Saallicht"),
)  # fmt: skip


def write_run(session: ProgrammeSession, *, at: datetime) -> None:
    """Write down what happens, minute by minute."""
    set_run(session=session, steps=_STEPS, sign=sign_of_run([]), actor=COMMAND, at=at)
