"""The start page of those who work here: their queues, with what waits and what is overdue."""

from dataclasses import dataclass

from flask import Blueprint

from bihaelt import guard, permissions
from bihaelt.desks import queries
from bihaelt.desks.queries import Queue, Waiting
from bihaelt.i18n import local
from bihaelt.marks import N_
from bihaelt.rendering import render

bp = Blueprint("desks", __name__)


@dataclass(frozen=True, slots=True)
class Desk:
    """A desk: what it is called, where it is, who may work on it, and the queue that is counted (if any)."""

    label: str
    endpoint: str
    permission: guard.Permission
    queue: Queue | None = None


DESKS = (
    Desk(N_("Proposals to check"), "proposals.desk", permissions.check_proposals, Queue.PROPOSALS),
    Desk(N_("Reported comments"), "moderation.desk", permissions.moderate, Queue.REPORTS),
    Desk(N_("Appeals"), "moderation.appeals", permissions.moderate, Queue.APPEALS),
    Desk(N_("Organisations to verify"), "organisations.desk", permissions.verify_organisations, Queue.ORGANISATIONS),
    Desk(N_("Votes to bring to an end"), "votes.ballots_desk", permissions.see_ballots, Queue.BALLOTS),
    Desk(N_("Decisions to prepare"), "decisions.conferences_to_decide", permissions.see_decisions, Queue.PREPARE),
    Desk(N_("Decisions to check"), "decisions.conferences_to_decide", permissions.see_decisions, Queue.CHECK),
    Desk(N_("Accepted proposals without a measure"), "measures.desk", permissions.see_measures, Queue.MEASURES),
    Desk(N_("Funding deadlines"), "funding.desk", permissions.see_funding, Queue.FUNDING),
    Desk(N_("Measures to co-sign"), "measures.cosignatures", permissions.see_cosignatures, Queue.CO_SIGN),
    Desk(
        N_("Checks against the regular services"), "measures.service_reviews", permissions.see_measures, Queue.SERVICES
    ),
    Desk(N_("Values of indicators"), "goals.desk", permissions.see_indicators, Queue.VALUES),
    Desk(N_("Status reports to write"), "controlling.desk", permissions.see_reports, Queue.STATUS),
    Desk(N_("Status reports to check"), "controlling.rounds", permissions.see_rounds, Queue.STATUS_CHECK),
    Desk(N_("Translations out of date"), "texts.desk", permissions.translate, Queue.TRANSLATIONS),
    Desk(N_("Feedback to answer"), "pages.queue", permissions.answer_feedback, Queue.FEEDBACK),
    Desk(N_("Citizens' desk"), "votes.residents", permissions.verify_residents),
    Desk(N_("Conferences"), "conferences.desk", permissions.arrange_conferences),
    Desk(N_("Money to approve"), "money.requests", permissions.approve_as_holder, Queue.MONEY_HOLDER),
    Desk(N_("Money for the treasury to approve"), "money.requests", permissions.steer_money, Queue.MONEY_TREASURY),
    Desk(
        N_("Money that the council decides on"), "money.requests", permissions.approve_for_council, Queue.MONEY_COUNCIL
    ),
    Desk(N_("Requests for money"), "money.requests", permissions.see_money),
    Desk(N_("Commitments"), "money.commitments", permissions.see_money),
    Desk(N_("Unused money at the year's end"), "money.year_end", permissions.see_money),
    Desk(N_("Pools and thresholds"), "money.settings", permissions.steer_money),
    Desk(N_("Budgets of the clusters"), "money.budgets", permissions.set_budget),
    Desk(N_("Editions of the plan"), "plan.editions_desk", permissions.make_edition),
    Desk(N_("Working groups"), "topics.groups_desk", permissions.keep_groups),
    Desk(N_("Count requests for interpreters"), "interpreting.count", permissions.count_requests),
    Desk(N_("Council papers"), "documents.papers_desk", permissions.see_papers),
    Desk(N_("Have a document built"), "documents.orders", permissions.order_document),
    Desk(N_("Take over an existing plan"), "imports.index", permissions.import_plan),
    Desk(N_("Finance system"), "money.finance", permissions.import_expenses),
    Desk(N_("The city's catalogues"), "topics.catalogues", permissions.arrange_city),
    Desk(N_("The city's pages"), "pages.desk", permissions.arrange_city),
    Desk(N_("Accounts and roles"), "accounts.desk", permissions.administer),
)


@bp.get("/desk/")
def index() -> str:
    guard.require(permissions.staff)
    now = guard.now()
    mine = [desk for desk in DESKS if desk.permission(guard.actor(), None, now)]
    queues = [desk.queue for desk in mine if desk.queue is not None]
    found = queries.waiting(guard.database(), queues, now, local(now).date(), guard.signed_in().cluster_ids)
    counted = [(desk, found.get(desk.queue, Waiting())) for desk in mine if desk.queue is not None]
    # What is overdue comes first, then what waits; the rest keeps its order.
    counted.sort(key=lambda pair: (pair[1].overdue == 0, pair[1].open == 0))
    return render("desks/index.html", queues=counted, places=[desk for desk in mine if desk.queue is None])
