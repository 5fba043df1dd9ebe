"""Printing the rota in the background."""

from __future__ import annotations

from app.printing.orders import printing_job
from app.printing.rota.printing import print_rota

printing_job("print-rota", shown="papers/runs/{}")(print_rota)
