"""The cards of a desk as HTML. A sheet has a hundred of them with 25 parts each, which took
Django's template 9 ms and take these functions 1; all that is not a fixed word here is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from office.review.desk.fields import CropView, FieldView, RivalView

DISABLED = " disabled"
CONFIRM = '<button type="button" tabindex="-1" class="plain ok" data-do="confirm">{}</button>'
RIGHT = CONFIRM.format("Benar <kbd>Enter</kbd>")
RIGHT_ALREADY = CONFIRM.format("Sudah benar <kbd>Enter</kbd>")


@dataclass(frozen=True)
class Setting:
    """What the cards of one page have in common. ``form``: id of the sheet's form. ``locked``:
    nothing can be changed. ``may_reveal``: the viewer may ask to see what is masked.
    ``trouble``: a sentence about the field called ``trouble_field``, where there is one."""

    form: str
    locked: bool = False
    may_reveal: bool = False
    trouble: str = ""
    trouble_field: str = ""


def cards(fields: Iterable[FieldView], on: Setting) -> SafeString:
    """One after the other."""
    return mark_safe("".join(_card(field, on) for field in fields))  # noqa: S308 - all is escaped


def _card(field: FieldView, on: Setting) -> str:
    has_problem = " has-problem" if field.name == on.trouble_field else ""
    return f"""<div class="{field.classes}{has_problem}"{field.data}>
{_head(field)}
<div class="answer">
{_strip(field.crop) if field.crop else ""}
{_answer(field, on)}
</div>
{_why(field)}
<p class="was"{_hidden(field.was)}>{escape(field.was)}</p>
{_awaits(field)}
<div class="versus" hidden></div>
{_problem(field, on)}
</div>
"""


def _hidden(said: object) -> str:
    return "" if said else " hidden"


def _head(field: FieldView) -> str:
    label, name = escape(field.label), escape(field.name)
    shown = f'<span class="name">{label}</span>'
    if field.kind == "text":
        shown = f'<label class="name" for="isian-{name}">{label}</label>'
    return f'<div class="label">{shown}<span class="flag">{escape(field.flag)}</span></div>'


def _strip(crop: CropView) -> str:
    return f'<div class="strip"><img class="crop"{crop.attributes}>\n{_rings(crop)}</div>'


def _rings(crop: CropView) -> str:
    """The doubtful cells on the crop, and under it what was read in them."""
    if not crop.rings:
        return ""
    rects = "".join(
        f'<rect data-ring="{ring.at}" x="{ring.x}" y="{ring.y}" width="{ring.width}" '
        f'height="{ring.height}" rx="5"/>'
        for ring in crop.rings
    )
    texts = "".join(
        f'<text x="{ring.middle}" y="17" data-top="{ring.at}">{escape(ring.char)}'
        f"{'/' if ring.other else ''}{escape(ring.other)}</text>"
        for ring in crop.rings
    )
    of = 'aria-hidden="true"'
    return (
        f'<svg class="rings" viewBox="0 0 {crop.width} {crop.height}" {of}>{rects}</svg>\n'
        f'<svg class="tops" viewBox="0 0 {crop.width} 22" {of}>{texts}</svg>'
    )


def _answer(field: FieldView, on: Setting) -> str:
    if field.is_masked:
        return _masked(field, on)
    return _typed(field, on) if field.kind == "text" else _choices(field, on)


def _masked(field: FieldView, on: Setting) -> str:
    grid = escape(reverse("grid", args=[on.form, field.field_id, "ulang"]))
    shows = (
        ' <a href="?nomor=tampil">Tampilkan</a> '
        '<span class="small">(dicatat; Anda lalu tidak bisa mengetiknya ulang)</span>'
    )
    return (
        '<p class="masked"><b aria-hidden="true">•••••••</b> Diketik rekan; ketik ulang tanpa '
        f'melihat. <a class="button" href="{grid}">Ketik ulang nomor</a>'
        f"{shows if on.may_reveal else ''}</p>"
    )


def _choices(field: FieldView, on: Setting) -> str:
    role = "group" if field.kind == "multiple" else "radiogroup"
    disabled = DISABLED if on.locked else ""
    boxes = "".join(f"{choice.opening}{disabled}{choice.rest}" for choice in field.choices)
    return f"""<div class="choices" role="{role}" aria-label="{escape(field.full_label)}">
{boxes}
{"" if on.locked else RIGHT_ALREADY}
</div>"""


def _typed(field: FieldView, on: Setting) -> str:
    doubts = field.crop.doubts if field.crop else ""
    count = f'<output data-count="{field.length}" class="count"></output>'
    return f"""{_rivals(field.rivals, on)}
<div class="typed"><input{"".join(_input(field, doubts, on))}>
{count if field.exact else ""}
{"" if on.locked else _ways(field, doubts)}</div>
{_hint(field) if doubts else ""}"""


def _input(field: FieldView, doubts: str, on: Setting) -> Iterator[str]:
    name = escape(field.name)
    value = "" if field.value is None else escape(str(field.value))
    yield f' type="text" id="isian-{name}" value="{value}"'
    yield f' maxlength="{field.length}" size="{field.length}"'
    if field.is_date:
        yield ' placeholder="HHBBTTTT"'
    if doubts:
        yield f' data-doubts="{escape(doubts)}" aria-describedby="ragu-{name}"'
    yield ' autocomplete="off" spellcheck="false"'
    yield ' inputmode="numeric"' if field.digits else ' autocapitalize="characters"'
    if on.locked:
        yield " readonly"


def _button(attributes: str, words: str) -> str:
    return f'<button type="button" tabindex="-1" class="plain" {attributes}>{words}</button>'


UNREADABLE = _button('data-do="unreadable"', "Tidak terbaca <kbd>F9</kbd>")
BLANK = _button('data-do="blank"', "Memang kosong <kbd>F4</kbd>")
OTHER = _button('data-do="other"', "Bacaan kedua <kbd>F3</kbd>")


def _ways(field: FieldView, doubts: str) -> str:
    other, known = OTHER if doubts else "", ""
    if field.known:
        text = escape(field.known)
        title = "Orang ini tampaknya sudah ada di buku induk. Cocokkan dengan gambar."
        words = f"Buku induk: <b>{text}</b> <kbd>F6</kbd>"
        known = _button(f'data-known="{text}" title="{title}"', words)
    return f'<span class="ways">{RIGHT}{other}{known}{UNREADABLE}{BLANK}</span>'


def _hint(field: FieldView) -> str:
    space = " atau <kbd>Spasi</kbd>" if field.digits else ""
    return (
        f'<p class="hint" id="ragu-{escape(field.name)}">Kotak bergaris putus: mesin ragu. Ketik '
        f"hurufnya, <kbd>F3</kbd>{space} untuk bacaan kedua, <kbd>Enter</kbd> bila sudah benar.</p>"
    )


def _rivals(rivals: tuple[RivalView, ...], on: Setting) -> str:
    if not rivals:
        return ""
    buttons = "".join(
        f'<button type="button" data-rival="{escape(rival.value)}"{DISABLED if on.locked else ""}>'
        f'<kbd>{rival.key}</kbd> <span class="code">{_against(rival)}</span></button>'
        for rival in rivals
    )
    return (
        '<div class="rivals" role="group" aria-label="Dua ketikan yang berbeda">'
        f'{buttons}<span class="small">atau ketik yang benar:</span></div>'
    )


def _against(rival: RivalView) -> str:
    """The characters, underlined where the other value has another one."""
    shown = (f"<u>{escape(char)}</u>" if other else escape(char) for char, other in rival.chars)
    return "".join(shown) or "kosong atau tidak terbaca"


def _why(field: FieldView) -> str:
    if not field.why:
        return ""
    said = (f"<b>{escape(one.label)}.</b> {escape(one.advice)} " for one in field.why)
    return f'<p class="why">{"".join(said)}</p>'


def _awaits(field: FieldView) -> str:
    said = "Menunggu diketik ulang oleh orang lain."
    if field.awaits == "seen":
        said = "Anda sudah melihat ketikan pertamanya, jadi orang lain yang mengetik ulang."
    return f'<p class="awaits"{_hidden(field.awaits and not field.is_masked)}>{said}</p>'


def _problem(field: FieldView, on: Setting) -> str:
    if field.name == on.trouble_field:
        return f'<p class="problem" role="alert">{escape(on.trouble)}</p>'
    hidden = _hidden(field.warning)
    return f'<p class="problem soft" role="alert"{hidden}>{escape(field.warning)}</p>'
