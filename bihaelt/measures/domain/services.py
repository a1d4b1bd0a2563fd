"""The steady check of a measure against the regular services (R26, R41–R43): outcome, review, reminder."""

from dataclasses import dataclass
from datetime import date, timedelta

from bihaelt.journal.domain import As, Detail, name_acts, name_details
from bihaelt.marks import N_
from bihaelt.measures.domain.parts import ServiceUse
from bihaelt.verdicts import DomainError

name_acts(
    {
        "measure.service_checked": N_("Checked against a regular service"),
        "measure.service_dropped": N_("Link with a regular service removed"),
        "measure.no_service": N_("Found that there is no regular service"),
    }
)
name_details(
    {
        "service": Detail(N_("Regular service")),
        "service_use": Detail(N_("Outcome"), enum=ServiceUse),
        "review_on": Detail(N_("Next review"), As.DAY),
    }
)

REVIEW_AFTER = timedelta(days=365)
"""After how long a check is due again, if nobody says otherwise."""
LONGEST = timedelta(days=3 * 366)
REMIND_BEFORE = timedelta(days=14)
# Beside an offer that exists, a new one needs words: what is missing there (R42)?
NEEDS_WORDS = frozenset({ServiceUse.COMPLEMENT, ServiceUse.REPLACE})


@dataclass(frozen=True, slots=True)
class Check:
    """A measure checked against a service: the outcome, how the two fit together, and when to look again."""

    service_id: int
    use: ServiceUse
    review_on: date
    note: str = ""


def fitting_check(check: Check, today: date) -> Check:
    """The check, if it can be kept; raises DomainError at the field otherwise."""
    if check.use in NEEDS_WORDS and not check.note.strip():
        raise DomainError(N_("Say what is missing in the regular service."), field="note")
    if check.review_on <= today:
        raise DomainError(N_("The next review lies in the future."), field="review_on")
    if check.review_on > today + LONGEST:
        raise DomainError(N_("Look at it again within three years."), field="review_on")
    return check


def is_overdue(review_on: date, today: date) -> bool:
    """Whether a check should have been done again before today."""
    return review_on < today
