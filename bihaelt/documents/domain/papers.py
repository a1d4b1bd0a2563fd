"""Council papers (Vorlagen) in plain Python: their form in Bielefeld, their way to the council, and what came out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from bihaelt.journal.domain import As, Detail, name_acts, name_details
from bihaelt.marks import N_, labelled
from bihaelt.texts.domain import Words
from bihaelt.verdicts import DomainError


class PaperKind(StrEnum):
    """A paper that asks for a decision, or one that informs."""

    DECISION = "decision"
    INFORMATION = "information"


labelled({PaperKind.DECISION: N_("Paper for decision"), PaperKind.INFORMATION: N_("Paper for information")})


class PaperState(StrEnum):
    DRAFT = "draft"
    CO_SIGNING = "co_signing"
    SIGNED = "signed"
    ON_AGENDA = "on_agenda"
    DECIDED = "decided"
    CHANGED = "changed"
    REFERRED = "referred"
    DEFERRED = "deferred"
    NOTED = "noted"


labelled(
    {
        PaperState.DRAFT: N_("Draft"),
        PaperState.CO_SIGNING: N_("Being co-signed"),
        PaperState.SIGNED: N_("Signed"),
        PaperState.ON_AGENDA: N_("On the agenda"),
        PaperState.DECIDED: N_("Decided"),
        PaperState.CHANGED: N_("Decided with changes"),
        PaperState.REFERRED: N_("Referred"),
        PaperState.DEFERRED: N_("Deferred"),
        PaperState.NOTED: N_("Taken note of"),
    }
)
PAPER_STEPS: Mapping[PaperState, frozenset[PaperState]] = {
    PaperState.DRAFT: frozenset({PaperState.CO_SIGNING}),
    PaperState.CO_SIGNING: frozenset({PaperState.DRAFT, PaperState.SIGNED}),
    PaperState.SIGNED: frozenset({PaperState.DRAFT, PaperState.ON_AGENDA}),
    PaperState.ON_AGENDA: frozenset(
        {PaperState.DECIDED, PaperState.CHANGED, PaperState.REFERRED, PaperState.DEFERRED, PaperState.NOTED}
    ),
    # What was referred or put off comes back to a meeting.
    PaperState.REFERRED: frozenset({PaperState.ON_AGENDA}),
    PaperState.DEFERRED: frozenset({PaperState.ON_AGENDA}),
    PaperState.DECIDED: frozenset(),
    PaperState.CHANGED: frozenset(),
    PaperState.NOTED: frozenset(),
}
# What a meeting can make of a paper.
OUTCOMES: Mapping[PaperKind, Sequence[PaperState]] = {
    PaperKind.DECISION: (
        PaperState.DECIDED, PaperState.CHANGED, PaperState.REFERRED, PaperState.DEFERRED, PaperState.NOTED,
    ),
    PaperKind.INFORMATION: (PaperState.NOTED, PaperState.REFERRED, PaperState.DEFERRED),
}  # fmt: skip
# From the agenda on everybody may read a paper, as in the council's own information system.
PUBLIC = frozenset(
    {
        PaperState.ON_AGENDA, PaperState.DECIDED, PaperState.CHANGED, PaperState.REFERRED, PaperState.DEFERRED,
        PaperState.NOTED,
    }
)  # fmt: skip
# Whoever has signed or put a paper on the agenda has read exactly this: it stands still.
CHANGEABLE = frozenset({PaperState.DRAFT})


class ConsultationRole(StrEnum):
    """What a body does with the paper."""

    ADVISE = "advise"
    DECIDE = "decide"
    NOTE = "note"


labelled(
    {
        ConsultationRole.ADVISE: N_("gives advice"),
        ConsultationRole.DECIDE: N_("decides"),
        ConsultationRole.NOTE: N_("takes note"),
    }
)
# The further parts of a paper's text, in the order of the form; title is the subject, body the reasons (Begründung).
PAPER_PARTS: Mapping[str, str] = {
    "result_plan": N_("Effects on the result plan"),
    "finance_plan": N_("Effects on the finance plan"),
    "earlier": N_("Earlier treatment (body, day, paper)"),
    "resolution": N_("Further points of the proposed decision, one a line"),
    "goal_reference": N_("Reference to the goals"),
    "equality": N_("Equality"),
    "inclusion": N_("Inclusion"),
    "climate": N_("Effect on the climate"),
    "taking_part": N_("Participation"),
}
BOXES = ("goal_reference", "equality", "inclusion", "climate", "taking_part")
MOST_MEASURES, MOST_BODIES = 60, 8

name_acts(
    {
        "paper.drafted": N_("Council paper drafted"),
        "paper.changed": N_("Council paper changed"),
        "paper.state": N_("State of the council paper changed"),
        "paper.cosigned": N_("Council paper co-signed"),
    }
)
name_details(
    {
        "paper": Detail(N_("Paper number")),
        "old_paper_state": Detail(N_("Before"), enum=PaperState),
        "new_paper_state": Detail(N_("Now"), enum=PaperState),
        "met_on": Detail(N_("Meeting on"), As.DAY),
    }
)


@dataclass(frozen=True, slots=True)
class Consultation:
    """A meeting that treats the paper; the order of the list is the order of the consultations."""

    body: str
    held_on: date
    role: ConsultationRole
    public: bool = True


@dataclass(frozen=True, slots=True)
class PaperContent:
    """What a paper says. ``words``: title = subject, body = reasons, extra as in ``PAPER_PARTS``.

    ``signed_as`` is the role under the paper, ``annexes`` one a line, ``measure_ids`` in the order of the paper.
    """

    kind: PaperKind
    words: Words
    office_id: int
    signed_as: str
    written_on: date
    phone: str = ""
    product_group: str = ""
    annexes: str = ""
    measure_ids: Sequence[int] = ()
    consultations: Sequence[Consultation] = field(default_factory=tuple)


def fitting(content: PaperContent) -> PaperContent:
    """The content, if it can stand in a paper; raises DomainError at the field otherwise."""
    bodies = [each for each in content.consultations if each.role is ConsultationRole.DECIDE]
    for name, wrong, message in (
        ("title", not content.words.title, N_("Enter a title.")),
        ("body", not content.words.body, N_("Write the reasons.")),
        ("signed_as", not content.signed_as, N_("Say in which role it is signed.")),
        ("measures", len(content.measure_ids) > MOST_MEASURES, N_("These are too many measures for one paper.")),
        (
            "consultations",
            content.kind is PaperKind.INFORMATION and bool(bodies),
            N_("A paper for information is not decided on."),
        ),
        ("consultations", len(content.consultations) > MOST_BODIES, N_("These are too many meetings for one paper.")),
        (
            "consultations",
            any(a.held_on > b.held_on for a, b in zip(content.consultations, content.consultations[1:], strict=False)),
            N_("Put the meetings in the order of their days."),
        ),
    ):
        if wrong:
            raise DomainError(message, field=name)
    return content


def complete(content: PaperContent) -> PaperContent:
    """The content, if offices can be asked to sign it; raises DomainError with what is missing."""
    fitting(content)
    bodies = [each for each in content.consultations if each.role is ConsultationRole.DECIDE]
    if not content.consultations:
        raise DomainError(N_("Name the meetings that treat the paper."), field="consultations")
    if content.kind is PaperKind.DECISION and not bodies:
        raise DomainError(N_("Say which body decides."), field="consultations")
    if content.kind is PaperKind.DECISION and not (content.measure_ids or content.words.extra.get("resolution")):
        raise DomainError(
            N_("Choose the measures that are to be decided, or write what is to be decided."), field="measures"
        )
    return content
