"""``python -m tests.load``: how long the server takes for what a reviewer does, with ten thousand
items waiting in SQLite. Simulated sheets; times are of this machine, so a ratio to the fastest
thing that Django can do here is printed with them."""

from __future__ import annotations

import datetime
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import numpy as np

from forms.sheetcode import new_sheet_id
from office.bootstrap import setup
from office.commands.serve import settle
from tests.browser.village import make_village

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.test import Client

    from office.review.models import Item
    from office.rounds.models import Sheet

N_ITEMS = 10_000
PEOPLE = 960
TIMES = 60
LIMIT_MS = 50.0
"""What ninety-five of a hundred actions should stay below; else the exit status is 1."""

GRIDS = {
    "marks": "jaminan_kesehatan",
    "marks of all questions": "semua-tanda",
    "signatures": "tanda_tangan",
    "NIK": "nik",
    "dates": "tanggal_lahir",
    "names": "nama",
}
"""Kinds of grids, and a stack of each."""

Action = Callable[[], None]
"""Raises StopIteration when nothing is left to do it with."""


def main() -> int:
    with tempfile.TemporaryDirectory() as passing:
        village = make_village(Path(passing))
        os.environ["SOTARSA_DATA"] = str(village.data)
        setup()
        n = _multiply()
        _register()
        print(
            f"{n:,} items of {_count_sheets():,} sheets wait, {PEOPLE} people are in the register; "
            "simulated; SQLite, one process"
        )
        settle()  # as `sotarsa serve` does
        p95s = {name: _measure(name, action) for name, action in _actions()}
    print(f"worst p95 / limit ({LIMIT_MS:.0f} ms): {max(p95s.values()) / LIMIT_MS:.2f}")
    return judged(p95s)


def judged(p95s: dict[str, float]) -> int:
    """The exit status: 1 where anything took longer than the limit, which is named."""
    slow = [name for name, p95 in p95s.items() if p95 > LIMIT_MS]
    if slow:
        print(f"over the limit: {', '.join(slow)}", file=sys.stderr)
    return 1 if slow else 0


def _multiply() -> int:
    """Copies of the village's sheets, until enough items wait."""
    from django.contrib.auth.models import User
    from django.utils import timezone

    from office.review import items
    from office.review.models import Item
    from office.rounds.models import Sheet

    User.objects.update(last_login=timezone.now())
    items.refresh()
    models = list(Sheet.objects.filter(state="read"))
    while Item.objects.count() < N_ITEMS:
        for model in models:
            _copy(model)
        items.refresh()
    return Item.objects.count()


def _copy(model: Sheet) -> None:
    from django.db import transaction

    from office.intake.models import Reading, ScanPage
    from office.rounds.models import Sheet

    with transaction.atomic():
        pages = list(model.scan_pages.filter(active=True))
        seq = model.visit.sheets.filter(form=model.form).order_by("-seq")[0].seq + 1
        again = Sheet.objects.create(
            code=new_sheet_id(),
            visit=model.visit,
            form=model.form,
            seq=seq,
            layout_hash=model.layout_hash,
            n_pages=model.n_pages,
            state="read",
        )
        for page in pages:
            index = page.file.pages.order_by("-index")[0].index + 1
            copy = ScanPage.objects.create(
                file=page.file,
                index=index,
                sheet=again,
                page_no=page.page_no,
                status="filed",
                active=True,
                reasons=page.reasons,
            )
            reading = page.readings.latest("id")
            Reading.objects.create(
                page=copy, reader_version=reading.reader_version, json=reading.json
            )


def _register() -> None:
    """Families of three in the register, on accepted sheets of the same village."""
    from office.register.models import Household, Membership, Person
    from office.rounds.models import Sheet

    model = Sheet.objects.filter(state="read").latest("seq")
    letters = np.array(list("ABDEGHIKLMNRSTU"))
    rng = np.random.default_rng(PEOPLE)
    for n in range(PEOPLE // 3):
        sheet = Sheet.objects.create(
            code=new_sheet_id(),
            visit=model.visit,
            form=model.form,
            seq=model.seq + 1 + n,
            layout_hash=model.layout_hash,
            n_pages=model.n_pages,
            state="accepted",
        )
        household = Household.objects.create(sheet=sheet, desa=model.visit.desa)
        for row in (1, 2, 3):
            birth = datetime.date(1950, 1, 1) + datetime.timedelta(int(rng.integers(25_000)))
            person = Person.objects.create(
                sheet=sheet,
                row=row,
                name="".join(rng.choice(letters, 12)),
                nik=f"631102{birth:%d%m%y}{3 * n + row:04d}",
                nik_state="real",
                birth_date=birth,
                birth_precision="day",
            )
            Membership.objects.create(sheet=sheet, person=person, household=household)


def _count_sheets() -> int:
    from office.rounds.models import Sheet

    return Sheet.objects.filter(state="read").count()


def _actions() -> Iterator[tuple[str, Action]]:
    """What a reviewer does, as requests of a browser that has signed in."""
    from django.contrib.auth.models import User
    from django.test import Client

    from office.intake.models import ScanPage
    from office.review.models import Item
    from office.rounds.models import Sheet

    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(User.objects.get(username="dewi"))

    def get(path: str) -> Action:
        def ask() -> None:
            answer = client.get(path)
            assert answer.status_code == 200, (path, answer.status_code)

        return ask

    sheets = iter(Sheet.objects.filter(state="read").order_by("id"))
    originals = Item.objects.filter(page__index__lt=10).order_by("-page_id")
    crops = iter(list(originals.values_list("page_id", "field"))[:: originals.count() // 70])
    pages = iter(ScanPage.objects.filter(index__lt=10, active=True).order_by("id"))

    yield "a page without data", get("/kata-sandi/")
    yield "start page", get("/")
    yield "queue", get("/periksa/")
    yield "stacks", get("/periksa/petak/")
    for what, stack in GRIDS.items():
        yield f"a grid of {what}", get(f"/periksa/petak/registrasi/{stack}/ragu/")
    yield "a grid of names, fetched ahead", get("/periksa/petak/registrasi/nama/ragu/?awal=1")
    yield "a desk", lambda: get(f"/periksa/{next(sheets).code}/")()
    yield (
        "a crop, its page not decoded before",
        lambda: get("/gambar/{}/{}/".format(*next(crops)))(),
    )
    yield "a page's image, not decoded before", lambda: get(f"/gambar/{next(pages).pk}/")()
    yield "one answer on a desk", _answers(client)
    guessed = Item.objects.filter(certainty__gt=0)
    yield "a screen of twelve marks", _screens(client, guessed.filter(kind="mark"), 12)
    yield "a screen of six numbers", _screens(client, guessed.filter(kind="digits"), 6)


def _answers(client: Client) -> Action:
    from office.review.models import Item
    from office.review.versions import version_of

    fields = iter(
        Item.objects.filter(stack="registrasi.nama").select_related("sheet").order_by("-id")
    )

    def answer() -> None:
        item = next(fields)
        sent = {
            "field": item.field,
            "value": json.dumps(item.guess or "ADUL"),
            "version": str(version_of(item.sheet)),
        }
        told = client.post(f"/periksa/{item.sheet.code}/simpan/", sent)
        assert told.status_code == 200, told.content

    return answer


def _screens(client: Client, waiting: QuerySet[Item], n: int) -> Action:
    """Answers of whole screens: of all mark questions together, or of the comb that has most;
    until they run out."""
    from django.db.models import Count

    from office.review.grid.stacks import ALL_MARKS

    stacks = waiting.filter(purpose="doubt").values("stack").annotate(n=Count("id"))
    most = max(stacks, key=lambda one: int(one["n"]))["stack"]
    form, field = most.split(".")
    if waiting.filter(stack=most)[0].kind == "mark":
        field = ALL_MARKS
    else:
        waiting = waiting.filter(stack=most)
    items = iter(list(waiting.select_related("sheet").order_by("-id")))

    def answer() -> None:
        answers = [
            {
                "key": str(item.pk),
                "sheet": item.sheet.code,
                "field": item.field,
                "page": item.page_id,
                "seen": 0,
                "value": item.guess,
            }
            for item in islice(items, n)
        ]
        if len(answers) < n:
            raise StopIteration
        sent = {"by": "dewi", "batch": str(uuid4()), "ms": "9000", "keys": "1", "held": "[]"}
        path = f"/periksa/petak/{form}/{field}/ragu/simpan/"
        told = client.post(path, {**sent, "answers": json.dumps(answers)})
        assert told.status_code == 200 and not told.json()["refused"]

    return answer


def _measure(name: str, action: Action) -> float:
    """Prints the time that passed and the processor's part of it (the rest is the disk, and
    whatever else runs on this machine); returns the 95th percentile of what passed, in ms."""
    action()
    passed, worked = [], []
    for _ in range(TIMES):
        start, cpu = time.perf_counter(), time.process_time()
        try:
            action()
        except StopIteration:
            break
        passed.append(1000 * (time.perf_counter() - start))
        worked.append(1000 * (time.process_time() - cpu))
    p50, p95 = np.percentile(passed, [50, 95])
    cpu50, cpu95 = np.percentile(worked, [50, 95])
    print(
        f"{name:36} median {p50:6.1f}, p95 {p95:6.1f} ms (processor {cpu50:5.1f}, {cpu95:5.1f}); "
        f"p95 / limit {p95 / LIMIT_MS:5.2f}"
    )
    return float(p95)


if __name__ == "__main__":
    sys.exit(main())
