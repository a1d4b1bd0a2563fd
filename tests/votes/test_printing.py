"""Printed pages, as a reader of PDF and a camera see them."""

import io

import numpy as np
import pypdf
import pytest
import zxingcpp
from PIL import Image

from bihaelt.i18n import LANGUAGES
from bihaelt.printing import Said, press
from bihaelt.votes.operations.printing import (
    TEMPLATES,
    PrintedOption,
    PrintedQuestion,
    Sheet,
    ballot_sheets,
    letters,
)
from tests.pdf import alternatives, tags

ADDRESS = "https://mitmachen.bielefeld.example/de/vote#BCDF-2345-GHJK"
LETTER = {
    "title": "Briefe", "city": "Bielefeld", "subject": "Ihr Code", "number": "Nummer", "text": ["Guten Tag,"],
    "code": "Ihr Code", "web": "mitmachen.example/vote", "picture": "Bild des Codes", "after": ["Danke"],
}  # fmt: skip
PAPER = {
    "title": "Stimmzettel", "city": "Bielefeld", "number": "Nummer", "picture": "Bild", "page": "Seite {page} von {pages}",
    "answers": ["ja", "nein", "Enthaltung"], "text": ["Kreuzen Sie an."], "after": "Danke",
}  # fmt: skip
ARABIC = Said("مقاعد أكثر في الحديقة", "ar", "rtl")


def paper(sheets=1, *, marks="box", language="de", way="ltr", options=3, questions=1, title=None):
    asked = [
        PrintedQuestion(
            Said("Bewegung & <b>Sport</b>", "de", "ltr"),
            "Budget: 5.000 €",
            tuple(
                PrintedOption(n, title or Said(f"Bank {n} #set *x*", "de", "ltr"), "1.000 €")
                for n in range(1, options + 1)
            ),
        )
        for _ in range(questions)
    ]
    stack = [Sheet(f"Zettel {n}", "BCDF-2345-GHJK", "BCDF-2345-GHJK") for n in range(1, sheets + 1)]
    about = {"lang": language, "dir": way, "points": 11}
    return ballot_sheets(stack, words=PAPER, questions=asked, marks=marks, language=about)


def pages(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


@pytest.mark.parametrize("template", ["letters", "sheets"])
def test_a_camera_reads_the_picture(template):
    sheet = {"number": "1", "code": "BCDF-2345-GHJK", "qr": ADDRESS, "address": ["Ann Lee"]}
    data = {
        "sheets": [sheet], "words": LETTER | PAPER, "others": [], "sender": "", "questions": [], "marks": "box",
        "language": {"lang": "de", "dir": "ltr", "points": 11},
    }  # fmt: skip
    picture = Image.open(io.BytesIO(press(TEMPLATES / f"{template}.typ", data, "png"))).convert("L")
    found = zxingcpp.read_barcodes(np.asarray(picture))
    assert [code.text for code in found] == [ADDRESS]


def test_each_sheet_counts_its_own_pages():
    found = pages(paper(2, options=40))
    assert len(found) == 4
    assert ["Seite 1 von 2" in page for page in found] == [True, False, True, False]
    assert ["Zettel 2" in page for page in found] == [False, False, True, True]
    assert all("BCDF-2345-GHJK" in page for page in found)


@pytest.mark.parametrize(("marks", "words"), [("box", ()), ("points", ()), ("ranks", ()), ("answers", ("ja", "nein"))])
def test_every_method_has_its_marks(marks, words):
    (page,) = pages(paper(marks=marks))
    assert all(word in page for word in words)
    assert "Bank 3 #set *x*" in page
    assert "<b>Sport</b>" in page


def looks(title: str, way: str) -> np.ndarray:
    """The first page with one option of that title, dark is high."""
    option = {"number": 1, "title": {"text": title, "lang": "ar", "dir": "rtl"}, "cost": ""}
    question = {"title": {"text": "", "lang": "ar", "dir": "rtl"}, "note": "", "options": [option]}
    words = PAPER | {"title": "Zettel", "text": [], "after": ""}
    data = {
        "sheets": [{"number": "", "code": "", "qr": "x", "address": []}], "words": words, "questions": [question],
        "marks": "box", "language": {"lang": "ar", "dir": way, "points": 11},
    }  # fmt: skip
    return 255 - np.asarray(
        Image.open(io.BytesIO(press(TEMPLATES / "sheets.typ", data, "png"))).convert("L"), dtype=np.int64
    )


def test_arabic_letters_are_joined_and_run_from_right_to_left():
    word = "مقاعد"
    joined, apart = looks(word, "rtl"), looks("\u200c".join(word), "rtl")
    assert (joined != apart).any()
    row = slice(300, 350)  # the line with the option: box and word stand at the right edge, as the page begins there
    ink = joined[row].sum(axis=0)
    assert ink[: len(ink) // 2].sum() == 0
    assert ink[len(ink) // 2 :].sum() > 0


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.url)
def test_every_language_can_be_printed(language):
    assert pages(paper(language=language.tag.partition("-")[0], way=language.dir))


def test_the_pdf_is_tagged_and_pictures_have_words():
    reader = pypdf.PdfReader(
        io.BytesIO(letters([Sheet("1", "BCDF-2345-GHJK", ADDRESS)], words=LETTER, others=[ARABIC], sender=""))
    )
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata is not None
    assert reader.metadata.title == "Briefe"
    assert {"H1", "Figure", "P"} <= set(tags(root["/StructTreeRoot"]))
    assert "Bild des Codes" in alternatives(root["/StructTreeRoot"])


def test_hundreds_of_letters_are_one_file():
    stack = [Sheet(f"{n}", "BCDF-2345-GHJK", ADDRESS, ("Ann Lee", "Weg 1", "33602 Bielefeld")) for n in range(300)]
    pdf = letters(stack, words=LETTER, others=[], sender="Stadt")
    assert len(pypdf.PdfReader(io.BytesIO(pdf)).pages) == 300
