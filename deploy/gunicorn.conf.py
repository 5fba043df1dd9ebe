"""How gunicorn serves Ratusha, under ``script/server`` and behind a reverse proxy alike.

No access log: the application itself writes one line for every request it answered, by the rule of the route
(``app/logs.py``). An address may hold a person's token, so no address is ever logged, here either.
"""

from __future__ import annotations

import gc
import logging
import os
import re
from typing import Any

from gunicorn.glogging import Logger

wsgi_app = "app.wsgi:app"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 4  # more of them hinder each other: Python runs one at a time
worker_class = "gthread"
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108  (a heartbeat on a disk may stall)
timeout = 60
graceful_timeout = 5
keepalive = 5
accesslog = None
loglevel = "warning"
proc_name = "ratusha"
control_socket_disable = True  # it would be made in the home folder of the user who serves

_ADDRESSES = re.compile(r"ip=[^\s:]+|/\S+")


class QuietLogger(Logger):
    """Gunicorn's own warnings in the shape of the application's log lines, without addresses."""

    def setup(self, cfg: Any) -> None:
        """Put our formatter and filter into gunicorn's error log."""
        from app.logs import JsonLines

        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(JsonLines())
        self.error_log.addFilter(_without_addresses)


def _without_addresses(record: logging.LogRecord) -> bool:
    record.msg, record.args = _ADDRESSES.sub("…", record.getMessage()), None
    return True


logger_class = QuietLogger


def post_worker_init(_worker: Any) -> None:
    """What the application is made of lives for ever: the collector of cycles need not look at it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
