"""``ratusha``: the command line. The verbs live with their features; this is the door."""

from __future__ import annotations

import sys
from typing import Any

import click

from app.command_line import GROUPS, verb


@verb(None, "migrate", text=lambda done: "The database is ready." if done["migrated"] else "Nothing to do.")
def migrate_command() -> dict[str, bool]:
    """Make the database of the data folder ready (every other verb does it too)."""
    return {"migrated": _READY["migrated"]}


@verb(None, "worker")
def worker() -> None:
    """Serve background jobs until told to stop."""
    from flask import current_app

    from app.jobs import run_worker

    run_worker(current_app._get_current_object())  # type: ignore[attr-defined]  # the app behind the proxy


@verb(None, "doctor")
def doctor() -> None:
    """Look at fonts, libraries, database, queue, SMTP, certificate and disk: one line each."""
    from app.doctor import examine
    from app.errors import Refusal

    well = True
    for name, good, remark in examine():
        click.echo(f"{'ok ' if good else 'BAD'} {name}: {remark}")
        well = well and good
    if not well:
        raise Refusal("Something is not in order; see the lines marked BAD.")


_READY = {"migrated": False}


class Ratusha(click.Group):
    """Runs every verb inside the application, on a database made ready."""

    def invoke(self, ctx: click.Context) -> Any:
        """Make the application first; a bad setting ends with one line that names it."""
        import logging

        from sqlalchemy.exc import OperationalError

        from app import create_app, logs
        from app.migrations import make_ready
        from config import BadSetting, load_settings

        logs.configure(logging.WARNING)
        try:
            settings = load_settings()
        except BadSetting as reason:
            click.echo(str(reason), err=True)
            sys.exit(2)
        app = create_app(settings)
        with app.app_context():
            try:
                _READY["migrated"] = make_ready()
                if _READY["migrated"]:  # what decides rank may be new, too
                    from app.delegations.operations.precedence import renew_precedence

                    renew_precedence()
            except OperationalError:
                click.echo("RATUSHA_DATABASE_URL: the database does not answer", err=True)
                sys.exit(2)
            return super().invoke(ctx)


def command_line() -> click.Group:
    """The whole tree of verbs."""
    from app import backup, blueprints, demo, inflection

    main = Ratusha("ratusha", help="The conferences of partner cities. Exit status: 0 done, 1 refused, 2 usage.")
    for command in (migrate_command, worker, doctor, *demo.commands, *backup.commands, *blueprints.commands()):
        main.add_command(command)
    assert inflection.COLUMNS  # its verbs joined their group when it was imported
    for group in GROUPS.values():
        main.add_command(group)
    return main


def main() -> None:
    """Entry point of the console script."""
    command_line()(standalone_mode=True)


if __name__ == "__main__":
    main()
