"""Where a letter stands, in a word, and in a sentence what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _

from app.correspondence.models import Despatch, Letter, Reply
from app.correspondence.operations import needs_second_person
from app.correspondence.operations.claims import CLAIMS
from app.correspondence.rules import DespatchWay, LetterKind, LetterState, ReplyAnswer, Stage
from app.i18n import date_short
from app.mailroom.models import OutgoingMail
from app.mailroom.queries import can_send
from app.mailroom.rules import MailState, cause_of


@dataclass(frozen=True)
class Standing:
    """``word`` and ``tone`` for the table, ``next`` for the person who asks what to do."""

    word: str
    tone: str
    next: str


def state_words() -> dict[str, str]:
    """The states of letters for lists and filters."""
    return {
        LetterState.DRAFT.value: _("draft"),
        LetterState.IN_APPROVAL.value: _("in approval"),
        LetterState.APPROVED.value: _("approved"),
        LetterState.ISSUED.value: _("issued"),
        LetterState.ANNULLED.value: _("annulled"),
    }


def lint_words() -> dict[str, str]:
    """In which way a wording departs from the standard or good usage."""
    return {
        "heading": _("The letter has no heading"),
        "town": _("The name of the town does not agree"),
        "year": _("No blank between the year and its word"),
        "initials": _("No blank between initials and surname"),
        "sheets": _("Sheets are counted in another way"),
        "number": _("No blank after the sign of the number"),
        "dear": _("The form of address is abbreviated"),
        "mister": _("The form of address is abbreviated"),
        "dash": _("A hyphen stands for a dash"),
        "double space": _("Two blanks one after the other"),
        "space before": _("A blank before a mark of punctuation"),
        "doubled word": _("The same word twice"),
        "town sign": _("No blank after “г.”"),
        "range": _("A hyphen stands between two days"),
        "quotes": _("Quotation marks of a typewriter"),
        "foreign quotes": _("Quotation marks of another language"),
        "closing": _("The letter has no closing phrase"),
        "closing comma": _("The comma of the closing phrase"),
        "sharp s": _("Spelling of ß and ss"),
        "abbreviation": _("No blank inside the abbreviation"),
        "subject word": _("The word for the heading is not written"),
        "heading stop": _("A heading has no full stop"),
        "salutation mark": _("The mark after the salutation"),
        "after comma": _("After the comma of the salutation the text goes on with a small letter"),
        **{rule: str(told) for rule, told in CLAIMS.items()},
        "sign left out": _("The letter leaves signs of the addressee’s data out"),
        "digit in name": _("A digit stands in the name of the addressee"),
        "odd sign": _("Signs in the data of the addressee that do not belong there"),
        "mixed letters": _("Latin and Cyrillic letters in one word of the addressee’s data"),
        "other": _("It departs from good usage"),
    }


def answer_words() -> dict[str, str]:
    """What a head may answer."""
    return {
        ReplyAnswer.COMES.value: _("comes"),
        ReplyAnswer.SENDS_DEPUTY.value: _("sends a deputy"),
        ReplyAnswer.BY_VIDEO.value: _("takes part by video"),
        ReplyAnswer.CANNOT.value: _("cannot come"),
    }


def stage_words() -> dict[str, str]:
    """How far letters have come, in the order in which they come there."""
    return {
        Stage.INVITED.value: _("invited"),
        Stage.SENT.value: _("letter sent"),
        Stage.RETURNED.value: _("letter not delivered"),
        Stage.OPENED.value: _("reply page opened"),
        Stage.ANSWERED.value: _("answered"),
        **answer_words(),
        Stage.SILENT.value: _("no answer yet"),
    }


def standing(letter: Letter, answers: Mapping[int, Reply] | None = None) -> Standing:
    """The standing of a letter whose mail and reply are loaded.

    :param answers: what each municipality answered to its invitations: it holds for all of them.
    """
    words = state_words()
    if letter.state is LetterState.DRAFT:
        if needs_second_person():
            return Standing(words["draft"], "quiet", _("Look at it, then submit it: a second person approves it."))
        return Standing(words["draft"], "quiet", _("Look at it, then approve it."))
    if letter.state is LetterState.IN_APPROVAL:
        return Standing(words["in_approval"], "waiting",
                        _("Somebody who may approve it looks at it, then approves it or gives it back."))  # fmt: skip
    if letter.state is LetterState.APPROVED and letter.register_entry_id is not None:
        return Standing(_("entered in the register"), "information",
                        _("Its page is being made in the background; then its mail waits for your word."))  # fmt: skip
    if letter.state is LetterState.APPROVED:
        return Standing(words["approved"], "information", _("Issue it: it gets its number and goes out."))
    if letter.state is LetterState.ANNULLED:
        return Standing(words["annulled"], "stop", _("It is not valid any more; a new letter may be prepared."))
    reply = letter.reply
    if answers is not None and letter.kind is LetterKind.INVITATION:
        reply = answers.get(letter.municipality_id, reply)
    if reply is not None:
        answer = answer_words()[reply.answer.value]
        tone = "stop" if reply.answer is ReplyAnswer.CANNOT else "done"
        came = _("The answer came on %(date)s.", date=date_short(reply.answered_at))
        if reply.letter_id != letter.id:
            came = _("The answer came on %(date)s, to another letter of the same municipality.",
                     date=date_short(reply.answered_at))  # fmt: skip
        return Standing(_("answered: %(answer)s", answer=answer), tone, came)
    if letter.parent_letter_id is not None:
        return Standing(_("goes with another letter"), "information",
                        _("It goes with the letter to the Russian partner city, whose head forwards it."))  # fmt: skip
    on_paper = _on_paper(letter)
    if on_paper is not None:
        return on_paper
    if letter.mail is None:
        return Standing(_("to be printed"), "waiting",
                        _("The head has no e-mail address: print the letter and send it by post."))  # fmt: skip
    return _by_mail(letter.mail)


def despatch_words() -> dict[DespatchWay, str]:
    """How a letter went, or that it came back."""
    return {
        DespatchWay.EMAIL: _("sent by e-mail"),
        DespatchWay.PRINTED: _("printed"),
        DespatchWay.HANDED_OVER: _("handed over"),
        DespatchWay.POSTED: _("posted"),
        DespatchWay.RETURNED: _("came back"),
    }


def _on_paper(letter: Letter) -> Standing | None:
    """The standing of a letter that went on paper last; None when its mail decides."""
    last = letter.despatches[-1] if letter.despatches else None
    if last is None or last.mail_id is not None:
        return None
    word = despatch_words()[last.way]
    if last.way is DespatchWay.RETURNED:
        next_ = _("It came back by post: mend the postal address in the directory and send it again.")
        return Standing(_("returned"), "stop", next_)
    if last.way is not DespatchWay.PRINTED:
        return Standing(word, "done", _("It is on its way or there already; the answer is awaited."))
    if letter.mail is not None and letter.mail.state is not MailState.FAILED:
        return None
    return Standing(word, "waiting", _("Hand it over or post it, and record that here."))


def _by_mail(mail: OutgoingMail) -> Standing:
    state = mail.state
    if state is MailState.SENT:
        return Standing(_("sent"), "done", _("It has been sent; the answer is awaited."))
    if state is MailState.FAILED and mail.returned_at is not None:
        mend = _("Mend the address in the directory and send it again, or print the letter.")
        return Standing(_("returned"), "stop", f"{cause_of(mail.last_error)} {mend}")
    if state is MailState.HELD and mail.tried_at is not None:
        next_ = _("The head has not got it: let the mail go in the mailroom when the trial is over.")
        return Standing(_("sent in the trial only"), "waiting", next_)
    if state is MailState.FAILED:
        return Standing(_("not delivered"), "stop",
                        _("The mail could not be delivered: send it again, or print the letter."))  # fmt: skip
    if state is MailState.UNCERTAIN:
        return Standing(_("perhaps sent"), "stop",
                        _("The connection broke at the last moment: ask whether the mail has arrived."))  # fmt: skip
    if state is MailState.HELD:
        return Standing(_("held back"), "waiting", _("The mail is held back; let it go in the mailroom."))
    if not can_send():
        return Standing(_("waiting to be sent"), "waiting", _("The mail waits because no mail server is set."))
    return Standing(_("waiting to be sent"), "waiting", _("The mail will go within minutes; there is nothing to do."))


def how_sent(letter: Letter | None) -> str:
    """How and when a letter went, whose mail and despatches are loaded."""
    if letter is None:
        return ""
    if letter.parent_letter_id is not None:
        return str(_("with the letter to the partner city"))
    if letter.state is LetterState.APPROVED:
        return str(_("its page is not made yet"))
    told = [_told(one) for one in letter.despatches if not _superseded(one, letter)]
    mail = letter.mail
    if mail is not None and not any(one.mail_id == mail.id for one in letter.despatches):
        if mail.state is MailState.SENT and mail.sent_at is not None:
            told.append(str(_("sent by e-mail on %(date)s", date=date_short(mail.sent_at))))
        elif mail.state is MailState.FAILED:
            told.append(str(_("by e-mail: not delivered")))
        else:
            told.append(str(_("by e-mail: not sent yet")))
    return "; ".join(told) or str(_("on paper: not printed yet"))


def _superseded(one: Despatch, letter: Letter) -> bool:
    """Whether a printing need not be told because the letter was handed over or posted after it."""
    further = (DespatchWay.HANDED_OVER, DespatchWay.POSTED)
    return one.way is DespatchWay.PRINTED and any(
        other.way in further and other.id > one.id for other in letter.despatches
    )


def _told(one: Despatch) -> str:
    """«отправлено по электронной почте 06.04.2021», "posted on 7 Apr 2021 (RR 123 456 785 DE)"."""
    day = date_short(one.at)
    told = {
        DespatchWay.EMAIL: _("sent by e-mail on %(date)s", date=day),
        DespatchWay.PRINTED: _("printed on %(date)s", date=day),
        DespatchWay.HANDED_OVER: _("handed over on %(date)s", date=day),
        DespatchWay.POSTED: _("posted on %(date)s", date=day),
        DespatchWay.RETURNED: _("came back on %(date)s", date=day),
    }[one.way]
    if one.way is DespatchWay.PRINTED and one.again:
        told = _("printed again on %(date)s", date=day)
    return f"{told} ({one.postal_number})" if one.postal_number else str(told)


def what_answered(reply: Reply | None) -> str:
    """«приедет, 12.04.2021 (вх. № 15-3/12 от 09.04.2021)»: what was answered; empty when nothing was."""
    if reply is None:
        return ""
    told = _("%(answer)s, %(date)s", answer=answer_words()[reply.answer.value], date=date_short(reply.answered_at))
    paper = incoming(reply)
    return f"{told} ({paper})" if paper else told


def reply_source(reply: Reply) -> str:
    """How an answer came, and who recorded it when it did not come by the page."""
    words = {
        "page": _("entered on the reply page"), "phone": _("by telephone"), "email": _("by e-mail"),
        "letter": _("by letter"),
    }  # fmt: skip
    how = words.get(reply.source, reply.source)
    if not reply.recorded_by:
        return str(how)
    return str(_("%(how)s, recorded by %(who)s", how=how, who=reply.recorded_by))


def incoming(reply: Reply) -> str:
    """The number and date of an answer on paper; empty when it had none."""
    if reply.incoming_number and reply.incoming_date is not None:
        dated = date_short(reply.incoming_date)
        return str(_("their No. %(number)s of %(date)s", number=reply.incoming_number, date=dated))
    if reply.incoming_number:
        return str(_("their No. %(number)s", number=reply.incoming_number))
    return str(_("their letter of %(date)s", date=date_short(reply.incoming_date))) if reply.incoming_date else ""
