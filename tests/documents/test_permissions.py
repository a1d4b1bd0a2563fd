"""Who may write, sign and schedule papers, and fetch documents: every role, and every state."""

import pytest

from bihaelt import permissions
from bihaelt.accounts.domain import Actor, Role
from bihaelt.documents.domain.builds import BuildState
from bihaelt.documents.domain.papers import PaperKind, PaperState
from bihaelt.documents.models import Build, CouncilPaper, PaperCosignature
from bihaelt.permissions import documents as rules
from bihaelt.permissions.base import OTHERS, SIGN_IN

WRITERS = (Role.PLAN_OWNER, Role.COUNCIL_CLERK)
READERS = (*WRITERS, Role.OFFICE_EDITOR, Role.BUDGET_HOLDER, Role.TREASURY)


def actor(role, **values):
    return Actor(id=1, name="", email="", language="de", roles=frozenset({role}) if role else frozenset(), **values)


def paper(state, **values):
    return CouncilPaper(state=state, kind=values.pop("kind", PaperKind.DECISION), **values)


@pytest.mark.parametrize("role", [None, *Role])
def test_desks_are_for_their_roles(now, role):
    assert bool(permissions.see_papers(actor(role), None, now)) is (role in READERS)
    assert bool(permissions.draft_paper(actor(role), None, now)) is (role in WRITERS)
    assert bool(permissions.order_document(actor(role), None, now)) is (role is not None)
    assert bool(permissions.see_build(actor(role), Build(), now)) is (role is not None)


@pytest.mark.parametrize("state", PaperState)
def test_everybody_reads_a_paper_from_the_agenda_on(now, state):
    hidden = state in (PaperState.DRAFT, PaperState.CO_SIGNING, PaperState.SIGNED)
    verdicts = {who: permissions.see_paper(who, paper(state), now) for who in (None, actor(None), actor(Role.TREASURY))}
    assert [bool(verdict) for verdict in verdicts.values()] == [not hidden, not hidden, True]
    if hidden:
        assert [verdict.reason for verdict in verdicts.values()][:2] == [SIGN_IN, rules.NOT_PUBLIC]


@pytest.mark.parametrize("state", PaperState)
@pytest.mark.parametrize("role", [None, *Role])
def test_each_step_belongs_to_a_role_and_a_state(now, role, state):
    it, who = paper(state), actor(role)
    before = (PaperState.CO_SIGNING, PaperState.SIGNED)
    waits = (PaperState.SIGNED, PaperState.REFERRED, PaperState.DEFERRED)
    clerk, owner = role is Role.COUNCIL_CLERK, role is Role.PLAN_OWNER
    allowed = {
        "edit_paper": role in WRITERS and state is PaperState.DRAFT,
        "take_back_paper": role in WRITERS and state in before,
        "sign_paper": owner and state is PaperState.CO_SIGNING,
        "schedule_paper": clerk and state in waits,
        "record_outcome": clerk and state is PaperState.ON_AGENDA,
    }
    for name, expected in allowed.items():
        assert bool(getattr(permissions, name)(who, it, now)) is expected, name


def test_nobody_signs_what_they_have_drafted(now):
    verdict = permissions.sign_paper(actor(Role.PLAN_OWNER), paper(PaperState.CO_SIGNING, drafted_by_id=1), now)
    assert verdict.reason == rules.SECOND_PERSON


def test_an_office_signs_for_itself_and_once(now):
    def asked(who, state=PaperState.CO_SIGNING, **values):
        return permissions.cosign_paper(who, (paper(state), PaperCosignature(office_id=7, **values)), now)

    editor = Role.OFFICE_EDITOR
    assert asked(actor(editor, office_ids=frozenset({7})))
    assert asked(actor(editor))
    assert asked(actor(Role.PLAN_OWNER, office_ids=frozenset({8})))
    assert asked(actor(editor, office_ids=frozenset({8}))).reason == rules.OTHER_OFFICE
    assert asked(actor(editor), PaperState.SIGNED).reason == rules.NOT_YET
    assert asked(actor(editor), signed_at=now).reason == rules.SIGNED_ALREADY
    assert asked(actor(None)).reason == OTHERS
    assert not asked(None)


@pytest.mark.parametrize("state", BuildState)
def test_what_is_ready_and_public_is_fetched_by_everybody(now, state):
    ready = state is BuildState.READY
    assert bool(permissions.fetch_build(None, Build(state=state, public=True), now)) is ready
    assert not permissions.fetch_build(None, Build(state=state, public=False), now)
    assert bool(permissions.fetch_build(actor(Role.TREASURY), Build(state=state, public=False), now)) is ready
