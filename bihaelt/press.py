"""The printing press: a program of its own, so that a web process never pays the memory of a thousand pages.

Reads one JSON object from its input, ``{"template": FILE, "data": {…}, "format": "pdf"}``, and writes the document to its
output. Every ``"qr": text`` in the data's list ``sheets``, if it has one, becomes ``"svg"``, a picture of that text.
Nothing is kept.
"""

import json
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import segno
import typst

# Plex for Arabic: Noto puts letters together from a body and dots, and then nobody can read or copy them out of a PDF.
FONTS = ("fontpkg_noto_sans", "fontpkg_ibm_plex_sans_arabic", "fontpkg_noto_sans_arabic")
QUIET = 4  # modules of white around a code; the standard asks for four
MASK = 3  # one fixed pattern: trying all eight, as usual, takes eight times as long and reads no better


def qr(text: str) -> str:
    """``text`` as a QR code (error correction M) in SVG, one unit per module."""
    rows = segno.make(text, error="m", boost_error=False, mask=MASK, micro=False).matrix
    size = len(rows) + 2 * QUIET
    dark = "".join(f"M{start} {y}h{length}v1h-{length}z" for y, row in enumerate(rows) for start, length in runs(row))
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{-QUIET} {-QUIET} {size} {size}"><path d="{dark}"/></svg>'


def runs(row: bytearray) -> list[tuple[int, int]]:
    """(first, length) of the dark stretches of a row."""
    found, start = [], None
    for x, module in enumerate([*row, 0]):
        if module and start is None:
            start = x
        elif not module and start is not None:
            found.append((start, x - start))
            start = None
    return found


def fonts() -> typst.Fonts:
    """Our own fonts and those inside of typst: a page looks the same on every machine."""
    found = [find_spec(name) for name in FONTS]
    folders = [Path(spec.origin).parent / "files" for spec in found if spec is not None and spec.origin is not None]
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[*folders])


def printed(template: Path, data: dict[str, Any], kind: str = "pdf") -> bytes:
    """The document: PDF/UA-1 (tagged), or for a look its first page as ``png``."""
    for sheet in data.get("sheets", ()):
        sheet["svg"] = qr(sheet.pop("qr"))
    compiler = typst.Compiler(
        template, root=template.parent, font_paths=fonts(), sys_inputs={"data": json.dumps(data, ensure_ascii=False)}
    )
    more: dict[str, Any] = (
        {"format": "png", "ppi": 150} if kind == "png" else {"format": "pdf", "pdf_standards": "ua-1"}
    )
    made = compiler.compile(**more)
    first = made[0] if isinstance(made, list) else made
    assert first is not None
    return first


def main() -> None:
    order = json.load(sys.stdin.buffer)
    sys.stdout.buffer.write(printed(Path(order["template"]), order["data"], order.get("format", "pdf")))


if __name__ == "__main__":
    main()
