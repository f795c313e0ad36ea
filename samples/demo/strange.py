"""Pages that lie between our sheets: another office's letter, blank paper, another's form."""

from __future__ import annotations

import base64
import hashlib
import io
from collections.abc import Mapping

import numpy as np
import qrcode

from forms.pack import make_pack
from forms.printed import PrintedForm
from forms.typeset import lay_out
from samples.demo.scans import QUALITY, WAYS
from samples.demo.visit import SEED, order
from samples.simulator import files
from samples.simulator.canvas import Canvas, render
from samples.simulator.capture import capture

A4_MM = np.array([210.0, 297.0])

LETTER = """<style>@page {{ size: 210mm 297mm; margin: 25mm }}
body {{ font: 11pt/1.5 'Sotarsa Teks' }} h1 {{ font-size: 14pt; text-align: center }}
img {{ position: absolute; right: 0; bottom: 0; width: 24mm }}</style>
<h1>SURAT UNDANGAN</h1>
<p>Dengan hormat, kami mengundang Bapak/Ibu pada acara kerja bakti membersihkan saluran air di
dusun kita, hari Minggu pukul delapan pagi. Mohon membawa cangkul dan parang masing-masing.</p>
<p>Terima kasih atas perhatiannya.</p><p>Panitia (surat rekaan untuk contoh)</p>
<img src="data:image/png;base64,{qr}">"""


def foreign_letter() -> bytes:
    """JPEG of a letter that bears some other QR code."""
    picture = io.BytesIO()
    qrcode.make("KERJA-BAKTI-RT-07/CONTOH").save(picture)
    html = LETTER.format(qr=base64.b64encode(picture.getvalue()).decode("ascii"))
    return _scan(render(lay_out("surat", html)[1], 0), 1)


def blank_paper() -> bytes:
    """JPEG of an empty sheet, as a feeder set to both sides makes many."""
    white = np.full((4752, 3360), 255, dtype=np.uint8)
    return _scan(Canvas(white, np.array([16.0, 16.0])), 2)


def other_office(forms: Mapping[str, PrintedForm]) -> bytes:
    """JPEG of an unfilled sheet that was printed with another office's key."""
    pack = make_pack(order(forms, hashlib.sha256(b"kantor lain").digest()))
    first = next(page["pdf_page"] - 1 for page in pack.pages if page["form"] == "registrasi")
    return _scan(render(pack.pdf, first), 3)


def _scan(canvas: Canvas, number: int) -> bytes:
    profile = WAYS["plain"]
    picture = capture(canvas, A4_MM, profile, np.random.default_rng([SEED, 3, number]))
    return files.jpeg(picture.pixels, QUALITY, profile.dpi)
