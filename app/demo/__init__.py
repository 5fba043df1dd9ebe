"""The demo the product ships: two conferences, staff to sign in with."""

from __future__ import annotations

import click

commands: list[click.Command] = []
