"""Writing council papers and taking them to the council."""

from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bihaelt.accounts.domain import AccountState, Role
from bihaelt.accounts.models import Account, Grant
from bihaelt.documents import queries
from bihaelt.documents.domain.papers import (
    OUTCOMES,
    PAPER_STEPS,
    PaperContent,
    PaperState,
    complete,
    fitting,
)
from bihaelt.documents.models import CouncilPaper, PaperCosignature, PaperMeasure, PaperMeeting
from bihaelt.journal.domain import Voice
from bihaelt.journal.operations import record
from bihaelt.marks import N_
from bihaelt.measures import queries as measures
from bihaelt.measures.domain import numbered
from bihaelt.measures.models import Measure
from bihaelt.measures.operations import decide
from bihaelt.money.domain import PRODUCT_GROUP
from bihaelt.organisations.models import Office
from bihaelt.outbox.operations import enqueue
from bihaelt.states import step
from bihaelt.texts.models import Text
from bihaelt.texts.operations import rewrite, write
from bihaelt.verdicts import Conflict, DomainError

LANGUAGE = "de"  # the council's language
MEANWHILE = N_("Somebody has changed this meanwhile. Please look at it again.")


def draft_paper(session: Session, *, content: PaperContent, by: Voice, now: datetime) -> CouncilPaper:
    """A new draft; raises DomainError at the field that does not fit."""
    _checked(session, content)
    text = write(session, language=LANGUAGE, words=content.words, now=now, author_id=by.actor_id)
    paper = CouncilPaper(
        kind=content.kind, state=PaperState.DRAFT, text_id=text.id, drafted_by_id=by.actor_id, created_at=now,
        changed_at=now, office_id=content.office_id, signed_as=content.signed_as, written_on=content.written_on,
    )  # fmt: skip
    session.add(paper)
    _fill(session, paper, content, now)
    record(session, act="paper.drafted", subject=paper, by=by, now=now, public=False)
    session.flush()
    return paper


def edit_paper(
    session: Session, *, paper: CouncilPaper, content: PaperContent, seen: datetime, by: Voice, now: datetime
) -> None:
    """Change a draft; raises Conflict when somebody else has changed it since ``seen``, DomainError at a field."""
    _lock(session, paper)
    if paper.changed_at != seen:
        raise Conflict(MEANWHILE)
    if paper.state is not PaperState.DRAFT:
        raise Conflict(N_("This step is not possible any more. Please look at the current state."))
    _checked(session, content)
    text = session.get_one(Text, paper.text_id)
    rewrite(session, text=text, words=content.words, now=now, author_id=by.actor_id)
    _fill(session, paper, content, now)
    record(session, act="paper.changed", subject=paper, by=by, now=now, public=False)
    session.flush()


def ask_to_sign(session: Session, *, paper: CouncilPaper, due_on: date, by: Voice, now: datetime) -> None:
    """Ask the offices of the measures to co-sign until ``due_on``, by letter; raises DomainError for what is missing."""
    _lock(session, paper)
    complete(queries.content_of(session, paper))
    if due_on < now.date():
        raise DomainError(N_("Choose a day that is still to come."), field="due_on")
    _move(session, paper, PaperState.CO_SIGNING, by, now)
    touched = [row.office_id for row in queries.measures_in(session, paper.id, (LANGUAGE,)) if row.office_id]
    for office_id in dict.fromkeys(each for each in touched if each != paper.office_id):
        session.add(PaperCosignature(paper_id=paper.id, office_id=office_id, due_on=due_on))
        for account in _editors(session, office_id, now):
            enqueue(
                session, kind="paper_cosign", email=account.email, language=account.language, account_id=account.id,
                now=now, paper_id=paper.id, due_on=due_on.isoformat(),
            )  # fmt: skip
    session.flush()


def cosign(
    session: Session, *, paper: CouncilPaper, cosignature: PaperCosignature, note: str, by: Voice, now: datetime
) -> None:
    """An office signs, with a note if it has something to say."""
    _lock(session, paper)
    session.refresh(cosignature, with_for_update={"of": PaperCosignature})
    if paper.state is not PaperState.CO_SIGNING or cosignature.signed_at is not None:
        raise Conflict(N_("This step is not possible any more. Please look at the current state."))
    cosignature.signed_at, cosignature.by_id, cosignature.note = now, by.actor_id, note.strip()
    record(session, act="paper.cosigned", subject=paper, by=by, now=now, reason=note.strip(), public=False)
    session.flush()


def take_back(session: Session, *, paper: CouncilPaper, reason: str, by: Voice, now: datetime) -> None:
    """Make a draft of it again; all signatures end, because they were given to another text."""
    if not reason.strip():
        raise DomainError(N_("Say why."), field="reason")
    _lock(session, paper)
    _move(session, paper, PaperState.DRAFT, by, now, reason=reason.strip())
    session.execute(sa.delete(PaperCosignature).where(PaperCosignature.paper_id == paper.id))
    session.flush()


def sign(session: Session, *, paper: CouncilPaper, by: Voice, now: datetime) -> None:
    """Sign the paper, once all offices have."""
    _lock(session, paper)
    if any(each.signed_at is None for each in queries.cosignatures(session, paper.id)):
        raise DomainError(N_("Not all offices have signed yet."))
    _move(session, paper, PaperState.SIGNED, by, now)
    session.flush()


def schedule(session: Session, *, paper: CouncilPaper, number: str, by: Voice, now: datetime) -> None:
    """Put the paper on an agenda under its number; what was referred or deferred keeps the number it has."""
    _lock(session, paper)
    wanted = numbered(number)
    if paper.number is not None and paper.number != wanted:
        raise DomainError(N_("The paper keeps its number."), field="number")
    taken = session.scalar(sa.select(CouncilPaper.id).where(CouncilPaper.number == wanted, CouncilPaper.id != paper.id))
    if taken is not None:
        raise DomainError(N_("Another paper has this number."), field="number")
    paper.number = wanted
    _move(session, paper, PaperState.ON_AGENDA, by, now)
    try:
        with session.begin_nested():
            session.flush()
    except IntegrityError:
        raise Conflict(MEANWHILE) from None


def record_outcome(
    session: Session, *, paper: CouncilPaper, outcome: PaperState, met_on: date, told: str, by: Voice, now: datetime
) -> None:
    """What a meeting made of the paper; ``told`` says how it was changed, where it was referred to."""
    _lock(session, paper)
    if outcome not in OUTCOMES[paper.kind]:
        raise DomainError(N_("This is no outcome of such a paper."), field="outcome")
    if outcome in (PaperState.CHANGED, PaperState.REFERRED) and not told.strip():
        raise DomainError(N_("Say what was changed, or to whom it was referred."), field="told")
    if met_on > now.date():
        raise DomainError(N_("This day is still to come."), field="met_on")
    _move(session, paper, outcome, by, now, reason=told.strip(), met_on=met_on)
    paper.outcome = told.strip()
    session.flush()


def decide_measures(
    session: Session, *, paper: CouncilPaper, by: Voice, now: datetime
) -> tuple[Sequence[str], Sequence[str]]:
    """Note the decision of a paper at its measures; the numbers of those that are decided now, and of those that are not.

    Decided is what is on the agenda under the paper's number, by a meeting that has been held; what is not, or lacks something, stays as
    it is. Raises Conflict for a paper that was not decided as it stood.
    """
    if paper.state is not PaperState.DECIDED:
        raise Conflict(MEANWHILE)
    decided, left = [], []
    for measure in queries.measures_of(session, paper.id):
        waiting = measures.on_agenda(session, measure.id, paper.number or "")
        attempt = session.begin_nested()
        try:
            if waiting is None:
                raise DomainError(N_("This step is not possible any more. Please look at the current state."))
            decide(session, consultation=waiting, note=paper.outcome, by=by, now=now)
        except DomainError:
            attempt.rollback()
            left.append(measure.number)
        else:
            attempt.commit()
            decided.append(measure.number)
    return decided, left


def _move(
    session: Session, paper: CouncilPaper, new: PaperState, by: Voice, now: datetime, *, reason: str = "",
    met_on: date | None = None,
) -> None:  # fmt: skip
    old = paper.state
    paper.state = step(PAPER_STEPS, old, new)
    paper.met_on = met_on
    paper.changed_at = now
    if new is PaperState.SIGNED:
        paper.signed_at = now
    elif new is PaperState.DRAFT:
        paper.signed_at = None
    record(
        session, act="paper.state", subject=paper, by=by, now=now, reason=reason, public=paper.number is not None,
        paper=paper.number or "", old_paper_state=old.value, new_paper_state=new.value,
        met_on=met_on.isoformat() if met_on else "",
    )  # fmt: skip


def _lock(session: Session, paper: CouncilPaper) -> None:
    session.refresh(paper, with_for_update={"of": CouncilPaper})


def _checked(session: Session, content: PaperContent) -> None:
    fitting(content)
    if content.product_group and not PRODUCT_GROUP.fullmatch(content.product_group):
        raise DomainError(N_("Enter the product group like 11.06.01."), field="product_group")
    if session.get(Office, content.office_id) is None:
        raise DomainError(N_("Choose an office."), field="office")
    wanted = set(content.measure_ids)
    known = session.scalar(sa.select(sa.func.count()).select_from(Measure).where(Measure.id.in_(wanted))) or 0
    if known != len(wanted):
        raise DomainError(N_("One of these measures does not exist any more."), field="measures")


def _fill(session: Session, paper: CouncilPaper, content: PaperContent, now: datetime) -> None:
    paper.kind, paper.office_id, paper.signed_as = content.kind, content.office_id, content.signed_as
    paper.written_on, paper.phone, paper.product_group = content.written_on, content.phone, content.product_group
    paper.annexes, paper.changed_at = content.annexes, now
    session.flush()
    for model in (PaperMeasure, PaperMeeting):
        session.execute(sa.delete(model).where(model.paper_id == paper.id))
    for place, measure_id in enumerate(dict.fromkeys(content.measure_ids), start=1):
        session.add(PaperMeasure(paper_id=paper.id, measure_id=measure_id, position=place))
    for place, each in enumerate(content.consultations, start=1):
        meeting = PaperMeeting(
            paper_id=paper.id, position=place, body=each.body, held_on=each.held_on, role=each.role, public=each.public
        )
        session.add(meeting)
    session.flush()
    session.expire(paper, ["meetings"])


def _editors(session: Session, office_id: int, now: datetime) -> list[Account]:
    """Who edits for an office today."""
    today = now.date()
    return list(
        session.scalars(
            sa.select(Account)
            .join(Grant, Grant.account_id == Account.id)
            .where(
                Grant.role == Role.OFFICE_EDITOR, Grant.office_id == office_id, Grant.starts_on <= today,
                sa.or_(Grant.ends_on.is_(None), Grant.ends_on > today), Account.state == AccountState.ACTIVE,
            )
            .order_by(Account.id)
        )
    )  # fmt: skip
