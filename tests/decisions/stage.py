"""A conference that is deciding, with people who prepare, check and publish."""

from datetime import date

from bihaelt.accounts.domain import Role
from bihaelt.decisions.domain import REASONS, Draft
from bihaelt.decisions.operations import check, prepare
from bihaelt.journal.domain import Voice
from bihaelt.proposals.domain import Outcome
from bihaelt.texts.domain import Words
from bihaelt.votes.domain import Electorate
from bihaelt.votes.models import Support
from tests.factories import NOW, add, make_account

DAY = date(2026, 11, 20)


def draft(
    outcome=Outcome.ACCEPTED, plain="Weil es fehlt.", *, taken="", not_taken="", against="", against_vote="", **values
):
    reason = values.pop("reason", None) or sorted(REASONS[outcome])[0]
    words = Words(
        "", plain, {"taken": taken, "not_taken": not_taken, "against_order": against, "against_vote": against_vote}
    )
    return Draft(outcome, reason, words, **({"body": "Rat der Stadt", "decided_on": DAY} | values))


def editor(session):
    return make_account(session, Role.OFFICE_EDITOR)


def owner(session):
    return make_account(session, Role.PLAN_OWNER)


def prepared(session, proposal, outcome=Outcome.ACCEPTED, by=None, **values):
    by = by or Voice(editor(session).id, "office_editor")
    return prepare(session, proposal=proposal, draft=draft(outcome, **values), by=by, now=NOW)


def checked(session, proposal, outcome=Outcome.ACCEPTED, **values):
    decision = prepared(session, proposal, outcome, **values)
    check(session, decision=decision, by=Voice(owner(session).id, "plan_owner"), now=NOW)
    return decision


def supported(session, proposal, *accounts, organisation=None):
    for account in accounts:
        add(
            session,
            Support(
                proposal_id=proposal.id, conference_id=proposal.conference_id, account_id=account.id, language="de",
                electorate=Electorate.ORGANISATIONS if organisation else Electorate.PEOPLE, created_at=NOW,
                organisation_id=organisation.id if organisation else None,
            ),
        )  # fmt: skip
    if organisation:
        proposal.supports_organisations += len(accounts)
    else:
        proposal.supports_people += len(accounts)
    session.flush()
