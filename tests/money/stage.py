"""A cluster with a budget, measures with money, and the people who book and approve; and the demo figures as an oracle."""

from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bihaelt.accounts.domain import Role
from bihaelt.funding.domain import FundingState, Level
from bihaelt.funding.models import Funding, Programme, ProgrammePurpose
from bihaelt.journal.domain import Voice
from bihaelt.measures.domain import Category, FundingCheck
from bihaelt.money import operations
from bihaelt.money.domain import BudgetState, MoneyKind, PoolKind
from bihaelt.money.models import ClusterBudget, Pool
from tests.factories import NOW, add, make_account, make_cluster, make_measure

YEAR = 2026
DEMO = Path(__file__).parents[2] / "bihaelt" / "demo" / "city.yaml"


def voice(session, role, **values):
    return Voice(make_account(session, role, **values).id, role.value)


@dataclass
class Stage:
    """``people`` by role; two budget holders, so that four eyes can be had across pools."""

    session: Any
    editor: Voice
    holder: Voice
    other_holder: Voice
    treasury: Voice
    clerk: Voice
    owner: Voice
    clusters: dict[str, Any] = field(default_factory=dict)
    measures: dict[str, Any] = field(default_factory=dict)

    def cluster(self, key, euros=1000, *, state=BudgetState.RELEASED, year=YEAR, kind=MoneyKind.CONSUMPTIVE):
        if key not in self.clusters:
            self.clusters[key] = make_cluster(self.session, key)
        cluster = self.clusters[key]
        add(
            self.session,
            ClusterBudget(
                cluster_id=cluster.id, year=year, cents=euros * 100, state=state, kind=kind, product_group=""
            ),
        )
        operations.ensure_pool(self.session, cluster.id, 2020)
        self.session.flush()
        return cluster

    def one_way(self, source, target):
        add(
            self.session,
            Pool(
                kind=PoolKind.ONE_WAY, from_cluster_id=self.clusters[source].id, to_cluster_id=self.clusters[target].id,
                first_year=2020, note="",
            ),
        )  # fmt: skip

    def measure(self, key, cluster, planned=500, *, category=Category.B, allocated=None, **values):
        values = {"funding_check": FundingCheck.UNSUITABLE} | values
        made = make_measure(
            self.session, key, category, cluster_id=self.clusters[cluster].id, planned_cents=planned * 100,
            starts_on=date(YEAR, 1, 1), number=key, **values,
        )  # fmt: skip
        self.measures[key] = made
        if allocated:
            self.allocate(made, allocated)
        return made

    def grant(
        self, measure, euros, *, state=FundingState.GRANTED, own_share=0, name="KIM", first=YEAR, last=YEAR, **values
    ):
        programme = add(
            self.session,
            Programme(key=None, name=name, level=Level.STATE, first_year=first, last_year=last, own_share=own_share),
        )
        for cluster in values.pop("purposes", ()):
            add(self.session, ProgrammePurpose(programme_id=programme.id, cluster_id=self.clusters[cluster].id))
        granted = {} if state is FundingState.PLANNED else {
            "granted_cents": euros * 100, "reference": "Az. 7", "starts_on": date(first, 1, 1), "ends_on": date(last, 12, 31),
            "applied_on": date(2026, 1, 1), "decided_on": date(2026, 1, 2),
        }  # fmt: skip
        return add(
            self.session,
            Funding(
                measure_id=measure.id, programme_id=programme.id, cents=euros * 100, state=state, first_year=first,
                last_year=last, own_share=own_share, changed_at=NOW, **granted,
            ),
        )  # fmt: skip

    def allocate(self, measure, euros, **values):
        return operations.allocate(
            self.session, measure=measure, cents=round(euros * 100),
            **({"year": YEAR, "reason": "Rat", "by": self.holder, "now": NOW} | values),
        )  # fmt: skip

    def commit(self, measure, euros, *, year=YEAR, **values):
        return operations.commit(
            self.session, measure=measure, amounts={year: round(euros * 100)},
            **({"contract": "V-1", "by": self.editor, "now": NOW} | values),
        )[0]  # fmt: skip

    def spend(self, measure, euros, **values):
        defaults = {"year": YEAR, "on": date(2026, 11, 1), "by": self.editor, "now": NOW}
        return operations.expense(self.session, measure=measure, cents=round(euros * 100), **(defaults | values))

    def move(self, source, target, euros, **values):
        defaults = {"year": YEAR, "reason": "Mehrbedarf", "by": self.editor, "now": NOW}
        return operations.request_transfer(
            self.session, source=source, target=target, cents=round(euros * 100), **(defaults | values)
        )


def make_stage(session):
    return Stage(
        session, voice(session, Role.OFFICE_EDITOR), voice(session, Role.BUDGET_HOLDER), voice(session, Role.BUDGET_HOLDER),
        voice(session, Role.TREASURY), voice(session, Role.COUNCIL_CLERK), voice(session, Role.PLAN_OWNER),
    )  # fmt: skip


@cache
def demo():
    return yaml.safe_load(DEMO.read_text())
