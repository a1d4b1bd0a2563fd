"""An organisation's entry: asked for, verified or refused, suspended and restored, changed."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bihaelt.accounts.domain.names import skeleton
from bihaelt.accounts.models import Account
from bihaelt.journal.domain import Voice
from bihaelt.journal.operations import record
from bihaelt.marks import N_
from bihaelt.organisations.domain import (
    CIRCLE,
    MOST_SEATS,
    NAME_TAKEN,
    REQUESTS_AT_ONCE,
    TRANSITIONS,
    VERIFY_WITHIN,
    Kind,
    OrganisationState,
    makes_circle,
    organisation_name,
    sort_key,
)
from bihaelt.organisations.models import Delegation, Office, Organisation
from bihaelt.organisations.queries import admin_accounts, umbrellas, voting_seats_from
from bihaelt.outbox.operations import enqueue
from bihaelt.states import step
from bihaelt.texts.domain import Words
from bihaelt.texts.models import Text
from bihaelt.texts.operations import rewrite, write
from bihaelt.verdicts import Conflict, DomainError
from bihaelt.workdays import add_working_days


@dataclass(frozen=True, slots=True)
class Entry:
    """What an organisation says of itself. ``website`` is an http(s) address or empty, ``contact`` an address."""

    name: str
    kind: Kind
    umbrella_id: int | None = None
    website: str = ""
    contact: str = ""
    description: str = ""


def register(
    session: Session,
    *,
    entry: Entry,
    title: str,
    language: str,
    nonce: str | None,
    by: Voice,
    now: datetime,
    today: date,
) -> Organisation:
    """Ask the office to verify an organisation; ``title`` is the role under which the person will speak for it.

    A second submit of the same form (``nonce``) returns the first organisation. Raises DomainError for a name that is
    taken or not allowed, an umbrella that is none, and too many open requests of one person.
    """
    query = sa.select(Organisation).where(Organisation.nonce == nonce)
    known: Organisation | None = session.scalar(query) if nonce else None
    if known is not None:
        return known
    name = organisation_name(entry.name)
    _check_name_free(session, name, None)
    _check_umbrella(session, None, entry.umbrella_id)
    _check_requests(session, by)
    organisation = Organisation(
        name=name,
        name_key=skeleton(name),
        kind=entry.kind,
        state=OrganisationState.REQUESTED,
        umbrella_id=entry.umbrella_id,
        website=entry.website,
        contact=entry.contact,
        requester_title=title,
        requested_by_id=by.actor_id,
        requested_at=now,
        due_on=add_working_days(today, VERIFY_WITHIN),
        nonce=nonce,
    )
    if entry.description:
        text = write(session, language=language, words=Words(body=entry.description), now=now, author_id=by.actor_id)
        organisation.text_id = text.id
    _add(session, organisation)
    record(session, act="organisation.registered", subject=organisation, by=by, now=now, public=False)
    session.flush()
    return organisation


def describe(
    session: Session, *, organisation: Organisation, website: str, contact: str, description: str, language: str,
    by: Voice, now: datetime,
) -> None:  # fmt: skip
    """The organisation's own words about itself. ``language`` is that of a first description."""
    organisation.website, organisation.contact = website, contact
    words = Words(body=description)
    if organisation.text_id is not None:
        text = session.get_one(Text, organisation.text_id)
        rewrite(session, text=text, words=words, now=now, author_id=by.actor_id)
    elif description:
        organisation.text_id = write(session, language=language, words=words, now=now, author_id=by.actor_id).id
    record(session, act="organisation.described", subject=organisation, by=by, now=now)
    session.flush()


def verify(session: Session, *, organisation: Organisation, by: Voice, now: datetime, today: date) -> None:
    """The office has checked that the organisation exists: the person who asked becomes its first administrator."""
    _lock(session, organisation)
    organisation.state = step(TRANSITIONS, organisation.state, OrganisationState.VERIFIED)
    organisation.verified_at = now
    requester = session.get(Account, organisation.requested_by_id) if organisation.requested_by_id else None
    if requester is not None and requester.email is not None:
        session.add(
            Delegation(
                organisation_id=organisation.id,
                account_id=requester.id,
                title=organisation.requester_title or organisation.name[:120],
                is_admin=True,
                may_vote=True,
                starts_on=today,
                appointed_by_id=by.actor_id,
            )
        )
    record(session, act="organisation.verified", subject=organisation, by=by, now=now)
    _write_to(session, organisation, [requester], "organisation_verified", "", now)
    session.flush()


def refuse(session: Session, *, organisation: Organisation, reason: str, by: Voice, now: datetime) -> None:
    """The office does not verify the organisation; only the person who asked learns why."""
    _lock(session, organisation)
    organisation.state = step(TRANSITIONS, organisation.state, OrganisationState.REFUSED)
    requester = session.get(Account, organisation.requested_by_id) if organisation.requested_by_id else None
    record(session, act="organisation.refused", subject=organisation, by=by, now=now, reason=reason, public=False)
    _write_to(session, organisation, [requester], "organisation_refused", reason, now)
    session.flush()


def suspend(
    session: Session, *, organisation: Organisation, reason: str, by: Voice, now: datetime, today: date
) -> None:
    """Nobody speaks for the organisation any more, until it is restored. What was said stays."""
    _lock(session, organisation)
    organisation.state = step(TRANSITIONS, organisation.state, OrganisationState.SUSPENDED)
    record(session, act="organisation.suspended", subject=organisation, by=by, now=now, reason=reason)
    admins = admin_accounts(session, organisation.id, today)
    _write_to(session, organisation, admins, "organisation_suspended", reason, now)
    session.flush()


def restore(
    session: Session, *, organisation: Organisation, reason: str, by: Voice, now: datetime, today: date
) -> None:
    """A suspended organisation may speak again."""
    _lock(session, organisation)
    if organisation.state is not OrganisationState.SUSPENDED:
        raise Conflict(N_("This organisation is not suspended."))
    organisation.state = step(TRANSITIONS, organisation.state, OrganisationState.VERIFIED)
    record(session, act="organisation.restored", subject=organisation, by=by, now=now, reason=reason)
    admins = admin_accounts(session, organisation.id, today)
    _write_to(session, organisation, admins, "organisation_restored", reason, now)
    session.flush()


def arrange(
    session: Session, *, organisation: Organisation, name: str, kind: Kind, umbrella_id: int | None, seats: int,
    by: Voice, now: datetime, today: date,
) -> None:  # fmt: skip
    """The office changes name, kind, umbrella and voting seats.

    Raises DomainError for a name that looks like another one, a circle of umbrellas, and fewer seats than delegates.
    """
    _lock(session, organisation)
    name = organisation_name(name, by_office=True)
    if skeleton(name) != organisation.name_key:
        _check_name_free(session, name, organisation.id)
    _check_umbrella(session, organisation.id, umbrella_id)
    taken = voting_seats_from(session, organisation.id, today, now)
    if not max(1, taken) <= seats <= MOST_SEATS:
        raise DomainError(
            N_("Between %(least)s and %(most)s seats, please."), field="seats", least=max(1, taken), most=MOST_SEATS
        )
    old = organisation.name
    organisation.name, organisation.name_key, organisation.sort_key = name, skeleton(name), sort_key(name)
    organisation.kind, organisation.umbrella_id, organisation.seats = kind, umbrella_id, seats
    umbrella = session.get(Organisation, umbrella_id) if umbrella_id else None
    record(
        session, act="organisation.arranged", subject=organisation, by=by, now=now,
        public=organisation.verified_at is not None, former_name=old if old != name else "",
        organisation_kind=kind.value, umbrella=umbrella.name if umbrella else "", seats=seats,
    )  # fmt: skip
    session.flush()


def _add(session: Session, organisation: Organisation) -> None:
    """Flush a new organisation; the database has the last word on its name."""
    try:
        with session.begin_nested():
            session.add(organisation)
    except IntegrityError as error:
        raise DomainError(NAME_TAKEN, field="name") from error


def _lock(session: Session, organisation: Organisation) -> None:
    """See the organisation as it is now, and let no other act come between (PostgreSQL; SQLite has one writer)."""
    session.refresh(organisation, with_for_update=True)


def _check_name_free(session: Session, name: str, own_id: int | None) -> None:
    key = skeleton(name)
    taken = session.scalar(
        sa.select(Organisation.id).where(Organisation.name_key == key, Organisation.id != (own_id or 0))
    )
    offices = session.scalars(sa.select(Office.name)).all()
    if taken is not None or any(skeleton(office) == key for office in offices):
        raise DomainError(NAME_TAKEN, field="name")


def _check_umbrella(session: Session, own_id: int | None, umbrella_id: int | None) -> None:
    if umbrella_id is None:
        return
    umbrella = session.get(Organisation, umbrella_id)
    if umbrella is None or umbrella.state is not OrganisationState.VERIFIED:
        raise DomainError(N_("Please choose a verified organisation."), field="umbrella_id")
    if own_id is not None and makes_circle(umbrellas(session), own_id, umbrella_id):
        raise DomainError(CIRCLE, field="umbrella_id")


def _check_requests(session: Session, by: Voice) -> None:
    waiting = session.scalar(
        sa.select(sa.func.count())
        .select_from(Organisation)
        .where(Organisation.requested_by_id == by.actor_id, Organisation.state == OrganisationState.REQUESTED)
    )
    if waiting is not None and waiting >= REQUESTS_AT_ONCE:
        raise Conflict(N_("The office is still checking your other organisations. Please wait for its answer."))


def _write_to(
    session: Session, organisation: Organisation, readers: list[Account] | list[Account | None], kind: str, reason: str,
    now: datetime,
) -> None:  # fmt: skip
    for reader in readers:
        if reader is not None:
            enqueue(
                session, kind=kind, email=reader.email, language=reader.language, account_id=reader.id, now=now,
                name=reader.display_name, organisation_id=organisation.id, organisation=organisation.name, why=reason,
            )  # fmt: skip
