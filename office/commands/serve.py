"""``sotarsa serve``: the web page, for this computer unless told otherwise."""

from __future__ import annotations

import errno
import gc
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable
from importlib import import_module
from typing import Any

from office.bootstrap import open_office_for_writing
from office.commandline import say
from office.errors import ExitCode, OfficeError

HELP = "Jalankan halaman web: periksa lembar, buku induk, putaran."
EXAMPLES = """contoh:
  sotarsa serve
  sotarsa serve --bind 127.0.0.1:8080
  SOTARSA_HOSTS=192.168.1.10 sotarsa serve --bind 192.168.1.10:8000   (jaringan kantor)

Hentikan dengan Ctrl+C."""
THREADS = 4
"""A handful of reviewers; SQLite writes one at a time anyway."""


def _bind(text: str) -> tuple[str, int]:
    host, colon, port = text.rpartition(":")
    if not (host and colon and port.isdecimal() and int(port) < 65536):
        raise ArgumentTypeError(f"“{text}” tidak jelas; tulis seperti 127.0.0.1:8000")
    return host.strip("[]"), int(port)


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--bind", metavar="ALAMAT:PORT", type=_bind, default=("127.0.0.1", 8000),
        help="biasanya 127.0.0.1:8000, hanya untuk komputer ini",
    )  # fmt: skip


def run(args: Namespace) -> ExitCode:
    open_office_for_writing()
    host, port = args.bind
    server = _server(host, port)
    shown = f"[{host}]" if ":" in host else host
    print(f"Halaman web: http://{shown}:{server.effective_port}/", flush=True)
    say("Hentikan dengan Ctrl+C.")
    settle()
    run_server: Callable[[], None] = server.run
    run_server()
    return ExitCode.OK


THRESHOLDS = (50_000, 20, 1_000)
"""New objects until the collector looks at them, then how often at older ones and at all. With
Python's own (700) p95 of a grid was 51 ms and of opening a desk 69; with 2,000 every desk took 4 ms
more; with these 40 and 47 to 56, while one desk in forty waits 50 ms longer."""


def settle() -> None:
    """Load all that answers requests, and let the collector never look at it again: a full
    collection took 95 ms, for which somebody at a grid waited."""
    from django.conf import settings

    import_module(settings.ROOT_URLCONF)  # and the views with it
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)


def _server(host: str, port: int) -> Any:
    """A waitress server that is bound already. Raises OfficeError when the address is taken."""
    from django.conf import settings
    from waitress import create_server

    from office.wsgi import application

    if host not in settings.ALLOWED_HOSTS:
        settings.ALLOWED_HOSTS.append(host)
    try:
        return create_server(application, host=host, port=port, threads=THREADS, ident=None)
    except OSError as error:
        taken = error.errno == errno.EADDRINUSE
        reason = "sudah dipakai program lain" if taken else "tidak bisa dipakai di komputer ini"
        raise OfficeError(f"Alamat {host}:{port} {reason}; pilih lain dengan --bind.") from error
