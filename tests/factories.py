"""Makers of things for tests, without surprises: what is not said has a plain default, nothing else is made."""

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from bihaelt.accounts.domain import AccountState, Role
from bihaelt.accounts.models import Account, Grant
from bihaelt.conferences.models import Conference, ConferenceCluster, Series
from bihaelt.funding.domain import Level
from bihaelt.funding.models import Programme, ProgrammePurpose
from bihaelt.measures.domain import STARTED, Category, MeasureState
from bihaelt.measures.models import Measure
from bihaelt.money.domain import BudgetState, MoneyKind
from bihaelt.money.models import ClusterBudget, MoneyAccount
from bihaelt.organisations.domain import GroupKind, Kind, OrganisationState
from bihaelt.organisations.models import Delegation, Office, Organisation, RegularService, WorkingGroup
from bihaelt.proposals.domain import Round, State
from bihaelt.proposals.models import Proposal, ProposalRound
from bihaelt.texts.domain import Words
from bihaelt.texts.models import Text
from bihaelt.texts.operations import write
from bihaelt.topics.models import Cluster, District, Field, GuidingPrinciple, TargetGroup

NOW = datetime(2026, 11, 22, 11, 0, tzinfo=UTC)
number = count(1)


def add(session: Session, row: Any) -> Any:
    session.add(row)
    session.flush()
    return row


def make_text(session: Session, title: str = "", body: str = "", language: str = "de", **extra: str) -> Text:
    return write(session, language=language, words=Words(title, body, extra), now=NOW)


def make_account(
    session: Session, *roles: Role, name: str = "", office: Office | None = None, **values: Any
) -> Account:
    account = add(session, new_account(name, **values))
    for role in roles:
        add(session, new_grant(account, role, office))
    return account


def new_account(name: str = "", **values: Any) -> Account:
    """Not added yet: many people are added together faster than one by one."""
    n = next(number)
    name = name or f"Person {n}"
    defaults = {
        "email": f"person{n}@example.org", "display_name": name, "name_key": f"{name.casefold()}{n}", "language": "de",
        "state": AccountState.ACTIVE, "created_at": NOW, "confirmed_at": NOW, "consented_at": NOW,
    }  # fmt: skip
    return Account(**(defaults | values))


def new_grant(account: Account, role: Role, office: Office | None = None) -> Grant:
    return Grant(account_id=account.id, role=role, starts_on=date(2026, 1, 1), office_id=office.id if office else None)


def make_organisation(session: Session, name: str = "", **values: Any) -> Organisation:
    name = name or f"Verein {next(number)}"
    defaults = {
        "name": name, "name_key": name.casefold(), "kind": Kind.ASSOCIATION, "state": OrganisationState.VERIFIED,
        "requested_at": NOW, "verified_at": NOW,
    }  # fmt: skip
    return add(session, Organisation(**(defaults | values)))


def make_delegate(
    session: Session,
    organisation: Organisation,
    *,
    title: str = "Vorstand",
    account: Account | None = None,
    **values: Any,
) -> Account:
    account = account or make_account(session)
    defaults = {"title": title, "starts_on": date(2026, 1, 1), "is_admin": False}
    add(session, Delegation(organisation_id=organisation.id, account_id=account.id, **(defaults | values)))
    return account


def make_office(session: Session, name: str = "", **values: Any) -> Office:
    n = next(number)
    return add(session, Office(**({"key": f"office{n}", "number": f"{n:03}", "name": name or f"Amt {n}"} | values)))


def make_group(session: Session, name: str = "", **values: Any) -> WorkingGroup:
    n = next(number)
    return add(
        session, WorkingGroup(**({"key": f"group{n}", "name": name or f"AG {n}", "kind": GroupKind.EXISTING} | values))
    )


def make_service(session: Session, name: str = "", **values: Any) -> RegularService:
    return add(session, RegularService(**({"name": name or f"Beratung {next(number)}"} | values)))


def make_cluster(session: Session, title: str = "", **values: Any) -> Cluster:
    n = next(number)
    text = make_text(session, title or f"Schwerpunkt {n}")
    return add(session, Cluster(**({"key": f"cluster{n}", "position": n, "text_id": text.id} | values)))


def make_field(session: Session, title: str = "", **values: Any) -> Field:
    n = next(number)
    text = make_text(session, title or f"Handlungsfeld {n}")
    return add(session, Field(**({"key": f"field{n}", "position": n, "text_id": text.id} | values)))


def make_target_group(session: Session, title: str = "", **values: Any) -> TargetGroup:
    n = next(number)
    text = make_text(session, title or f"Zielgruppe {n}")
    return add(session, TargetGroup(**({"key": f"target{n}", "position": n, "text_id": text.id} | values)))


def make_principle(session: Session, title: str = "", **values: Any) -> GuidingPrinciple:
    n = next(number)
    text = make_text(session, title or f"Leitsatz {n}")
    return add(session, GuidingPrinciple(**({"key": f"principle{n}", "position": n, "text_id": text.id} | values)))


def make_district(session: Session, name: str = "", **values: Any) -> District:
    n = next(number)
    return add(session, District(**({"name": name or f"Bezirk {n}", "position": n} | values)))


def make_series(session: Session, **values: Any) -> Series:
    n = next(number)
    text = make_text(session, "Zukunftskonferenz")
    return add(session, Series(**({"key": f"series{n}", "text_id": text.id, "rhythm_months": 12} | values)))


# How far before NOW a conference's call opened, by the phase that it then is in (days).
CALL_OPENED = {
    "planned": -10,
    "collecting": 20,
    "screening": 65,
    "voting": 80,
    "deciding": 100,
    "reporting": 200,
    "done": 300,
}


def make_conference(
    session: Session, phase: str = "collecting", *, clusters: tuple[Cluster, ...] = (), **values: Any
) -> Conference:
    """A conference that is in ``phase`` at NOW: 60 days of collecting, 14 screening, 15 voting, 90 deciding, 30 reporting."""
    n = next(number)
    opens = NOW - timedelta(days=CALL_OPENED[phase])
    after = {name: opens + timedelta(days=days) for name, days in DEADLINES.items()}
    title = make_text(session, f"{n}. Zukunftskonferenz", "Worum es geht.")
    mandate = make_text(
        session, "", "Der Rat beauftragt die Verwaltung.", open="Welche Maßnahmen kommen.", not_open="Das Budget."
    )
    series_id = values.pop("series_id", None) or make_series(session).id
    defaults = {
        "series_id": series_id, "number": n, "text_id": title.id, "held_on": after["screening_until"].date(),
        "access": {}, "mandate_body": "Rat der Stadt", "mandate_on": date(2026, 2, 11), "mandate_paper": "2424/2025-2030",
        "mandate_text_id": mandate.id, "opened_at": NOW - timedelta(days=400), "place": "Rathaus",
    }  # fmt: skip
    conference = add(session, Conference(**(defaults | after | values)))
    for cluster in clusters:
        add(session, ConferenceCluster(conference_id=conference.id, cluster_id=cluster.id))
    return conference


DEADLINES = {
    "call_opens": 0, "call_closes": 60, "screening_until": 74, "vote_opens": 74, "vote_closes": 89,
    "decision_by": 179, "report_by": 209,
}  # fmt: skip


def make_proposal(
    session: Session, title: str = "Mehr Bänke", body: str = "Es gibt zu wenige.", *, language: str = "de",
    conference: Conference | None = None, author: Account | None = None, state: State = State.PUBLISHED, **values: Any,
) -> Proposal:  # fmt: skip
    conference = conference or make_conference(session)
    author = author or make_account(session)
    text = make_text(session, title, body, language, need="", gender="")
    submitted = None if state is State.DRAFT else NOW - timedelta(days=5)
    published = NOW - timedelta(days=2) if state in (State.PUBLISHED, State.DECIDED, State.CLOSED) else None
    cluster_id = values.pop("cluster_id", None) or make_cluster(session).id
    defaults = {
        "text_id": text.id, "author_id": author.id, "conference_id": conference.id, "cluster_id": cluster_id,
        "state": state, "created_at": NOW - timedelta(days=6), "submitted_at": submitted, "published_at": published,
    }  # fmt: skip
    proposal = add(session, Proposal(**(defaults | values)))
    add(session, ProposalRound(proposal_id=proposal.id, conference_id=conference.id, result=Round.OPEN))
    return proposal


def make_measure(
    session: Session, title: str = "Ferienspiele", category: Category = Category.C, **values: Any
) -> Measure:
    n = next(number)
    text = make_text(session, title, "Kurzbeschreibung.", need="", goal="", target_group="", gender="")
    cluster_id = values.pop("cluster_id", None) or make_cluster(session).id
    defaults = {
        "number": f"M{n:03}", "text_id": text.id, "category": category, "state": MeasureState.DRAFT,
        "cluster_id": cluster_id, "created_at": NOW, "changed_at": NOW,
    }  # fmt: skip
    if values.get("state") in (MeasureState.DECIDED, *STARTED):  # nothing runs without a decision
        defaults |= {"decided_body": "Rat der Stadt", "decided_paper": "2424/2025-2030", "decided_on": date(2026, 6, 1)}
    return add(session, Measure(**(defaults | values)))


def make_budget(session, cluster, cents, year=2026):
    return add(session, ClusterBudget(cluster_id=cluster.id, year=year, cents=cents, state=BudgetState.RELEASED))


def make_money(session, measure, allocated, year=2026, **sums):
    """The account of a measure in a year, with sums in cents; without bookings behind them."""
    zeros = dict.fromkeys(("transfers_in", "transfers_out", "carried", "bound", "settled", "actual"), 0)
    values = zeros | {"own_free": allocated, "kind": MoneyKind.CONSUMPTIVE, "cluster_id": measure.cluster_id} | sums
    return add(session, MoneyAccount(measure_id=measure.id, year=year, allocated=allocated, **values))


def make_programme(session, *clusters, **values):
    defaults = {"key": f"p{len(values)}{id(values)}", "name": "KIM", "level": Level.STATE, "first_year": 2020,
                "last_year": 2030, "own_share": 10, "note": ""}  # fmt: skip
    programme = add(session, Programme(**(defaults | values)))
    for each in clusters:
        add(session, ProgrammePurpose(programme_id=programme.id, cluster_id=each.id))
    return programme
