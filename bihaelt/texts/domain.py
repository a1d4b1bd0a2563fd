"""Words that people read and someone may translate."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bihaelt.journal.domain import Detail, name_acts, name_details
from bihaelt.marks import N_, labelled

name_acts({"text.translated": N_("Text translated")})
name_details({"language": Detail(N_("Language"))})


class Status(StrEnum):
    """How a version came to be."""

    ORIGINAL = "original"
    MACHINE = "machine"
    HUMAN = "human"
    CHECKED = "checked"


labelled(
    {
        Status.ORIGINAL: N_("Original"),
        Status.MACHINE: N_("Translated by machine"),
        Status.HUMAN: N_("Translated by hand"),
        Status.CHECKED: N_("Translation checked"),
    }
)


@dataclass(frozen=True, slots=True)
class Words:
    """What one version says: a title, a body in plain Markdown, and named further parts (need, gender aspect …)."""

    title: str = ""
    body: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Shown:
    """A text as one reader sees it; ``language`` (of what is shown) and ``source`` (of the original) are Babel ids."""

    text_id: int
    title: str
    body: str
    extra: Mapping[str, str] = field(hash=False)
    language: str
    source: str
    status: Status
    stale: bool

    @property
    def is_original(self) -> bool:
        return self.status is Status.ORIGINAL


BY_PEOPLE = (Status.HUMAN, Status.CHECKED)


class Kind(StrEnum):
    """What a text belongs to."""

    PROPOSAL = "proposal"
    COMMENT = "comment"
    STATEMENT = "statement"
    DECISION = "decision"
    MEASURE = "measure"
    MILESTONE = "milestone"
    OPEN_POINT = "open_point"
    CHANGE = "revision"
    REPORT = "status_report"
    PAPER = "council_paper"
    CONFERENCE = "conference"
    MANDATE = "mandate"
    AGENDA = "agenda_item"
    SERIES = "series"
    CLUSTER = "cluster"
    FIELD = "field"
    RECOMMENDATION = "recommendation"
    PRINCIPLE = "guiding_principle"
    GOAL = "goal"
    INDICATOR = "indicator"
    TARGET_GROUP = "target_group"
    ORGANISATION = "organisation"
    SERVICE = "regular_service"
    PAGE = "city_page"


labelled(
    {
        Kind.PROPOSAL: N_("Proposal"),
        Kind.COMMENT: N_("Comment"),
        Kind.STATEMENT: N_("Official statement"),
        Kind.DECISION: N_("Decision"),
        Kind.MEASURE: N_("Measure"),
        Kind.MILESTONE: N_("Milestone"),
        Kind.OPEN_POINT: N_("Open point"),
        Kind.CHANGE: N_("Change of the decided sheet"),
        Kind.REPORT: N_("Status report"),
        Kind.PAPER: N_("Council paper"),
        Kind.CONFERENCE: N_("Conference"),
        Kind.MANDATE: N_("Mandate"),
        Kind.AGENDA: N_("Agenda"),
        Kind.SERIES: N_("Series of conferences"),
        Kind.CLUSTER: N_("Cluster"),
        Kind.FIELD: N_("Field of action"),
        Kind.RECOMMENDATION: N_("Recommendation"),
        Kind.PRINCIPLE: N_("Guiding principle"),
        Kind.GOAL: N_("Goal"),
        Kind.INDICATOR: N_("Indicator"),
        Kind.TARGET_GROUP: N_("Target group"),
        Kind.ORGANISATION: N_("Organisation"),
        Kind.SERVICE: N_("Regular service"),
        Kind.PAGE: N_("Page"),
    }
)

# What the further parts of a text are called.
PARTS: Mapping[str, str] = {
    "need": N_("Need"),
    "gender": N_("Gender aspect"),
    "goal": N_("Goal"),
    "target_group": N_("Target group"),
    "access": N_("Access"),
    "steps": N_("Steps"),
    "participation": N_("Participation"),
    "risks": N_("Risks"),
    "handover": N_("Handover"),
    "new_need": N_("What shows that the need is new"),
    "publicity": N_("Public relations"),
    "open": N_("What is open"),
    "not_open": N_("What is not open"),
    "taken": N_("What is taken up"),
    "not_taken": N_("What is not taken up"),
    "against_order": N_("Why this goes against the order of supports"),
    "against_vote": N_("Why this goes against the vote"),
    "next": N_("What comes next"),
    "result_plan": N_("Effects on the result plan"),
    "finance_plan": N_("Effects on the finance plan"),
    "earlier": N_("Earlier treatment (body, day, paper)"),
    "resolution": N_("Further points of the proposed decision, one a line"),
    "goal_reference": N_("Reference to the goals"),
    "equality": N_("Equality"),
    "inclusion": N_("Inclusion"),
    "climate": N_("Effect on the climate"),
    "taking_part": N_("Participation"),
    "unit": N_("Unit"),
    "formula": N_("How it is calculated"),
    "source": N_("Where the figures come from"),
}
OTHER_PART = N_("Further words")


def part_label(part: str) -> str:
    """The msgid of what a further part of a text is called."""
    return PARTS.get(part, OTHER_PART)


@dataclass(frozen=True, slots=True)
class Owner:
    """What a public text belongs to. Versions that were replaced before ``since`` were never public; None: all were."""

    kind: Kind
    owner_id: int
    text_id: int
    since: datetime | None


class Want(StrEnum):
    """What a translator may look for in one language."""

    MISSING = "missing"
    STALE = "stale"
    MACHINE = "machine"


labelled({Want.MISSING: N_("Missing"), Want.STALE: N_("Out of date"), Want.MACHINE: N_("Translated by machine")})


@dataclass(frozen=True, slots=True)
class Task:
    """A text that waits for a translator in one language; ``title`` and ``body`` are the original's."""

    kind: Kind
    owner_id: int
    text_id: int
    source: str
    title: str
    body: str
    want: Want


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the public texts are translated into one language; texts written in it are not counted."""

    texts: int
    done: int
    stale: int

    @property
    def missing(self) -> int:
        return self.texts - self.done - self.stale


def everything(words: Words) -> str:
    """All parts of a version as one text, for comparing versions."""
    return "\n\n".join(part for part in (words.title, words.body, *words.extra.values()) if part)


def once_public(version_ends: datetime | None, since: datetime | None) -> bool:
    """Whether a version that was replaced at ``version_ends`` (None: it is the present one) was ever public."""
    return version_ends is None or since is None or version_ends > since
