"""One's own data: the export is whole, erasure leaves no trace, and no reference to an account is forgotten."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bihaelt.accounts.domain import AccountState, Role
from bihaelt.accounts.models import Account
from bihaelt.comments.domain import CommentState, Ground, Stance
from bihaelt.comments.models import Comment
from bihaelt.extensions import db
from bihaelt.outbox.operations import enqueue
from bihaelt.privacy.domain import RULES, Contributions
from bihaelt.privacy.operations import erase
from bihaelt.privacy.queries import everything_of
from bihaelt.proposals.domain import Outcome, State
from bihaelt.proposals.models import Proposal
from bihaelt.texts.models import TextVersion
from bihaelt.verdicts import DomainError
from bihaelt.votes.domain import Electorate
from bihaelt.votes.models import Support
from tests.factories import (
    NOW,
    add,
    make_account,
    make_conference,
    make_delegate,
    make_organisation,
    make_proposal,
    make_text,
)

CANARY = "Zeisig-Kanari"


def references():
    """Every column of every table that points to an account."""
    return {
        (table.name, column.name)
        for table in db.metadata.tables.values()
        for column in table.columns
        for key in column.foreign_keys
        if key.column.table.name == "account"
    }


def test_every_reference_to_an_account_has_a_rule(app):
    assert references() == set(RULES)


@pytest.fixture
def person(session):
    return make_account(session, name=f"{CANARY} Name", email="zeisig-kanari@example.org", password_hash="x")


def comment_by(session, account, proposal, **values):
    text = make_text(session, "", f"{CANARY} Kommentar")
    session.execute(sa.update(TextVersion).where(TextVersion.text_id == text.id).values(author_id=account.id))
    proposal.comments += 1
    return add(
        session,
        Comment(
            proposal_id=proposal.id, author_id=account.id, text_id=text.id, stance=Stance.FOR, state=CommentState.VISIBLE,
            created_at=NOW, **values,
        ),
    )  # fmt: skip


def everywhere(session, needle):
    """Tables and columns in which ``needle`` still stands."""
    found = []
    for table in db.metadata.tables.values():
        for column in table.columns:
            if isinstance(column.type, sa.String | sa.JSON | sa.Text):
                hit = session.scalar(
                    sa.select(sa.func.count()).select_from(table).where(sa.cast(column, sa.String).ilike(f"%{needle}%"))
                )
                if hit:
                    found.append(f"{table.name}.{column.name}")
    return found


def test_the_export_holds_everything_of_the_person(session, person):
    proposal = make_proposal(session, f"{CANARY} Titel", author=person)
    comment_by(session, person, proposal)
    enqueue(session, kind="x", email=person.email, language="de", now=NOW, account_id=person.id)
    session.flush()
    data = everything_of(session, person.id)
    assert [row["display_name"] for row in data["account"]] == [f"{CANARY} Name"]
    assert [row["id"] for row in data["proposal"]] == [proposal.id]
    assert len(data["comment"]) == 1
    assert len(data["letter"]) == 1
    assert {row["title"] for row in data["text_version"]} == {f"{CANARY} Titel", ""}
    assert "password_hash" not in data["account"][0]


def test_the_export_is_a_zip_to_read_and_to_process(client, session, person):
    make_proposal(session, f"{CANARY} Titel", author=person)
    other = make_account(session, name="Fremder Name")
    make_proposal(session, "Fremder Vorschlag", author=other)
    answer = client.sign_in(person).get("/de/my/data/export")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-store"
    archive = zipfile.ZipFile(io.BytesIO(answer.data))
    assert archive.namelist() == ["data.json", "data.html"]
    data = json.loads(archive.read("data.json"))
    assert data["account"][0]["email"] == "zeisig-kanari@example.org"
    page = archive.read("data.html").decode()
    assert f"{CANARY} Titel" in page
    assert "Fremder" not in page


def test_the_export_asks_for_a_fresh_proof(client, person):
    answer = client.sign_in(person, fresh=False).get("/de/my/data/export")
    assert answer.status_code == 303
    assert "/my/proof" in answer.headers["Location"] or "prove" in answer.headers["Location"]


@pytest.mark.parametrize("choice", list(Contributions))
def test_erasure_leaves_no_trace_of_the_person(session, person, choice):
    conference = make_conference(session, "collecting")
    proposal = make_proposal(session, "Offener Vorschlag", author=person, conference=conference)
    draft = make_proposal(session, f"{CANARY} Entwurf", author=person, state=State.DRAFT, conference=conference)
    comment_by(session, person, proposal)
    enqueue(session, kind="x", email=person.email, language="de", now=NOW, account_id=person.id, name=f"{CANARY} Name")
    session.flush()
    erase(session, account=person, contributions=choice, by=_voice(person), now=NOW)
    session.expire_all()
    left = everywhere(session, "zeisig-kanari")
    goodbye = {"letter.email"}
    words = {"text_version.body"} if choice is Contributions.KEEP else set()
    assert set(left) == goodbye | words
    account = session.get_one(Account, person.id)
    assert account.state is AccountState.DELETED
    assert session.get_one(Proposal, draft.id).state is State.WITHDRAWN


def _voice(account):
    from bihaelt.journal.domain import Voice  # noqa: PLC0415  one line, used by the tests above

    return Voice(account.id)


def test_kept_contributions_stay_public_without_a_name(session, person):
    proposal = make_proposal(session, "Offener Vorschlag", author=person)
    erase(session, account=person, contributions=Contributions.KEEP, by=_voice(person), now=NOW)
    session.expire_all()
    proposal = session.get_one(Proposal, proposal.id)
    assert (proposal.state, proposal.author_id) == (State.PUBLISHED, None)


def test_removed_contributions_lose_their_words_but_a_decided_proposal_stays(session, person):
    open_one = make_proposal(session, "Offen", author=person)
    decided = make_proposal(session, "Entschieden", author=person, state=State.DECIDED, outcome=Outcome.ACCEPTED)
    comment = comment_by(session, person, decided)
    erase(session, account=person, contributions=Contributions.REMOVE, by=_voice(person), now=NOW)
    session.expire_all()
    words = {row.text_id: row.title for row in session.scalars(sa.select(TextVersion))}
    assert words[session.get_one(Proposal, open_one.id).text_id] == ""
    assert words[session.get_one(Proposal, decided.id).text_id] == "Entschieden"
    assert session.get_one(Comment, comment.id).state is CommentState.WITHDRAWN
    assert session.get_one(Proposal, decided.id).comments == 0


def test_a_hidden_comment_is_removed_as_well(session, person):
    comment = comment_by(session, person, make_proposal(session))
    comment.state, comment.hidden_for = CommentState.HIDDEN, Ground.INSULT
    session.flush()
    erase(session, account=person, contributions=Contributions.REMOVE, by=_voice(person), now=NOW)
    session.expire_all()
    assert session.get_one(Comment, comment.id).state is CommentState.WITHDRAWN


@pytest.mark.parametrize(("phase", "left"), [("collecting", 0), ("deciding", 1)])
def test_running_supports_are_taken_back_and_past_ones_stay_counted(session, person, phase, left):
    proposal = make_proposal(session, conference=make_conference(session, phase), supports_people=1)
    support = Support(
        proposal_id=proposal.id, conference_id=proposal.conference_id, electorate=Electorate.PEOPLE, account_id=person.id,
        language="de", created_at=NOW - timedelta(days=1),
    )  # fmt: skip
    add(session, support)
    erase(session, account=person, contributions=Contributions.KEEP, by=_voice(person), now=NOW)
    session.expire_all()
    rows = session.scalars(sa.select(Support)).all()
    assert [row.account_id for row in rows] == [None] * left
    assert session.get_one(Proposal, proposal.id).supports_people == left


def test_the_last_administrator_cannot_be_erased(session):
    admin = make_account(session, Role.ADMIN)
    with pytest.raises(DomainError, match="last administrator"):
        erase(session, account=admin, contributions=Contributions.KEEP, by=_voice(admin), now=NOW)


def test_the_last_administrator_of_an_organisation_cannot_be_erased(session):
    chair = make_delegate(session, make_organisation(session), is_admin=True)
    with pytest.raises(DomainError, match="your organisation"):
        erase(session, account=chair, contributions=Contributions.KEEP, by=_voice(chair), now=NOW)


def test_erasing_by_the_form_ends_the_session(client, session, person):
    client.sign_in(person)
    page = client.get("/de/my/data/erase")
    assert page.status_code == 200
    assert client.post("/de/my/data/erase", {"contributions": "keep"}).status_code == 422
    answer = client.post("/de/my/data/erase", {"contributions": "keep", "sure": "y"})
    assert answer.status_code == 303
    assert client.get(answer.headers["Location"]).status_code == 200
    assert client.get("/de/my/data/").status_code == 302
