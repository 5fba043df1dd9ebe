"""Reports as servers write them for people. ``{to}`` is the recipient, ``{id}`` the number of the mail."""

from __future__ import annotations

from typing import Final

QMAIL: Final = """Return-Path: <>
From: MAILER-DAEMON@mx.suhl.example
To: konferenz@ratusha.example
Subject: failure notice

Hi. This is the qmail-send program at mx.suhl.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<{to}>:
192.0.2.7 does not like recipient.
Remote host said: 550 5.1.1 <{to}>: Recipient address rejected
Giving up on 192.0.2.7.

--- Below this line is a copy of the message.

Return-Path: <konferenz@ratusha.example>
Received: (qmail 4021 invoked by uid 1000); 6 Apr 2021 09:00:00 -0000
From: konferenz@ratusha.example
To: {to}
Message-ID: {id}

Guten Tag
"""
EXIM: Final = """Return-path: <>
From: Mail Delivery System <Mailer-Daemon@mail.perm.example>
To: konferenz@ratusha.example
X-Failed-Recipients: {to}
Auto-Submitted: auto-replied
Subject: Mail delivery failed: returning message to sender

This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  {to}
    SMTP error from remote mail server after RCPT TO:<{to}>:
    host mx.perm.example [192.0.2.7]: 552 mailbox is full

------ This is a copy of the message, including all the headers. ------

Message-ID: {id}
From: konferenz@ratusha.example
To: {to}
"""
EXCHANGE_DE: Final = """From: Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@suhl.example>
To: konferenz@ratusha.example
Subject: Unzustellbar: Einladung
In-Reply-To: {id}
Content-Type: text/html; charset="utf-8"

<html><body><p>Fehler bei der Nachrichtenzustellung an folgende Empfänger oder Gruppen:</p>
<p><a href="mailto:{to}">{to}</a><br>Die eingegebene E-Mail-Adresse wurde nicht gefunden.</p>
<p>Diagnoseinformationen für Administratoren:<br>#550 5.1.10 RESOLVER.ADR.RecipientNotFound #</p></body></html>
"""
EXCHANGE_RU: Final = """From: postmaster@perm.example
To: konferenz@ratusha.example
Subject: =?utf-8?b?0J3QtSDQtNC+0YHRgtCw0LLQu9C10L3Qvg==?=
Content-Type: text/plain; charset=utf-8

Сбой доставки следующим получателям или группам:

{to}
Почтовый ящик получателя переполнен.

Исходные заголовки сообщения:

Message-ID: {id}
"""
YANDEX: Final = """From: mailer-daemon@yandex.example
To: konferenz@ratusha.example
Subject: Undelivered Mail Returned to Sender
Content-Type: text/plain; charset=utf-8

This is the mail system at host forward1.yandex.example.
К сожалению, Ваше письмо не может быть доставлено одному или нескольким получателям.

<{to}>: host mx.perm.example[192.0.2.7] said: 550 5.7.1 No such user!

Message-ID: {id}
"""
MAIL_RU: Final = """From: mailer-daemon@mail.example
To: konferenz@ratusha.example
Subject: Mail failure.
Content-Type: text/plain; charset=koi8-r
Content-Transfer-Encoding: 8bit

Это письмо создано автоматически сервером, отвечать на него не нужно.

К сожалению, Ваше письмо не может быть доставлено одному или нескольким получателям:
**********************
Message was not accepted -- invalid mailbox.  Local mailbox {to} is unavailable: user not found
**********************

Message-ID: {id}
"""
DELAYED: Final = """From: MAILER-DAEMON@mx.suhl.example
To: konferenz@ratusha.example
Subject: Warning: could not send message for past 4 hours

** THIS IS A WARNING MESSAGE ONLY. YOU DO NOT NEED TO RESEND YOUR MESSAGE. **
Your message could not be delivered for 4 hours: 4.4.1 connection timed out
<{to}>:
It will be retried until it is 5 days old.

Message-ID: {id}
"""
# The status, and whether it is for good.
WRITTEN: Final = {
    "qmail": (QMAIL, "utf-8", "5.1.1", True),
    "exim": (EXIM, "utf-8", "5.2.2", True),
    "exchange de": (EXCHANGE_DE, "utf-8", "5.1.10", True),
    "exchange ru": (EXCHANGE_RU, "utf-8", "5.2.2", True),
    "yandex": (YANDEX, "utf-8", "5.7.1", True),
    "mail.ru": (MAIL_RU, "koi8-r", "5.1.1", True),
    "delayed": (DELAYED, "utf-8", "4.4.1", False),
}

OUT_OF_OFFICE: Final = """From: Anna Muster <{to}>
To: konferenz@ratusha.example
Subject: Automatische Antwort: Einladung
Auto-Submitted: auto-replied
In-Reply-To: {id}

Ich bin bis 20. April nicht im Büro. Ihre Nachricht konnte nicht zugestellt werden, sagte man mir.

Message-ID: {id}
"""
BY_A_DAEMON: Final = OUT_OF_OFFICE.replace("Anna Muster <{to}>", "postmaster@suhl.example")
NO_REPORT: Final = OUT_OF_OFFICE.replace("Automatische Antwort", "Re").replace("Auto-Submitted: auto-replied\n", "")
NOTHING_WRONG: Final = """From: postmaster@suhl.example
To: konferenz@ratusha.example
Subject: Successful Mail Delivery Report
In-Reply-To: {id}

Your message was delivered to {to}.
"""
