"""The tree that pages and PDF are made from."""

import pytest

from bihaelt.documents.domain.blocks import (
    Boxed,
    Contents,
    Document,
    Facts,
    Grid,
    Heading,
    Listing,
    NewPage,
    Paragraph,
    Run,
    Signature,
    alone,
    joined,
    plain,
    prose,
    said,
    spans,
    texts,
)


def document(*blocks, title="Titel"):
    return Document(said(title), "Blatt", "Stand", "Bielefeld", "de", "ltr", "{page}/{pages}", blocks)


def test_markdown_becomes_paragraphs_and_lists():
    blocks = prose(
        "# Kopf\n\nEin *schräges* und **fettes** Wort,\nzweite Zeile\\\ndritte.\n\n"
        "- Eins\n- Zwei\n  - Drei\n\n3. Vier\n\n```\ncode\n```"
    )
    head, paragraph, points, numbered, code = blocks
    assert head == Paragraph((Run("Kopf", strong=True),))
    assert plain(paragraph.words) == "Ein schräges und fettes Wort, zweite Zeile\ndritte."
    assert [run.text for run in paragraph.words if run.emphasis] == ["schräges"]
    assert [run.text for run in paragraph.words if run.strong] == ["fettes"]
    assert [plain(item) for item in points.items] == ["Eins", "Zwei", "Drei"]
    assert (numbered.numbered, numbered.start) == (True, 3)
    assert code == Paragraph((Run("code"),))


def test_words_of_people_keep_their_language():
    (paragraph,) = prose("نص", "ar", "rtl")
    assert paragraph.words == (Run("نص", "ar", "rtl"),)


@pytest.mark.parametrize("text", ["", "   ", "<b>roh</b>", "[Wort](https://x.example)", "![Bild](x.png)"])
def test_nothing_but_words_comes_through(text):
    assert all(not told or "https" not in told for told in texts(prose(text)))


def test_pieces_of_one_language_stay_together():
    words = (Run("a", "de", "ltr"), Run("b", "de", "ltr", strong=True), Run("c"))
    assert spans(words) == [words[:2], words[2:]]


def test_every_word_of_a_document_can_be_read():
    blocks = (
        Heading(said("A")), Paragraph(said("B")), Listing((said("C"),)), Facts(((said("D"), said("E")),)),
        Grid(said("F"), (said("G"),), ((said("H"),),)), Boxed(said("I"), (Paragraph(said("J")),)), Signature(said("K")),
        NewPage(), Contents(said("L")),
    )  # fmt: skip
    assert "".join(texts(blocks)) == "ABCDEFGHIJKL"


def test_the_same_content_in_the_same_form_has_one_name():
    one, other = document(Paragraph(said("a"))), document(Paragraph(said("b")))
    assert one.content_hash() == document(Paragraph(said("a"))).content_hash()
    assert one.content_hash() != other.content_hash()
    assert one.content_hash(b"x") != one.content_hash(b"y")
    assert one.name == "Titel"


def test_pieces_are_joined_with_a_mark_between_them():
    assert plain(joined([said("a"), alone("b"), ()], "; ")) == "a; b; "
    assert joined([]) == ()
