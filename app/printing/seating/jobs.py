"""Printing a plan of seats in the background."""

from __future__ import annotations

from app.printing.orders import printing_job
from app.printing.seating.operations import print_plan

printing_job("print-seating", shown="papers/runs/{}")(print_plan)
