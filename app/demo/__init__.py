"""The demo the product ships: two conferences, real cities, invented delegates, staff to sign in with."""

from app.demo.commands import commands

__all__ = ["commands"]
