"""Typesetting: the same bytes each time, our fonts alone, and no fault passes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from forms.layout import Layout
from forms.printed import PrintedForm, load, store
from forms.spec import load_form
from forms.typeset import PAPERS, TypesetError, html_of, lay_out, typeset, typeset_html

FEEDBACK = load_form("umpan-balik")
A_BOX = 'id="mark:paham_hak:ragu"'
Change = Callable[[str], str]


def _typeset_changed(change: Change) -> PrintedForm:
    html = html_of(FEEDBACK, PAPERS["a4"])
    changed = change(html)
    assert changed != html
    return typeset_html(FEEDBACK, PAPERS["a4"], changed)


def test_the_same_call_gives_the_same_bytes() -> None:
    first, second = typeset("umpan-balik"), typeset("umpan-balik")
    assert first.base_pdf == second.base_pdf
    assert first.layout.hash == second.layout.hash


def test_another_process_gives_the_same_layout() -> None:
    code = "from forms.typeset import typeset; print(typeset('umpan-balik').layout.hash)"
    root = Path(__file__).parents[2]
    run = [sys.executable, "-c", code]
    hashes = {
        subprocess.run(run, env={"PYTHONHASHSEED": seed}, cwd=root, capture_output=True, check=True)
        .stdout.decode()
        .strip()
        for seed in ("1", "2")
    }
    assert hashes == {typeset("umpan-balik").layout.hash}


def test_an_unknown_form_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        typeset("penyaluran-bulan-depan")


def test_a_printed_form_can_be_kept(tmp_path: Path) -> None:
    printed = typeset("umpan-balik", "f4")
    assert load(store(printed, tmp_path)) == printed


def test_a_moved_box_moves_in_the_layout() -> None:
    def top(layout: Layout) -> float:
        return next(box.y_mm for box in layout.boxes if box.id == "ink:saran")

    moved = _typeset_changed(lambda html: html.replace('class="read"', 'class="read" hidden'))
    assert top(moved.layout) < top(typeset("umpan-balik").layout) - 5


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda html: html.replace(A_BOX, ""), "not on paper: mark:paham_hak:ragu"),
        (lambda html: html.replace("</h1>", '</h1><p id="ink:entah"></p>'), "spec: ink:entah"),
        (lambda html: html.replace(A_BOX, 'id="mark:paham_hak:ya"'), "WeasyPrint warns"),
        (lambda html: html.replace('id="qr:1:B"', ""), "not on paper: qr:1:B"),
        (lambda html: html.replace("height: 41", "height: 81"), "mm too full"),
        (lambda html: html.replace("</style>", "p { colour: red }</style>"), "WeasyPrint warns"),
        (lambda html: html.replace("</h1>", '</h1><img src="file:///etc/hostname">'), "Failed"),
        (lambda html: html.replace("</body>", "<section class=page></section></body>"), "2 pages"),
    ],
)
def test_a_faulty_template_is_refused(change: Change, complaint: str) -> None:
    with pytest.raises(TypesetError, match=complaint):
        _typeset_changed(change)


def test_a_faulty_style_is_refused_every_time() -> None:
    for _ in range(2):
        with pytest.raises(TypesetError, match="WeasyPrint warns"):
            lay_out("uji", "<p>Uji</p>", css="p { colour: red }")


def test_a_missing_page_is_refused() -> None:
    spec = FEEDBACK.model_copy(update={"pages": 2})
    with pytest.raises(TypesetError, match="1 pages, 2 in the spec"):
        typeset_html(spec, PAPERS["a4"], html_of(FEEDBACK, PAPERS["a4"]))


def test_a_box_on_the_wrong_page_is_refused() -> None:
    fields = tuple(field.model_copy(update={"page": 2}) for field in FEEDBACK.fields)
    spec = FEEDBACK.model_copy(update={"fields": fields})
    with pytest.raises(TypesetError, match="on another page than they say"):
        typeset_html(spec, PAPERS["a4"], html_of(FEEDBACK, PAPERS["a4"]))
