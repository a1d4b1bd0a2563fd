"""From accepted proposals to the draft of a measure: several into one, or one into several."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bihaelt.journal.domain import Voice
from bihaelt.journal.operations import record
from bihaelt.marks import N_
from bihaelt.measures import queries
from bihaelt.measures.domain import PARTS, Category, MeasureState, Take, fitting, next_number
from bihaelt.measures.models import Measure, MeasureField, Origin
from bihaelt.measures.operations.keeping import first_version
from bihaelt.measures.operations.letters import tell_authors
from bihaelt.proposals.models import Proposal, ProposalField, ProposalTargetGroup
from bihaelt.texts.domain import Shown, Status, Words
from bihaelt.texts.models import Text
from bihaelt.texts.operations import current_version, translate, write
from bihaelt.texts.queries import languages_of, shown
from bihaelt.topics.models import TargetGroup
from bihaelt.verdicts import Conflict, DomainError

GERMAN = ("de",)
TRIES = 20


def draft(
    session: Session, *, takes: Sequence[Take], by: Voice, now: datetime, cluster_id: int | None = None
) -> Measure:
    """A measure in category C, its sheet prefilled from the proposals that it takes over, in the order given.

    Title and cluster come from the first, text, need and gender aspect from all, the fields of action are joined,
    the rough costs added; the district only where all agree. Raises DomainError for a proposal that was not
    accepted, and where no cluster is known.
    """
    proposals = _proposals(session, takes)
    takes = [fitting(take, proposal.outcome) for take, proposal in zip(takes, proposals, strict=True)]
    cluster_id = cluster_id or next((each.cluster_id for each in proposals if each.cluster_id), None)
    if cluster_id is None:
        raise DomainError(N_("Choose a cluster."), field="cluster")
    text = _text(session, proposals, by, now)
    districts = {each.district_id for each in proposals}
    measure = Measure(
        text_id=text.id,
        category=Category.C,
        state=MeasureState.DRAFT,
        cluster_id=cluster_id,
        district_id=districts.pop() if len(districts) == 1 else None,
        planned_cents=sum(each.cost_cents or 0 for each in proposals),
        created_at=now,
        changed_at=now,
    )
    give_number(session, measure)
    ids = [each.id for each in proposals]
    fields = session.scalars(sa.select(ProposalField.field_id).where(ProposalField.proposal_id.in_(ids)).distinct())
    session.add_all(MeasureField(measure_id=measure.id, field_id=field_id) for field_id in sorted(fields))
    for take in takes:
        session.add(_origin(measure, take, now))
    session.flush()
    first_version(session, measure=measure, sheet=queries.sheet(session, measure), by=by, now=now)
    record(session, act="measure.drafted", subject=measure, by=by, now=now, proposals=ids)
    for proposal, take in zip(proposals, takes, strict=True):
        _tell_proposal(session, measure, proposal, take, by, now)
    session.flush()
    tell_authors(session, kind="measure_drafted", measure=measure, proposal_ids=ids, now=now)
    return measure


def link(session: Session, *, measure: Measure, take: Take, by: Voice, now: datetime) -> None:
    """Say that a measure takes another proposal over, or say differently how it does."""
    (proposal,) = _proposals(session, [take])
    take = fitting(take, proposal.outcome)
    there = session.scalar(sa.select(Origin).where(Origin.measure_id == measure.id, Origin.proposal_id == proposal.id))
    if there is None:
        session.add(_origin(measure, take, now))
    else:
        there.takes, there.part = take.takes, take.part
    session.flush()
    record(session, act="measure.linked", subject=measure, by=by, now=now, proposal=proposal.id, takes=take.takes.value)
    _tell_proposal(session, measure, proposal, take, by, now)
    session.flush()
    if there is None:
        tell_authors(session, kind="measure_drafted", measure=measure, proposal_ids=[proposal.id], now=now)


def unlink(session: Session, *, measure: Measure, proposal_id: int, reason: str, by: Voice, now: datetime) -> None:
    """Take a link back, with a reason; Conflict when there is none."""
    if not reason.strip():
        raise DomainError(N_("Say why."), field="reason")
    there = session.scalar(sa.select(Origin).where(Origin.measure_id == measure.id, Origin.proposal_id == proposal_id))
    if there is None:
        raise Conflict(N_("This proposal is not linked any more."))
    session.delete(there)
    session.flush()
    record(session, act="measure.unlinked", subject=measure, by=by, now=now, reason=reason, proposal=proposal_id)
    session.flush()


def _proposals(session: Session, takes: Sequence[Take]) -> Sequence[Proposal]:
    wanted = [take.proposal_id for take in takes]
    rows = session.scalars(sa.select(Proposal).where(Proposal.id.in_(wanted)))
    by_id = {row.id: row for row in rows}
    if not wanted or len(by_id) != len(wanted):
        raise DomainError(N_("Choose at least one accepted proposal."))
    return [by_id[number] for number in wanted]


def _text(session: Session, proposals: Sequence[Proposal], by: Voice, now: datetime) -> Text:
    found = shown(session, [each.text_id for each in proposals], GERMAN)
    texts = [found[each.text_id] for each in proposals]
    extra = dict.fromkeys(PARTS, "")
    extra |= {part: _joined(text.extra.get(part, "") for text in texts) for part in ("need", "gender")}
    extra["target_group"] = _target_groups(session, [each.id for each in proposals])
    words = Words(texts[0].title, _joined(text.body for text in texts), extra)
    text = write(session, language=texts[0].language, words=words, now=now, author_id=by.actor_id)
    if len(texts) == 1:
        _keep_translations(session, text, texts[0], by, now)
    return text


def _keep_translations(session: Session, text: Text, source: Shown, by: Voice, now: datetime) -> None:
    """What one proposal says in other languages, the draft says too, until it is rewritten."""
    original = current_version(session, text.id, text.source_language)
    assert original is not None, "just written"
    for version in languages_of(session, source.text_id):
        if version.language == text.source_language:
            continue
        extra = dict.fromkeys(PARTS, "") | {part: version.extra.get(part, "") for part in ("need", "gender")}
        status = Status.HUMAN if version.status is Status.ORIGINAL else version.status
        translate(
            session,
            text=text,
            language=version.language,
            words=Words(version.title, version.body, extra),
            status=status,
            made_from=original,
            now=now,
            author_id=by.actor_id,
        )


def _joined(parts: object) -> str:
    return "\n\n".join(dict.fromkeys(part for part in parts if part))  # type: ignore[attr-defined]


def _target_groups(session: Session, proposal_ids: Sequence[int]) -> str:
    chosen = sa.select(ProposalTargetGroup.target_group_id).where(ProposalTargetGroup.proposal_id.in_(proposal_ids))
    ids = session.scalars(
        sa.select(TargetGroup.text_id).where(TargetGroup.id.in_(chosen)).order_by(TargetGroup.position)
    ).all()
    words = shown(session, ids, GERMAN)
    return ", ".join(words[text_id].title for text_id in ids)


def give_number(session: Session, measure: Measure) -> None:
    """Give the measure the next free number; where two are drafted at once, the second takes the one after."""
    for _ in range(TRIES):
        last = session.scalar(
            sa.select(Measure.number)
            .where(Measure.number.like("M%"))
            .order_by(sa.func.length(Measure.number).desc(), Measure.number.desc())
            .limit(1)
        )
        measure.number = next_number(last)
        try:
            with session.begin_nested():
                session.add(measure)
                session.flush()
        except IntegrityError:
            continue
        return
    raise Conflict(N_("Many measures are being drafted at once. Please try again."))


def _origin(measure: Measure, take: Take, now: datetime) -> Origin:
    return Origin(measure_id=measure.id, proposal_id=take.proposal_id, takes=take.takes, part=take.part, created_at=now)


def _tell_proposal(
    session: Session, measure: Measure, proposal: Proposal, take: Take, by: Voice, now: datetime
) -> None:
    """The same act stands in the journal of the proposal, so that its way can be followed from there."""
    record(
        session,
        act="measure.linked",
        subject=proposal,
        by=by,
        now=now,
        measure=measure.id,
        measure_number=measure.number,
        takes=take.takes.value,
    )
