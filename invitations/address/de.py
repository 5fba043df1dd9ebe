"""German: Anschrift and Anrede after the "Ratgeber für Anschriften und Anreden" of the Ministry of the Interior.

Offices stand in the accusative without "An den", a woman's office always in the feminine form;
an office in the salutation is not specified further and drops the name.
"""

from __future__ import annotations

import re
from typing import Final

from invitations.recipient import Gender, Recipient

# Where the head phrase of an office ends: "Präsident | des Landtags", "Leiter | Kultur".
_TAIL: Final = re.compile(
    r"\s+(?=(?:der|des|die|den|dem|von|vom|für|im|in|beim|bei|am|an|zum|zur|a\.\s?D\.|\()(?:\s|\b|$))|,"
)

_WEAK_ENDINGS: Final = (
    "ent", "ant", "ist", "oge", "graf", "fürst", "herr", "nom", "krat", "soph", "arch", "ekt", "graph", "kandidat",
    "soldat", "advokat", "pilot", "patriot", "chirurg", "therapeut", "athlet", "poet", "prophet", "interpret", "held",
    "monarch", "kommilitone",
)  # fmt: skip
_WEAK_WORDS: Final = ("diplomat", "kollege", "prinz", "zeuge", "pate")
# Nouns made of adjectives: "Beigeordneter" (m), "Beigeordnete" (f), accusative "Beigeordneten" (m).
_ADJECTIVAL: Final = (
    "beigeordneter", "abgeordneter", "vorsitzender", "beauftragter", "bevollmächtigter", "gesandter", "delegierter",
    "angestellter", "verordneter", "deputierter", "vorstehender", "leitender", "vertretender", "beamter",
    "ältester",
)  # fmt: skip
_ADJECTIVAL_WOMEN: Final = tuple(word[:-1] for word in _ADJECTIVAL if word != "beamter")
_UMLAUT: Final = (
    ("rat", "rätin"),
    ("anwalt", "anwältin"),
    ("arzt", "ärztin"),
    ("koch", "köchin"),
    ("graf", "gräfin"),
    ("bischof", "bischöfin"),
    ("propst", "pröpstin"),
    ("abt", "äbtissin"),
    ("prinz", "prinzessin"),
    ("ratsherr", "ratsfrau"),
    ("bauer", "bäuerin"),
)
# One word for men and women; and women's words no rule gives.
_COMMON: Final = ("präses", "gast", "prälat", "mensch", "laie", "star")
_WOMEN: Final = {
    "beamter": "Beamtin",
    "steward": "Stewardess",
    "masseur": "Masseurin",
    "prior": "Priorin",
    "witwer": "Witwe",
}
_NEUTER: Final = ("oberhaupt", "mitglied", "stadtoberhaupt")
_ADJECTIVES: Final = re.compile(
    r"(Regierend|Erst|Zweit|Dritt|Stellvertretend|stellvertretend|Amtierend|amtierend|Geschäftsführend"
    r"|geschäftsführend|Außerordentlich|Bevollmächtigt|Hauptamtlich|hauptamtlich|Ehrenamtlich|ehrenamtlich|Leitend"
    r"|Kommissarisch|kommissarisch|Wissenschaftlich|Technisch|Kaufmännisch|Parlamentarisch|Ständig|Ehemalig"
    r"|Ober|Neu|Alt|Berufsmäßig|Hauptberuflich|Beamtet|Politisch|Künstlerisch|Weiter|Persönlich)er\Z"
)
# Offices that are a form of address by themselves: "Sehr geehrter Herr Landrat,".
_SPOKEN: Final = (
    "bürgermeister", "landrat", "ministerpräsident", "minister", "präsident", "senator", "staatssekretär", "kanzler",
    "beigeordneter", "generalkonsul", "konsul", "botschafter", "gesandter", "gouverneur", "vorsitzender", "vorsteher",
    "stadtrat", "kreisrat", "staatsrat", "landeshauptmann", "direktor", "rektor", "intendant", "dekan", "stadtbaurat",
    "attaché", "bezirksrat", "kulturreferent", "stadtkämmerer", "kämmerer", "abgeordneter", "bezirksstadtrat",
    "staatsminister", "stadtdirektor", "prorektor", "sprecher", "ombudsmann", "schultheiß", "ammann", "gemeinderat",
    "schulrat", "baurat", "rechtsrat", "ministerialrat", "regierungsrat", "legationsrat", "botschaftsrat", "kirchenrat",
    "generalsekretär", "bischof", "propst", "rabbiner", "pfarrer", "superintendent", "präses", "dekan", "abt", "prälat",
)  # fmt: skip
_BY_NAME: Final = (
    "honorarkonsul", "geschäftsführer", "kulturreferent", "projektleiter", "museumsdirektor", "chefredakteur",
    "sprecher",
)  # fmt: skip
# Adjectives that are part of the office when spoken; any other is left out.
_SPOKEN_ADJECTIVES: Final = ("Regierender", "Erster", "Parlamentarischer")
_NOBLE: Final = {
    "Graf": "Gräfin", "Freiherr": "Freifrau", "Fürst": "Fürstin", "Prinz": "Prinzessin", "Herzog": "Herzogin",
    "Baron": "Baronin", "Edler": "Edle", "Markgraf": "Markgräfin", "Reichsgraf": "Reichsgräfin",
    "Landgraf": "Landgräfin",
}  # fmt: skip
_STATES: Final = re.compile(
    r"\b(der|des|von) (?:\S+ ){0,3}?(Republik|Föderation|Königreichs?|Volksrepublik|Vereinigten Staaten|Staates"
    r"|Fürstentums|Großherzogtums|Eidgenossenschaft|Staatenbundes|Sultanats|Emirats)\b"
)
_SUBJECTS: Final = re.compile(
    r"Republik (Tatarstan|Baschkortostan|Karelien|Komi|Sacha|Udmurtien|Mordwinien|Mari|Tschuwaschien|Dagestan"
    r"|Inguschetien|Kalmückien|Burjatien|Chakassien|Adygeja|Altai|Tuwa|Tyva|Nordossetien|Kabardino|Tschetschen)"
)
_FOREIGN_HIGH: Final = (
    "präsident", "staatspräsident", "minister", "außenminister", "premierminister", "ministerpräsident",
    "kulturminister",
    "verteidigungsminister", "vizepremierminister", "bundespräsident", "könig", "regierungschef", "staatsoberhaupt",
)  # fmt: skip


def _split(office: str) -> tuple[str, str]:
    """Head phrase and what specifies it."""
    found = _TAIL.search(office)
    return (office[: found.start()], office[found.start() :]) if found else (office, "")


def _cut(head: str) -> tuple[list[str], str]:
    """Adjectives and the noun of a head phrase; words after the noun stay with it."""
    words = head.split(" ")
    count = 0
    while count < len(words) - 1 and (
        words[count] == "und" or _ADJECTIVES.search(words[count]) or words[count].endswith("e")
    ):
        count += 1
    return words[:count], " ".join(words[count:])


def _feminine_noun(noun: str) -> str:
    first, space, rest = noun.partition(" ")
    low = first.lower()
    if first.endswith(("in", "frau")) or low.endswith(_NEUTER) or low in _COMMON:
        return noun
    if low in _WOMEN:
        return _WOMEN[low] + space + rest
    if low.endswith(_ADJECTIVAL_WOMEN):
        return noun
    if low.endswith(_ADJECTIVAL):
        return first[:-1] + space + rest
    if low.endswith("mann"):
        return first[:-4] + ("Frau" if low == "mann" else "frau") + space + rest
    if low.endswith("attaché"):
        return first + "e" + space + rest
    for ending, feminine in _UMLAUT:
        if low.endswith(ending):
            changed = first[: -len(ending)] + feminine
            return changed[0].upper() + changed[1:] + space + rest
    stem = first[:-1] if first.endswith("e") else first
    if stem.endswith("erer"):  # Kämmerer -> Kämmerin
        stem = stem[:-2]
    return stem + "in" + space + rest


def _accusative_noun(noun: str) -> str:
    first, space, rest = noun.partition(" ")
    low = first.lower()
    if low.endswith(_ADJECTIVAL):
        first = first[:-1] + "n"
    elif low.endswith("herr"):
        first += "n"
    elif low.endswith((*_WEAK_ENDINGS, *_WEAK_WORDS)):
        first += "n" if first.endswith("e") else "en"
    elif low.endswith("e") and not low.endswith(("beamte", "erste")):
        first += "n"
    return first + space + rest


def _genitive_noun(noun: str) -> str:
    first, space, rest = noun.partition(" ")
    changed = _accusative_noun(first)
    if changed == first:
        short = first.lower().endswith(("rat", "mann", "haupt", "s", "ß", "x", "z"))
        changed = first + ("es" if short else "s")
    return changed + space + rest


def _adjective(word: str, ending: str) -> str:
    return word if word == "und" else re.sub(r"(er|e|en)\Z", ending, word)


def _parts(head: str) -> list[str]:
    """ "Bürgermeister und Präsident" are two offices, "Außerordentlicher und Bevollmächtigter Botschafter" is one."""
    pieces = head.split(" und ")
    joined: list[str] = []
    for piece in pieces:
        if joined and _ADJECTIVES.search(joined[-1].split(" ")[-1]):
            joined[-1] += " und " + piece
        else:
            joined.append(piece)
    return joined


def _inflected(head: str, gender: Gender, case: str) -> str:
    """The head phrase in the gender of the person and one of the four cases."""
    done = []
    for piece in _parts(head):
        adjectives, noun = _cut(piece)
        if gender is Gender.FEMALE:
            noun = _feminine_noun(noun)
            if case in ("dative", "genitive") and noun.lower().endswith(_ADJECTIVAL_WOMEN):
                noun += "n"
            adjectives = [_adjective(word, "en" if case in ("dative", "genitive") else "e") for word in adjectives]
        elif case == "genitive":
            noun = _genitive_noun(noun)
            adjectives = [_adjective(word, "en") for word in adjectives]
        elif case != "nominative" and gender is Gender.MALE and not noun.lower().endswith(_NEUTER):
            noun = _accusative_noun(noun)
            adjectives = [_adjective(word, "en") for word in adjectives]
        done.append(" ".join([*adjectives, noun]))
    return " und ".join(done)


def _whole(office: str, gender: Gender, case: str) -> str:
    """The whole office; after a comma or "und" another head phrase may begin."""
    head, tail = _split(office)
    for between in (", ", " und "):
        first, found, rest = tail.partition(between)
        if found and _is_office(rest):
            return _inflected(head, gender, case) + first + found + _whole(rest, gender, case)
    return _inflected(head, gender, case) + tail


def _is_office(text: str) -> bool:
    noun = _cut(_split(text)[0])[1].split(" ")[0].lower()
    return noun.endswith((*_SPOKEN, *_ADJECTIVAL, "leiter", "leiterin", "vorsitzende", "bürgermeisterin"))


def _is_excellency(office: str) -> bool:
    """Foreign ambassadors, heads of state and government, ministers; not those of the Federal Republic."""
    head, tail = _split(office)
    noun = re.sub(r"in\Z", "", _cut(head)[1].lower())
    if noun == "botschafter":
        return not tail.startswith(" der Bundesrepublik Deutschland")
    if noun not in _FOREIGN_HIGH or "Bundesrepublik Deutschland" in tail:
        return False
    return bool(_STATES.search(tail)) and not _SUBJECTS.search(tail)


def _degree(degree: str) -> str:
    return re.sub(r"\s+", " ", degree.strip())


def _spoken_degree(degree: str, gender: Gender) -> str:
    """Only the highest degree is spoken; "Dr." abbreviated, "Professor" in full, diplomas not at all."""
    if re.search(r"\bProf", degree):
        return "Professorin" if gender is Gender.FEMALE else "Professor"
    return "Dr." if re.search(r"\bDr\b", degree) else ""


def _surname(recipient: Recipient) -> str:
    """Former titles of nobility are part of the surname and follow the person's gender."""
    first, space, rest = recipient.last.strip().partition(" ")
    if space and recipient.gender is Gender.FEMALE:
        first = _NOBLE.get(first, first)
    return first + space + rest


def _name(recipient: Recipient) -> str:
    return " ".join(part for part in (_degree(recipient.degree), recipient.first.strip(), _surname(recipient)) if part)


_PLURALS: Final = (
    ("räte", "rätinnen"), ("meister", "meisterinnen"), ("präsidenten", "präsidentinnen"), ("minister", "ministerinnen"),
    ("sekretäre", "sekretärinnen"), ("direktoren", "direktorinnen"), ("senatoren", "senatorinnen"),
    ("gouverneure", "gouverneurinnen"), ("vorsteher", "vorsteherinnen"), ("botschafter", "botschafterinnen"),
    ("konsuln", "konsulinnen"), ("leiter", "leiterinnen"), ("dezernenten", "dezernentinnen"),
    ("rektoren", "rektorinnen"), ("vertreter", "vertreterinnen"), ("partner", "partnerinnen"),
    ("bürger", "bürgerinnen"), ("kanzler", "kanzlerinnen"), ("teilnehmer", "teilnehmerinnen"),
    ("referenten", "referentinnen"), ("freunde", "freundinnen"), ("kollegen", "kolleginnen"),
)  # fmt: skip
_SINGULARS: Final = (
    ("rat", "räte"), ("präsident", "präsidenten"), ("sekretär", "sekretäre"), ("direktor", "direktoren"),
    ("senator", "senatoren"), ("gouverneur", "gouverneure"), ("konsul", "konsuln"), ("dezernent", "dezernenten"),
    ("rektor", "rektoren"), ("referent", "referenten"),
)  # fmt: skip


def _both_plurals(office: str) -> str | None:
    """ "Landrat" or "Landräte" -> "Landrätinnen und Landräte"; None when the word is not known."""
    head = _split(office)[0].strip()
    words = head.split(" ")
    noun = words[-1]
    for singular, plural in _SINGULARS:
        if noun.lower().endswith(singular):
            noun = noun[: -len(singular)] + plural
            noun = noun[:1].upper() + noun[1:]
            break
    if noun.lower().endswith(_ADJECTIVAL):
        return noun[:-1]
    if noun.lower().endswith(_ADJECTIVAL_WOMEN):
        return noun
    for plural, feminine in _PLURALS:
        if noun.lower().endswith(plural):
            both = f"{noun[: -len(plural)]}{feminine} und {noun}"
            return both[0].upper() + both[1:]
    return None


def address_lines(recipient: Recipient) -> tuple[str, ...]:
    """Variant A for holders of an office; ``Herrn``/``Frau`` on a line of its own for private persons."""
    office, gender, name = recipient.office.strip(), recipient.gender, _name(recipient)
    above = (recipient.organisation.strip(),) if recipient.organisation.strip() else ()
    if gender is Gender.GROUP or recipient.is_organisation:
        both = _both_plurals(office) if office else None
        return (*above, both + _split(office)[1]) if both else (*above, *((office,) if office else ()))
    form = {Gender.MALE: "Herrn", Gender.FEMALE: "Frau"}.get(gender, "")
    if not office:
        return (*above, f"{form} {name}".strip()) if above else tuple(line for line in (form, name) if line)
    addressed = f"{form} {name}".strip()
    if _is_excellency(office) and form:
        male = gender is Gender.MALE
        return (
            "Seiner Exzellenz" if male else "Ihrer Exzellenz",
            f"{'dem' if male else 'der'} {_whole(office, gender, 'dative')}",
            addressed,
        )
    return *above, _whole(office, gender, "accusative"), addressed


def named(person: Recipient, case: str) -> str:
    """``Herr Dr. Karl Müller`` in the nominative, ``Herrn Dr. Karl Müller`` in the ``accusative`` and dative."""
    form = {Gender.MALE: "Herr" if case == "nominative" else "Herrn", Gender.FEMALE: "Frau"}.get(person.gender, "")
    return f"{form} {_name(person)}".strip()


def office_as(office: str, gender: Gender, way: str) -> str:
    """An office inside a sentence: nominative for "", ``dem/der …`` for to, ``des/der …`` for of, ``vom …`` for by."""
    female = gender is Gender.FEMALE
    if way == "of":
        return f"{'der' if female else 'des'} {_whole(office, gender, 'genitive')}"
    if not way:
        return _whole(office, gender, "nominative")
    before = {"to": ("dem", "der"), "by": ("vom", "von der")}[way][female]
    return f"{before} {_whole(office, gender, 'dative')}"


def _spoken_office(office: str, gender: Gender) -> str | None:
    """The office as it is spoken; None when custom addresses its holder by name."""
    adjectives, noun = _cut(_parts(_split(office)[0])[0])
    bare = noun.split(" ")[0]
    masculine = bare.lower()
    if not masculine.endswith(_SPOKEN):
        masculine = re.sub(r"rätin\Z", "rat", masculine)
        masculine = re.sub(r"bischöfin\Z", "bischof", masculine)
        masculine = re.sub(r"in\Z", "", masculine)
        masculine = re.sub(r"(?<=[dt])e\Z", "er", masculine)
    if not masculine.endswith(_SPOKEN) or masculine.endswith(_BY_NAME):
        return None
    if masculine.startswith("stellv"):
        return None
    kept = [word for word in adjectives if re.sub(r"e\Z", "er", word) in _SPOKEN_ADJECTIVES]
    return _inflected(" ".join([*kept, bare]), gender, "nominative")


def salutation(recipient: Recipient) -> str:
    """``Sehr geehrter Herr Oberbürgermeister,``; a person of unknown gender by the full name."""
    office, gender = recipient.office.strip(), recipient.gender
    if gender is Gender.GROUP or not (recipient.last or recipient.first):
        both = _both_plurals(office) if office else None
        return f"Sehr geehrte {both}," if both else "Sehr geehrte Damen und Herren,"
    if gender is Gender.UNKNOWN:
        return f"Guten Tag {' '.join(part for part in (recipient.first, recipient.last) if part)},"
    opening = "Sehr geehrter Herr" if gender is Gender.MALE else "Sehr geehrte Frau"
    if office:
        if _is_excellency(office):
            return "Exzellenz,"
        spoken = _spoken_office(office, gender)
        if spoken:
            return f"{opening} {spoken},"
    degree = _spoken_degree(recipient.degree or ("Prof." if office.startswith("Professor") else ""), gender)
    return f"{opening} {degree + ' ' if degree else ''}{_surname(recipient)},"
