"""Tables as LibreOffice keeps them (ODS, OpenDocument 1.3), written while they are read.

The libraries that write ODS build a tree of objects for each cell: 5,000 rows took one of them (odfdo) half a minute. Here
it takes a second, and the tests read what is written with that library.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from bihaelt.tables import TYPES, Column, Kind, Table, sheet_name

NAMES = {
    "office": "office:1.0", "style": "style:1.0", "text": "text:1.0", "table": "table:1.0", "number": "datastyle:1.0",
    "config": "config:1.0", "fo": "xsl-fo-compatible:1.0", "meta": "meta:1.0",
}  # fmt: skip
SPACES = " ".join(f'xmlns:{key}="urn:oasis:names:tc:opendocument:xmlns:{name}"' for key, name in NAMES.items())
SPACES += ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
# What XML cannot carry at all.
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
STYLES = {Kind.TEXT: "words", Kind.NUMBER: "number", Kind.MONEY: "euros", Kind.DAY: "day"}
# The files in an archive carry no time of their own, so that the same table is the same file.
EPOCH = (1980, 1, 1, 0, 0, 0)
MILLIMETRES = 2.1  # the breadth of a character

FORMATS = """<number:number-style style:name="n0" number:language="de" number:country="DE">\
<number:number number:decimal-places="2" number:min-decimal-places="0" number:min-integer-digits="1" \
number:grouping="true"/></number:number-style>\
<number:currency-style style:name="e0" number:language="de" number:country="DE">\
<number:number number:decimal-places="2" number:min-decimal-places="2" number:min-integer-digits="1" \
number:grouping="true"/><number:text> </number:text>\
<number:currency-symbol number:language="de" number:country="DE">€</number:currency-symbol></number:currency-style>\
<number:date-style style:name="d0" number:language="de" number:country="DE">\
<number:day number:style="long"/><number:text>.</number:text><number:month number:style="long"/>\
<number:text>.</number:text><number:year number:style="long"/></number:date-style>\
<number:text-style style:name="t0"><number:text-content/></number:text-style>"""
CELLS = """<style:style style:name="head" style:family="table-cell"><style:table-cell-properties \
fo:border-bottom="0.5pt solid #000000" fo:wrap-option="wrap"/><style:text-properties fo:font-weight="bold"/></style:style>\
<style:style style:name="words" style:family="table-cell" style:data-style-name="t0">\
<style:table-cell-properties fo:wrap-option="wrap" style:vertical-align="top"/></style:style>\
<style:style style:name="number" style:family="table-cell" style:data-style-name="n0"/>\
<style:style style:name="euros" style:family="table-cell" style:data-style-name="e0"/>\
<style:style style:name="day" style:family="table-cell" style:data-style-name="d0"/>"""


def ods(table: Table) -> bytes:
    """A workbook for LibreOffice: real numbers and days, the header stays in sight; text is never a formula."""
    name = sheet_name(table.title)
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        kept(archive, "mimetype", TYPES["ods"], zipfile.ZIP_STORED)
        kept(archive, "META-INF/manifest.xml", MANIFEST)
        kept(archive, "meta.xml", part("meta", f"<office:meta><dc:title>{words(table.title)}</dc:title></office:meta>"))
        kept(archive, "styles.xml", part("styles", "<office:styles/>"))
        kept(archive, "settings.xml", part("settings", FROZEN.format(name=words(name))))
        info = zipfile.ZipInfo("content.xml", EPOCH)
        info.compress_type = zipfile.ZIP_DEFLATED
        with archive.open(info, "w") as file:
            for piece in content(table, name):
                file.write(piece.encode())
    return output.getvalue()


def kept(archive: zipfile.ZipFile, name: str, text: str, how: int = zipfile.ZIP_DEFLATED) -> None:
    info = zipfile.ZipInfo(name, EPOCH)
    info.compress_type = how
    archive.writestr(info, text)


def part(kind: str, inside: str) -> str:
    return f'{XML}<office:document-{kind} {SPACES} office:version="1.3">{inside}</office:document-{kind}>'


def content(table: Table, name: str) -> Iterator[str]:
    yield f'{XML}<office:document-content {SPACES} office:version="1.3"><office:automatic-styles>{FORMATS}{CELLS}'
    mode = "rl-tb" if table.right_to_left else "lr-tb"
    yield f'<style:style style:name="sheet" style:family="table"><style:table-properties style:writing-mode="{mode}"/>'
    yield "</style:style>"
    for place, column in enumerate(table.columns):
        wide = f'<style:table-column-properties style:column-width="{column.width * MILLIMETRES:.1f}mm"/>'
        yield f'<style:style style:name="c{place}" style:family="table-column">{wide}</style:style>'
    yield f"</office:automatic-styles><office:body><office:spreadsheet><table:table table:name={quoteattr(words(name))} "
    yield 'table:style-name="sheet">'
    for place, _ in enumerate(table.columns):
        yield f'<table:table-column table:style-name="c{place}"/>'
    yield "<table:table-header-rows><table:table-row>"
    yield "".join(text_cell(column.label, "head") for column in table.columns)
    yield "</table:table-row></table:table-header-rows>"
    for row in table.rows:
        cells = "".join(cell(column, value) for column, value in zip(table.columns, row, strict=True))
        yield f"<table:table-row>{cells}</table:table-row>"
    yield "</table:table></office:spreadsheet></office:body></office:document-content>"


def cell(column: Column, value: Any) -> str:
    style = STYLES[column.kind]
    if value is None:
        return "<table:table-cell/>"
    if column.kind is Kind.TEXT:
        return text_cell(str(value), style)
    if column.kind is Kind.DAY:
        assert isinstance(value, date)
        return value_cell(
            style, f'office:value-type="date" office:date-value="{value.isoformat()}"', f"{value:%d.%m.%Y}"
        )
    if column.kind is Kind.MONEY:
        amount = Decimal(value) / 100
        kind = f'office:value-type="currency" office:currency="EUR" office:value="{amount}"'
        return value_cell(style, kind, f"{amount:.2f} €".replace(".", ","))
    return value_cell(style, f'office:value-type="float" office:value="{value}"', str(value).replace(".", ","))


def value_cell(style: str, value: str, shown: str) -> str:
    return f'<table:table-cell table:style-name="{style}" {value}><text:p>{shown}</text:p></table:table-cell>'


def text_cell(text: str, style: str) -> str:
    lines = "".join(f"<text:p>{words(line)}</text:p>" for line in text.splitlines() or [""])
    return f'<table:table-cell table:style-name="{style}" office:value-type="string">{lines}</table:table-cell>'


def words(text: str) -> str:
    return escape(FORBIDDEN.sub("", text))


FILES = ("content.xml", "meta.xml", "settings.xml", "styles.xml")
MANIFEST = (
    f'{XML}<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{TYPES["ods"]}"/>'
    + "".join(f'<manifest:file-entry manifest:full-path="{name}" manifest:media-type="text/xml"/>' for name in FILES)
    + "</manifest:manifest>"
)
FROZEN = """<office:settings><config:config-item-set config:name="ooo:view-settings">\
<config:config-item-map-indexed config:name="Views"><config:config-item-map-entry>\
<config:config-item config:name="ViewId" config:type="string">view1</config:config-item>\
<config:config-item-map-named config:name="Tables"><config:config-item-map-entry config:name="{name}">\
<config:config-item config:name="HorizontalSplitMode" config:type="short">0</config:config-item>\
<config:config-item config:name="VerticalSplitMode" config:type="short">2</config:config-item>\
<config:config-item config:name="VerticalSplitPosition" config:type="int">1</config:config-item>\
<config:config-item config:name="ActiveSplitRange" config:type="short">2</config:config-item>\
<config:config-item config:name="PositionBottom" config:type="int">1</config:config-item>\
</config:config-item-map-entry></config:config-item-map-named>\
<config:config-item config:name="ActiveTable" config:type="string">{name}</config:config-item>\
</config:config-item-map-entry></config:config-item-map-indexed></config:config-item-set></office:settings>"""
