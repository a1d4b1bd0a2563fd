"""Tables for programs of others: cells that no table program runs, amounts as it reads them."""

import re
import unicodedata

FORMULA = "=+-@"
SPLITTERS = ";,|\t\r\n"
BLANK = re.compile(r"[\s\u200b\u200e\u200f\u2060\ufeff\"']")
HARMLESS = re.compile(r"[+-]?\d+(?:[.,]\d+)*|\+\d[\d /()-]*")


def cell(text: str) -> str:
    """``text`` as a cell of a CSV file that no table program takes for a formula (check 42).

    An apostrophe goes before = + - @ (also in full width) wherever a program may see the beginning of a cell: at the
    start, after blanks, invisible characters or quotes, and after anything that some program splits columns at.
    A leading TAB, CR or LF gets one too. Plain numbers and telephone numbers stay as they are.
    """
    if HARMLESS.fullmatch(text):
        return text
    out: list[str] = ["'"] if text[:1] in ("\t", "\r", "\n") and text else []
    beginning = True
    for character in text:
        if beginning and unicodedata.normalize("NFKC", character)[0] in FORMULA:
            out.append("'")
            beginning = False
        elif character in SPLITTERS:
            beginning = True
        elif not BLANK.match(character):
            beginning = False
        out.append(character)
    return "".join(out)


def euros(cents: int) -> str:
    """Integer cents as a German table reads them: 1234,50."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100},{abs(cents) % 100:02d}"
