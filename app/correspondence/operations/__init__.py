"""Deeds of the correspondence: prepare, approve, issue, annul, answer."""

from app.correspondence.operations.address import Addressed, addressed, decide_forms, review_forms
from app.correspondence.operations.annul import annul_entry, annul_letters
from app.correspondence.operations.approve import (
    approve_letters,
    needs_second_person,
    plan_approval,
    submit_letters,
    take_back_approval,
    why_not_approve,
)
from app.correspondence.operations.begin import ISSUE_JOB, begin_issue
from app.correspondence.operations.despatch import (
    RECORDED,
    Sending,
    mail_to_present_address,
    note_despatch,
    print_letters,
)
from app.correspondence.operations.despatch_papers import (
    enclosures_of_run,
    envelopes_pdf,
    labels_pdf,
    lacking_addresses,
    letters_pdf,
    post_of,
)
from app.correspondence.operations.drafts import draft_pdf, partners_to_come, write_draft
from app.correspondence.operations.enclosures import (
    Offer,
    add_enclosure,
    add_made_enclosure,
    made_enclosures,
    move_enclosure,
    offers,
    remove_enclosure,
    set_brief,
    set_merged,
)
from app.correspondence.operations.export import export_letters
from app.correspondence.operations.incoming import record_incoming, set_answered
from app.correspondence.operations.issue import issue_letters
from app.correspondence.operations.numbered import register_letters
from app.correspondence.operations.numbers import coming_labels, next_label
from app.correspondence.operations.partners import plan_partner_letters, prepare_partner_letters
from app.correspondence.operations.plan import Choices, Plan, plan_letters, preview_pdf, said
from app.correspondence.operations.prepare import discard_letters, prepare_letters
from app.correspondence.operations.proofread import proofread, proofread_addressee, summed
from app.correspondence.operations.register import set_number_pattern, sheets_pdf
from app.correspondence.operations.reminders import (
    Due,
    hidden_link,
    plan_reminders,
    reminder_text,
    send_reminders,
    set_reminder_days,
)
from app.correspondence.operations.reply import note_opened, record_reply
from app.correspondence.operations.texts import edit_text, go_back_to_text, preview_text
from app.correspondence.operations.writing import Outcome, Refused, reply_url, write_letter

__all__ = [
    "ISSUE_JOB", "RECORDED", "Addressed", "Choices", "Due", "Offer", "Outcome", "Plan", "Refused", "Sending",
    "add_enclosure", "add_made_enclosure", "addressed", "annul_entry", "annul_letters", "approve_letters",
    "begin_issue", "coming_labels", "decide_forms", "discard_letters", "draft_pdf", "edit_text", "enclosures_of_run",
    "envelopes_pdf", "export_letters", "go_back_to_text", "hidden_link", "issue_letters", "labels_pdf",
    "lacking_addresses", "letters_pdf", "made_enclosures", "mail_to_present_address", "move_enclosure",
    "needs_second_person", "next_label", "note_despatch", "note_opened", "offers", "partners_to_come",
    "plan_approval", "plan_letters", "plan_partner_letters", "plan_reminders", "post_of", "prepare_letters",
    "prepare_partner_letters", "preview_pdf", "preview_text", "print_letters", "proofread", "proofread_addressee",
    "record_incoming", "record_reply", "register_letters", "reminder_text", "remove_enclosure", "reply_url",
    "review_forms", "said", "send_reminders", "set_answered", "set_brief", "set_merged", "set_number_pattern",
    "set_reminder_days", "sheets_pdf", "submit_letters", "summed", "take_back_approval", "why_not_approve",
    "write_draft", "write_letter",
]  # fmt: skip
