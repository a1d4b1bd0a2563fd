"""What stands on a ballot paper, in the reader's language, and what a voter holds of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.orm import Session

from bihaelt.texts.domain import Shown
from bihaelt.texts.queries import shown
from bihaelt.votes.domain.ballots import PaperState
from bihaelt.votes.domain.choices import Sheet
from bihaelt.votes.domain.electorates import Voter
from bihaelt.votes.domain.keys import KeyRing
from bihaelt.votes.domain.protocol.commitments import receipt_text, words
from bihaelt.votes.domain.protocol.notes import Note
from bihaelt.votes.models import Ballot
from bihaelt.votes.queries.ballots import questions
from bihaelt.votes.queries.papers import OwnPaper, own_papers, pepper


@dataclass(frozen=True, slots=True)
class AskedOption:
    """A proposal on the paper; ``cost`` is in cents, as money is shown everywhere."""

    key: str
    proposal_id: int
    title: Shown
    cost: int


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it is shown; money in cents. ``sheet`` is what a paper of it allows."""

    id: int
    key: str
    title: Shown
    budget: int
    carried: int
    options: tuple[AskedOption, ...]
    sheet: Sheet


def asked(session: Session, ballot: Ballot, chain: Sequence[str]) -> Sequence[Asked]:
    """The questions of a ballot with the titles that its proposals have. At most two statements."""
    found = questions(session, ballot)
    texts = [question.text_id for question in found]
    texts += [option.text_id for question in found for option in question.options]
    titles = shown(session, texts, chain)
    return [
        Asked(
            id=question.id,
            key=question.key,
            title=titles[question.text_id],
            budget=question.budget_eur * 100,
            carried=question.carried_eur * 100,
            options=tuple(
                AskedOption(option.key, option.proposal_id, titles[option.text_id], option.cost_eur * 100)
                for option in question.options
            ),
            sheet=question.sheet,
        )
        for question in found
    ]


class Progress(StrEnum):
    """How far a voter is. Only what is cast counts."""

    EMPTY = "empty"
    OPEN = "open"
    CHANGED = "changed"
    CAST = "cast"


@dataclass(frozen=True, slots=True)
class Own:
    """A voter's papers by question key."""

    papers: Mapping[str, OwnPaper]

    @property
    def progress(self) -> Progress:
        is_open = any(paper.draft is not None for paper in self.papers.values())
        if self.is_cast:
            return Progress.CHANGED if is_open else Progress.CAST
        return Progress.OPEN if is_open else Progress.EMPTY

    @property
    def is_cast(self) -> bool:
        return any(paper.state is PaperState.CAST for paper in self.papers.values())

    @property
    def taken_out(self) -> frozenset[str]:
        """Questions whose paper two people took out of the count; it cannot be changed any more."""
        return frozenset(key for key, paper in self.papers.items() if paper.state is PaperState.INVALIDATED)


def own(session: Session, ring: KeyRing, ballot: Ballot, voter: Voter) -> Own:
    """The papers of a voter. One statement, and the ballot's questions. Raises MissingKeys."""
    found = questions(session, ballot)
    keys = {question.id: question.key for question in found}
    papers = own_papers(session, pepper(ring, ballot), voter, found)
    return Own({keys[number]: paper for number, paper in papers.items()})


@dataclass(frozen=True, slots=True)
class Held:
    """A receipt: the commitment of each paper that counts now, by question key, and the server's signed promise.

    It says nothing about the choices. ``lines`` are (question, commitment, its six words) in the order of the paper.
    """

    origin: str
    ballot: str
    electorate: str
    lines: tuple[tuple[str, str, str], ...]
    note: str

    @property
    def data(self) -> dict[str, object]:
        """The receipt as a file for machines (docs/open-data.md)."""
        return {
            "v": 1,
            "type": "receipt",
            "ballot": self.ballot,
            "electorate": self.electorate,
            "commitments": [
                {"question": question, "commitment": digest, "words": spoken} for question, digest, spoken in self.lines
            ],
            "note": self.note,
        }


def held(session: Session, ring: KeyRing, ballot: Ballot, voter: Voter) -> Held:
    """The receipt of what a voter has cast; without lines when nothing counts. Raises MissingKeys."""
    papers = own(session, ring, ballot, voter).papers
    order = [question.key for question in questions(session, ballot)]
    standing = [
        (key, papers[key].commitment or "") for key in order if key in papers and papers[key].state is PaperState.CAST
    ]
    text = receipt_text(ballot.origin, [(key, voter.electorate, digest) for key, digest in standing])
    signature = ring.signer(ballot.key, ballot.origin).sign(text)
    return Held(
        origin=ballot.origin,
        ballot=ballot.key,
        electorate=voter.electorate.value,
        lines=tuple((key, digest, words(digest)) for key, digest in standing),
        note=str(Note(text, (signature,))),
    )
