"""Releasing, and what was released."""

from __future__ import annotations

from typing import Any

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app.accounts.queries import current_actor
from app.clock import now
from app.conferences.entrance import conference_or_404, desk_conference
from app.conferences.models import Conference
from app.errors import Refusal
from app.i18n import language, number
from app.permissions import Permission, allow
from app.programme.forms import ReleaseForm, blame
from app.programme.operations import release_programme
from app.programme.operations.restoring import restore_release
from app.programme.part_words import CONFIRMATIONS, name_in_words
from app.programme.queries import current_release, release_numbered, releases_of, warnings_of
from app.programme.queries.asking import people_to_ask_again
from app.programme.queries.content import freeze
from app.programme.queries.going_back import left_out
from app.programme.queries.papers import release_pdf
from app.programme.queries.releases import compared, mails_of, names_proposed
from app.programme.queries.touched import touched_by
from app.programme.queries.warnings import session_numbers
from app.programme.rules.changes import changes, title_of
from app.programme.rules.touched import WHY_OF_THEM, Tell
from app.programme.rules.words import ROLES
from app.programme.views.blueprint import programme

_NO_WORD = {
    "ru": _l("Readers of Russian would get no word. Write it, or say below that it is meant so."),
    "de": _l("Readers of German would get no word. Write it, or say below that it is meant so."),
}

_SHOWN = 200  # people named on the page; more are counted


def _page(conference: Conference, form: ReleaseForm) -> str:
    before = current_release(conference)
    earlier = before.content if before else None
    content = freeze(conference, before=earlier)
    found = changes(earlier, content, language=language())
    audience = touched_by(
        conference, changed={change.item["uid"]: change.kind for change in found}, before=earlier, after=content
    )
    again = people_to_ask_again(conference, before=earlier, after=content)
    numbers = session_numbers(conference)
    return render_template(
        "programme/release.html", conference=conference, form=form, number=before.number + 1 if before else 1,
        before=before, content=content, warnings=warnings_of(conference), changes=found, audience=audience,
        numbers=numbers, items={item["uid"]: item for item in [*(earlier or content)["items"], *content["items"]]},
        title_of=title_of, why=WHY_OF_THEM, shown=_SHOWN, again=list(dict.fromkeys(map(name_in_words, again))),
    )  # fmt: skip


def _differs(conference: Conference, before: dict[str, Any]) -> bool:
    return bool(changes(before, freeze(conference, before=before), language=language()))


@programme.get("/desk/c/<slug>/programme/release")
@allow(Permission.RELEASE_PROGRAMME)
def release(slug: str) -> Any:
    """What the next release will say, and to whom."""
    conference = desk_conference(slug)
    proposed = names_proposed(conference, first=current_release(conference) is None, at=now())
    return _page(conference, ReleaseForm(data={f"name_{code}": name for code, name in proposed.items()}))


@programme.post("/desk/c/<slug>/programme/release")
@allow(Permission.RELEASE_PROGRAMME)
def release_now(slug: str) -> Any:
    """Release the draft, if nobody released in between."""
    conference = desk_conference(slug)
    form = ReleaseForm()
    try:
        if form.validate():
            expected = request.form.get("number", "")
            before = current_release(conference)
            if expected != str(before.number + 1 if before else 1):
                raise Refusal(_("Meanwhile another release was made. Please look at what has changed since."))
            tell = Tell(form.tell.data or Tell.NOBODY)
            for code in form.unsaid():
                form[f"note_{code}"].errors = [_NO_WORD[code]]
            if before and not form.unchanged.data and not _differs(conference, before.content):
                form.unchanged.errors = [_("Nothing has changed since the last release. Say below that it is meant.")]
            if form.unsaid() or form.unchanged.errors:
                return _page(conference, form), 422
            made = release_programme(conference=conference, names=form.texts("name"), notes=form.texts("note"),
                                     tell=tell, actor=current_actor(), at=now())  # fmt: skip
            flash(_("Release %(number)s is public now.", number=made.number), "done")
            if tell is not Tell.NOBODY:
                mails = mails_of(made)
                flash(ngettext("%(count)s mail is in the mailroom.", "%(count)s mails are in the mailroom.", mails,
                               count=number(mails)), "done")  # fmt: skip
            return redirect(url_for("programme.releases", slug=slug), code=303)
    except Refusal as refusal:
        blame(form, refusal)
    return _page(conference, form), 422


@programme.get("/desk/c/<slug>/programme/releases")
@allow(Permission.READ_PROGRAMME)
def releases(slug: str) -> Any:
    """All releases with what changed from one to the next."""
    conference = desk_conference(slug)
    found = releases_of(conference)
    befores = [*found[1:], None][: len(found)]
    entries = [
        (one, changes(before.content, one.content, language=language()) if before else [])
        for one, before in zip(found, befores, strict=True)
    ]
    return render_template("programme/releases.html", conference=conference, entries=entries)


@programme.get("/desk/c/<slug>/programme/releases/compare")
@allow(Permission.READ_PROGRAMME)
def compare(slug: str) -> Any:
    """What changed between any two releases, or since one in the draft."""
    conference = desk_conference(slug)
    found = releases_of(conference)
    chosen = {name: request.args.get(name, "") for name in ("since", "to")}
    result = compared(conference, found, since=chosen["since"], to=chosen["to"])
    return render_template(
        "programme/compare.html", conference=conference, releases=found, result=result,
        changes=changes(result.before, result.after, language=language()) if result else [],
    )  # fmt: skip


@programme.get("/desk/c/<slug>/programme/releases/<int:number>/restore")
@allow(Permission.EDIT_PROGRAMME)
def restoring(slug: str, number: int) -> Any:
    """What the draft will lose and win when a release becomes the draft."""
    conference = desk_conference(slug)
    chosen = release_numbered(conference, number) or abort(404)
    newest = current_release(conference)
    draft = freeze(conference, before=newest.content if newest else None)
    return render_template(
        "programme/restore.html", conference=conference, release=chosen,
        changes=changes(draft, chosen.content, language=language()), left_out=left_out(chosen), roles=ROLES,
        confirmations=CONFIRMATIONS, name_in_words=name_in_words,
    )  # fmt: skip


@programme.post("/desk/c/<slug>/programme/releases/<int:number>/restore")
@allow(Permission.EDIT_PROGRAMME)
def restore(slug: str, number: int) -> Any:
    """Make a release the draft again. The releases stay as they are."""
    conference = conference_or_404(slug)
    chosen = release_numbered(conference, number) or abort(404)
    report = restore_release(release=chosen, actor=current_actor(), at=now())
    flash(_("The draft is release %(number)s again; undoing brings the draft before it back.", number=number), "done")
    for message in report.warnings[:20]:
        flash(str(message), "information")
    return redirect(url_for("programme.editor", slug=slug), code=303)


@programme.get("/desk/c/<slug>/programme/releases/<int:number>.pdf")
@allow(Permission.READ_PROGRAMME)
def release_paper(slug: str, number: int) -> Any:
    """One release on paper."""
    found = release_numbered(conference_or_404(slug), number) or abort(404)
    response = current_app.response_class(release_pdf(found), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="programme-{slug}-{number}.pdf"'
    return response
