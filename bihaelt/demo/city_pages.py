"""The demo city's own pages, from pages/<name>.<language>.md: first line the title, the rest the text."""

from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from bihaelt.demo.words import OTHERS
from bihaelt.journal.domain import SYSTEM
from bihaelt.pages.domain import PageName
from bihaelt.pages.operations import write_page
from bihaelt.texts.domain import Words

FOLDER = Path(__file__).parent / "pages"


def make_pages(session: Session, *, now: datetime) -> None:
    """Write each page that has a German text, and its translations where there are some."""
    for name in PageName:
        for language in ("de", *OTHERS):
            path = FOLDER / f"{name.value}.{language}.md"
            if path.exists():
                title, _, body = path.read_text("utf-8").partition("\n")
                words = Words(title.removeprefix("# ").strip(), body.strip())
                write_page(session, name=name, language=language, words=words, by=SYSTEM, now=now)
