"""``sotarsa forms``: the catalog, the geometry of a form, a specimen for training."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from office.commandline import print_json
from office.commands.files import write_product
from office.errors import ExitCode, OfficeError

if TYPE_CHECKING:
    from forms.printed import PrintedForm

HELP = "Jenis lembar: daftar, rancangan, dan lembar contoh untuk latihan."
EXAMPLES = """contoh:
  sotarsa forms list
  sotarsa forms layout registrasi --paper f4 --json
  sotarsa forms specimen registrasi -o contoh.pdf"""


def add_arguments(parser: ArgumentParser) -> None:
    actions = parser.add_subparsers(metavar="TINDAKAN", required=True, title="tindakan")
    listing = actions.add_parser("list", help="daftar jenis lembar", epilog=EXAMPLES)
    listing.set_defaults(action=_list)
    layout = actions.add_parser("layout", help="letak semua kotak, dalam mm", epilog=EXAMPLES)
    layout.set_defaults(action=_layout)
    specimen = actions.add_parser("specimen", help="lembar latihan CONTOH", epilog=EXAMPLES)
    specimen.set_defaults(action=_specimen)
    for action in (layout, specimen):
        action.add_argument("kind", metavar="JENIS", help="misalnya registrasi")
        action.add_argument(
            "--paper", choices=("a4", "f4"), default="a4", help="ukuran kertas: a4 atau f4"
        )
    specimen.add_argument("-o", "--output", metavar="F.pdf", required=True, help="berkas hasil")
    for action in (listing, layout):
        action.add_argument("--json", action="store_true", help="hasil untuk mesin")


def run(args: Namespace) -> ExitCode:
    result: ExitCode = args.action(args)
    return result


def _list(args: Namespace) -> ExitCode:
    from forms.spec import catalog_forms, load_form

    specs = [load_form(form) for form in catalog_forms()]
    if args.json:
        print_json([{"form": s.form, "title": s.title, "pages": s.pages} for s in specs])
        return ExitCode.OK
    for spec in specs:
        print(f"{spec.form:<14} {spec.pages} halaman  {spec.title}")
    return ExitCode.OK


def _typeset(args: Namespace) -> PrintedForm:
    from forms.spec import catalog_forms
    from forms.typeset import typeset

    if args.kind not in catalog_forms():
        known = ", ".join(catalog_forms())
        raise OfficeError(f"Jenis lembar “{args.kind}” tidak ada; yang ada: {known}.")
    return typeset(args.kind, args.paper)


def _layout(args: Namespace) -> ExitCode:
    layout = _typeset(args).layout
    if args.json:
        print_json(layout.contract())
        return ExitCode.OK
    print(f"{layout.form} {layout.paper}  {layout.hash}")
    for number, page in enumerate(layout.pages, start=1):
        fields = layout.fields_on_page(number)
        boxes = sum(len(boxes) for boxes in fields.values())
        size = f"{page.width_mm:g} x {page.height_mm:g} mm"
        print(f"halaman {number}: {size}, {len(fields)} isian, {boxes} kotak")
    return ExitCode.OK


def _specimen(args: Namespace) -> ExitCode:
    from forms.specimen import make_specimen
    from scanner.context import demo_key

    write_product(Path(args.output), make_specimen(_typeset(args), demo_key()))
    return ExitCode.OK
