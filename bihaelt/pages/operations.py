"""Writing the city's own pages; taking in and answering feedback."""

import secrets
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.journal.domain import Voice
from bihaelt.journal.operations import record
from bihaelt.marks import N_
from bihaelt.outbox.operations import enqueue
from bihaelt.pages.domain import FeedbackKind, PageName
from bihaelt.pages.models import CityPage, Feedback
from bihaelt.pages.queries import city_page
from bihaelt.texts.domain import Status, Words
from bihaelt.texts.models import Text
from bihaelt.texts.operations import current_version, rewrite, translate, write
from bihaelt.verdicts import Conflict
from bihaelt.workdays import add_months

# No letters or digits that are mistaken for each other when they are read out.
ALPHABET = "ACDEFHJKLMNPRTUVWXY34679"


def write_page(
    session: Session, *, name: PageName, language: str, words: Words, by: Voice, now: datetime,
    made_from_id: int | None = None,
) -> CityPage:  # fmt: skip
    """Write a page in ``language``: the first language is the original, all others are translations by hand.

    ``made_from_id`` is the original that a translator had before them (None: the current one).
    Raises Conflict when the original has changed meanwhile.
    """
    page = city_page(session, name)
    if page is None:
        text = write(session, language=language, words=words, now=now, author_id=by.actor_id)
        page = CityPage(name=name, text_id=text.id)
        session.add(page)
        session.flush()
        record(session, act="city_page.written", subject=page, by=by, now=now, language=language)
        return page
    text = session.get_one(Text, page.text_id)
    original = current_version(session, text.id, text.source_language)
    assert original is not None, "a text always has its original"
    if made_from_id is not None and made_from_id != original.id:
        raise Conflict(N_("The original has changed. Please look at it again."))
    if language == text.source_language:
        rewrite(session, text=text, words=words, now=now, author_id=by.actor_id)
    else:
        translate(
            session, text=text, language=language, words=words, status=Status.HUMAN, made_from=original, now=now,
            author_id=by.actor_id,
        )  # fmt: skip
    record(session, act="city_page.changed", subject=page, by=by, now=now, language=language)
    session.flush()
    return page


def receive(
    session: Session, *, kind: FeedbackKind, body: str, page: str, email: str, language: str, by: Voice,
    today: date, now: datetime, nonce: str | None = None,
) -> Feedback:  # fmt: skip
    """Take in what somebody reports; an answer is due within a month. The same ``nonce`` is taken in once."""
    if nonce:
        known: Feedback | None = session.scalar(sa.select(Feedback).where(Feedback.nonce == nonce))
        if known is not None:
            return known
    feedback = Feedback(
        number=receipt_number(), kind=kind, body=body, page=page, email=email, language=language, created_at=now,
        due_on=add_months(today, 1), nonce=nonce,
    )  # fmt: skip
    session.add(feedback)
    session.flush()
    record(session, act="feedback.received", subject=feedback, by=by, now=now, public=False)
    enqueue(
        session, kind="feedback_received", email=email, language=language, now=now, number=feedback.number,
        due_on=feedback.due_on.isoformat(),
    )  # fmt: skip
    session.flush()
    return feedback


def answer(session: Session, *, feedback: Feedback, text: str, by: Voice, now: datetime) -> None:
    """Answer, once: by letter where there is an address, and for everybody under the receipt number.

    Raises Conflict when somebody else was faster.
    """
    if feedback.answered_at is not None:
        raise Conflict(N_("This has been answered already."))
    feedback.answered_at, feedback.answer = now, text
    record(session, act="feedback.answered", subject=feedback, by=by, now=now, public=False)
    enqueue(
        session, kind="feedback_answered", email=feedback.email, language=feedback.language, now=now,
        number=feedback.number, answer=text,
    )  # fmt: skip
    session.flush()


def receipt_number() -> str:
    """A number to write down, such as ``K7DT-4MRX-A9``; nobody can guess another person's."""
    drawn = "".join(secrets.choice(ALPHABET) for _ in range(10))
    return f"{drawn[:4]}-{drawn[4:8]}-{drawn[8:]}"
