"""English names of regions by their code (ISO 3166-2): the directory keeps Russian and German ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from app.i18n import language

# Every code of the directory as it is delivered; one that is not here is called as the directory calls it.
ENGLISH: Mapping[str, str] = {
    "AM-ER": "Yerevan",
    "AT-1": "Burgenland",
    "AT-2": "Carinthia",
    "AT-3": "Lower Austria",
    "AT-4": "Upper Austria",
    "AT-5": "Salzburg",
    "AT-6": "Styria",
    "AT-7": "Tyrol",
    "AT-8": "Vorarlberg",
    "AT-9": "Vienna",
    "BG-02": "Burgas",
    "CN-HL": "Heilongjiang",
    "CN-SD": "Shandong",
    "CN-ZJ": "Zhejiang",
    "CY-03": "Larnaca",
    "DE-BB": "Brandenburg",
    "DE-BE": "Berlin",
    "DE-BW": "Baden-Württemberg",
    "DE-BY": "Bavaria",
    "DE-HB": "Bremen",
    "DE-HE": "Hesse",
    "DE-HH": "Hamburg",
    "DE-MV": "Mecklenburg-Western Pomerania",
    "DE-NI": "Lower Saxony",
    "DE-NW": "North Rhine-Westphalia",
    "DE-RP": "Rhineland-Palatinate",
    "DE-SH": "Schleswig-Holstein",
    "DE-SL": "Saarland",
    "DE-SN": "Saxony",
    "DE-ST": "Saxony-Anhalt",
    "DE-TH": "Thuringia",
    "FI-06": "Kanta-Häme",
    "FR-GES": "Grand Est",
    "FR-NAQ": "Nouvelle-Aquitaine",
    "GB-COV": "Coventry, England",
    "GB-NGM": "Nottingham, England",
    "GB-OXF": "Oxfordshire, England",
    "GB-PLY": "Plymouth, England",
    "IT-45": "Emilia-Romagna",
    "IT-82": "Sicily",
    "RO-TM": "Timiș",
    "RS-00": "Belgrade",
    "RU-ARK": "Arkhangelsk Region",
    "RU-BA": "Republic of Bashkortostan",
    "RU-BEL": "Belgorod Region",
    "RU-CHE": "Chelyabinsk Region",
    "RU-DA": "Republic of Dagestan",
    "RU-IRK": "Irkutsk Region",
    "RU-KDA": "Krasnodar Territory",
    "RU-KGD": "Kaliningrad Region",
    "RU-KLU": "Kaluga Region",
    "RU-KOS": "Kostroma Region",
    "RU-KR": "Republic of Karelia",
    "RU-KRS": "Kursk Region",
    "RU-LEN": "Leningrad Region",
    "RU-LIP": "Lipetsk Region",
    "RU-MOS": "Moscow Region",
    "RU-MOW": "Moscow",
    "RU-MUR": "Murmansk Region",
    "RU-NGR": "Novgorod Region",
    "RU-NIZ": "Nizhny Novgorod Region",
    "RU-NVS": "Novosibirsk Region",
    "RU-ORL": "Oryol Region",
    "RU-PER": "Perm Territory",
    "RU-PNZ": "Penza Region",
    "RU-PSK": "Pskov Region",
    "RU-ROS": "Rostov Region",
    "RU-RYA": "Ryazan Region",
    "RU-SAM": "Samara Region",
    "RU-SMO": "Smolensk Region",
    "RU-SPE": "Saint Petersburg",
    "RU-STA": "Stavropol Territory",
    "RU-SVE": "Sverdlovsk Region",
    "RU-TA": "Republic of Tatarstan",
    "RU-TAM": "Tambov Region",
    "RU-TUL": "Tula Region",
    "RU-TVE": "Tver Region",
    "RU-TYU": "Tyumen Region",
    "RU-ULY": "Ulyanovsk Region",
    "RU-VGG": "Volgograd Region",
    "RU-VLA": "Vladimir Region",
    "RU-VOR": "Voronezh Region",
    "RU-YAN": "Yamalo-Nenets Autonomous District",
    "RU-YAR": "Yaroslavl Region",
    "US-FL": "Florida",
    "US-KY": "Kentucky",
    "US-MO": "Missouri",
}


def region_called(*, code: str, name_ru: str, name_de: str) -> str:
    """A region in the reader's language; in the next best one when that is not known; else its code."""
    spoken = language()
    if spoken == "en" and code in ENGLISH:
        return ENGLISH[code]
    first, second = (name_ru, name_de) if spoken == "ru" else (name_de, name_ru)
    return first or second or code


def told_apart(named: Mapping[str, str]) -> dict[str, str]:
    """Regions by code; where several have one name (England), each with what tells it apart: «Англия (Oxfordshire)»."""
    often = Counter(named.values())
    return {
        code: name if often[name] == 1 else f"{name} ({ENGLISH.get(code, code).partition(',')[0]})"
        for code, name in named.items()
    }


def region_of(municipality: Any) -> str:
    """The region of a municipality in the reader's language; empty when it is not given."""
    return region_called(
        code=municipality.iso3166_2 or "", name_ru=municipality.region_ru or "", name_de=municipality.region_de or ""
    )
