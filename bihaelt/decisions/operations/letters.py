"""Letters to the authors and supporters of decided proposals, each in the language of its reader."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.accounts.domain import AccountState
from bihaelt.accounts.models import Account
from bihaelt.decisions.models import Decision
from bihaelt.i18n import BY_BABEL, DEFAULT
from bihaelt.marks import label_of
from bihaelt.outbox.operations import enqueue
from bihaelt.proposals.domain import Outcome
from bihaelt.proposals.models import CoAuthor, Proposal
from bihaelt.texts.domain import Shown
from bihaelt.texts.queries import shown
from bihaelt.votes.models import Support

AUTHOR, SUPPORTER, ASKED = "decision_author", "decision_supporter", "decision_merged"


def tell(session: Session, *, decisions: Sequence[Decision], now: datetime) -> None:
    """Write to all authors, and to those supporters who want letters; nobody gets two letters on one proposal.

    Supporters of a merged proposal are asked whether they support the other one: their support is not moved.
    """
    by_proposal = {decision.proposal_id: decision for decision in decisions}
    authors = _authors(session, by_proposal)
    supporters = _supporters(session, by_proposal)
    readers = _readers(session, {person for people in (*authors.values(), *supporters.values()) for person in people})
    words = {
        language: _words(session, decisions, language)
        for language in sorted({reader.language for reader in readers.values()})
    }
    for proposal_id, decision in by_proposal.items():
        kinds = dict.fromkeys(supporters[proposal_id], ASKED if decision.outcome is Outcome.MERGED else SUPPORTER)
        kinds |= dict.fromkeys(authors[proposal_id], AUTHOR)
        for person, kind in sorted(kinds.items()):
            reader = readers.get(person)
            if reader is None or (kind != AUTHOR and not reader.letters):
                continue
            enqueue(
                session,
                kind=kind,
                email=reader.email,
                language=reader.language,
                account_id=reader.id,
                once_key=f"decision-{decision.id}-{reader.id}",
                now=now,
                name=reader.display_name,
                **_context(decision, words[reader.language]),
            )


def _authors(session: Session, proposal_ids: Iterable[int]) -> Mapping[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    ids = list(proposal_ids)
    own = sa.select(Proposal.id, Proposal.author_id).where(Proposal.id.in_(ids), Proposal.author_id.is_not(None))
    joined = sa.select(CoAuthor.proposal_id, CoAuthor.account_id).where(
        CoAuthor.proposal_id.in_(ids), CoAuthor.account_id.is_not(None), CoAuthor.from_proposal_id.not_in(ids)
    )
    for proposal_id, account_id in session.execute(sa.union_all(own, joined)):
        assert account_id is not None, "asked for above"
        found[proposal_id].add(account_id)
    return found


def _supporters(session: Session, by_proposal: Mapping[int, Decision]) -> Mapping[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    rows = session.execute(
        sa.select(Support.proposal_id, Support.account_id).where(
            Support.proposal_id.in_(by_proposal),
            Support.conference_id == next(iter(by_proposal.values())).conference_id,
            Support.account_id.is_not(None),
        )
    )
    for proposal_id, account_id in rows:
        assert account_id is not None, "asked for above"
        found[proposal_id].add(account_id)
    return found


def _readers(session: Session, account_ids: set[int]) -> Mapping[int, Account]:
    rows = session.scalars(sa.select(Account).where(Account.id.in_(account_ids), Account.state == AccountState.ACTIVE))
    return {account.id: account for account in rows}


def _words(session: Session, decisions: Sequence[Decision], language: str) -> Mapping[int, Shown]:
    chain = BY_BABEL.get(language, DEFAULT).chain
    targets = [decision.merged_into.text_id for decision in decisions if decision.merged_into is not None]
    own = [text_id for decision in decisions for text_id in (decision.text_id, decision.proposal.text_id)]
    return shown(session, [*own, *targets], chain)


def _context(decision: Decision, words: Mapping[int, Shown]) -> dict[str, Any]:
    answer = words[decision.text_id]
    target, service = decision.merged_into, decision.service
    return {
        "proposal_id": decision.proposal_id,
        "title": words[decision.proposal.text_id].title,
        "outcome": label_of(decision.outcome),
        "reason": label_of(decision.reason),
        "plain": answer.body,
        "taken": answer.extra.get("taken", ""),
        "not_taken": answer.extra.get("not_taken", ""),
        "against_order": answer.extra.get("against_order", ""),
        "against_vote": answer.extra.get("against_vote", ""),
        "body": decision.body,
        "paper": decision.paper,
        "forwarded_to": decision.forwarded_to,
        "service": {"name": service.name, "contact": service.contact, "link": service.link} if service else None,
        "target_id": target.id if target else None,
        "target_title": words[target.text_id].title if target else "",
    }
