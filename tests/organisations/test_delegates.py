"""Inviting, accepting, changing and ending delegations."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from bihaelt import permissions
from bihaelt.actors import read
from bihaelt.i18n import BY_BABEL
from bihaelt.journal.domain import Voice
from bihaelt.journal.models import JournalEntry
from bihaelt.mailer import message_of
from bihaelt.organisations import operations, queries
from bihaelt.organisations.domain import InvitationState, last_admin_leaves, makes_circle
from bihaelt.organisations.models import Delegation, Invitation
from bihaelt.organisations.operations import Part
from bihaelt.outbox.models import Letter
from bihaelt.verdicts import Conflict, DomainError
from tests.browser import tree, words
from tests.cast import make_cast
from tests.factories import make_account, make_delegate, make_organisation

NOW = datetime(2026, 11, 22, 11, 0, tzinfo=UTC)
TODAY = date(2026, 11, 22)


@pytest.fixture
def cast(session):
    cast = make_cast(session)
    cast.organisation.seats = 5
    session.flush()
    return cast


def typed(**values):
    return {"email": "new@example.org", "title": "Jugendreferat", "starts_on": "2026-11-22", "may_vote": "y"} | values


def invite(session, organisation, email, **part):
    return operations.invite(
        session, organisation=organisation, email=email, part=Part(**({"title": "Referat", "starts_on": TODAY} | part)),
        language="de", nonce=None, by=Voice(None), now=NOW, today=TODAY,
    )  # fmt: skip


def accept(session, invitation, account, now=NOW):
    return operations.accept(
        session, invitation=invitation, account_id=account.id, by=Voice(account.id), now=now, today=now.date()
    )


def seats(session, account):
    return session.scalars(sa.select(Delegation).where(Delegation.account_id == account.id)).all()


def delegates_page(cast):
    return f"/de/organisations/{cast.organisation.id}/delegates"


def test_an_invited_person_accepts_and_then_speaks_for_the_organisation(session, client, cast):
    client.sign_in(cast.organisation_admin)
    answer = client.post(delegates_page(cast), typed(email=cast.citizen.email.upper(), last_day="2027-11-21"))
    assert answer.status_code == 303
    page = words(client.get(delegates_page(cast)))
    assert cast.citizen.email in page
    assert "Jugendreferat" not in words(client.get(f"/de/organisations/{cast.organisation.id}"))
    client.sign_in(cast.citizen)
    invitation = session.scalar(sa.select(Invitation))
    assert "Jugendring" in words(client.get("/de/organisations/mine"))
    assert client.post(f"/de/organisations/invitations/{invitation.id}/accept").status_code == 303
    (seat,) = seats(session, cast.citizen)
    assert (seat.title, seat.starts_on, seat.ends_on, seat.may_vote, seat.is_admin) == (
        "Jugendreferat", TODAY, date(2027, 11, 22), True, False,
    )  # fmt: skip
    assert (invitation.state, invitation.email) == (InvitationState.ACCEPTED, None)
    public = words(client.sign_out().get(f"/de/organisations/{cast.organisation.id}"))
    assert "Jugendreferat" in public
    assert cast.citizen.display_name not in public
    entry = session.scalars(sa.select(JournalEntry).where(JournalEntry.public)).one()
    assert (entry.act, entry.details) == ("organisation.delegate_appointed", {"public_title": "Jugendreferat"})


def test_known_and_unknown_addresses_look_alike(session, client, cast):
    client.sign_in(cast.organisation_admin)
    answers = [
        client.post(delegates_page(cast), typed(email=address)) for address in (cast.citizen.email, "who@example.org")
    ]
    assert [answer.status_code for answer in answers] == [303, 303]
    letters = session.scalars(sa.select(Letter).order_by(Letter.id)).all()
    assert [(letter.kind, letter.email) for letter in letters] == [
        ("organisation_invitation", cast.citizen.email), ("organisation_invitation", "who@example.org"),
    ]  # fmt: skip
    assert {letter.expires_at for letter in letters} == {NOW + timedelta(days=28)}
    page = words(client.get(delegates_page(cast)))
    assert cast.citizen.email in page
    assert "who@example.org" in page
    assert cast.citizen.display_name not in page


def test_who_registers_with_the_invited_address_finds_the_invitation(session, client, cast):
    invitation = invite(session, cast.organisation, "Later@Example.org")
    person = make_account(session, email="later@example.org")
    client.sign_in(person)
    assert "Referat" in words(client.get("/de/organisations/mine"))
    assert client.post(f"/de/organisations/invitations/{invitation.id}/accept").status_code == 303
    assert len(seats(session, person)) == 1


def test_who_only_speaks_needs_no_voting_seat(session, cast):
    cast.organisation.seats = 1
    invitation = invite(session, cast.organisation, cast.citizen.email, may_vote=False)
    assert accept(session, invitation, cast.citizen).may_vote is False


def test_accepting_twice_makes_one_delegation(session, client, cast):
    invitation = invite(session, cast.organisation, cast.citizen.email)
    client.sign_in(cast.citizen)
    for _ in range(2):
        assert client.post(f"/de/organisations/invitations/{invitation.id}/accept").status_code == 303
    assert len(seats(session, cast.citizen)) == 1


def test_an_invitation_is_for_its_address_only(session, client, cast):
    invitation = invite(session, cast.organisation, cast.citizen.email)
    for person in (cast.stranger, cast.organisation_admin, cast.admin):
        client.sign_in(person)
        for act in ("accept", "decline"):
            assert client.post(f"/de/organisations/invitations/{invitation.id}/{act}").status_code == 403
    client.sign_out()
    assert client.post(f"/de/organisations/invitations/{invitation.id}/accept").status_code == 403
    assert client.sign_in(cast.citizen).post("/de/organisations/invitations/999999/accept").status_code == 404


def test_a_declined_or_withdrawn_invitation_stays_so(session, client, cast):
    invitation = invite(session, cast.organisation, cast.citizen.email)
    client.sign_in(cast.citizen)
    for _ in range(2):
        assert client.post(f"/de/organisations/invitations/{invitation.id}/decline").status_code == 303
    assert client.post(f"/de/organisations/invitations/{invitation.id}/accept").status_code == 409
    again = invite(session, cast.organisation, cast.citizen.email)
    client.sign_in(cast.organisation_admin)
    address = f"/de/organisations/{cast.organisation.id}/invitations/{again.id}/withdraw"
    for _ in range(2):
        assert client.post(address).status_code == 303
    assert again.email is None
    client.sign_in(cast.citizen)
    assert client.post(f"/de/organisations/invitations/{again.id}/accept").status_code == 403


def test_only_the_own_organisation_withdraws_an_invitation(session, client, cast):
    other = make_organisation(session, "Andere")
    invitation = invite(session, other, "x@example.org")
    client.sign_in(cast.organisation_admin)
    assert client.post(f"/de/organisations/{other.id}/invitations/{invitation.id}/withdraw").status_code == 403
    address = f"/de/organisations/{cast.organisation.id}/invitations/{invitation.id}/withdraw"
    assert client.post(address).status_code == 404
    assert client.post(address.replace(str(invitation.id), "999999")).status_code == 404


def test_an_invitation_runs_out_and_makes_room_for_a_new_one(session, client, cast):
    invitation = invite(session, cast.organisation, cast.citizen.email)
    later = NOW + timedelta(days=28)
    with pytest.raises(Conflict):
        accept(session, invitation, cast.citizen, later)
    assert queries.invitations_to(session, cast.citizen.email, later) == []
    again = operations.invite(
        session, organisation=cast.organisation, email=cast.citizen.email, part=Part("Referat", later.date()),
        language="de", nonce=None, by=Voice(None), now=later, today=later.date(),
    )  # fmt: skip
    assert (invitation.state, again.state) == (InvitationState.WITHDRAWN, InvitationState.OPEN)


def test_a_term_that_is_over_when_it_is_accepted_is_refused(session, cast):
    invitation = invite(session, cast.organisation, cast.citizen.email, ends_on=TODAY + timedelta(days=3))
    with pytest.raises(Conflict):
        accept(session, invitation, cast.citizen, NOW + timedelta(days=5))


def test_one_address_is_invited_once_at_a_time(session, client, cast):
    client.sign_in(cast.organisation_admin)
    assert client.post(delegates_page(cast), typed()).status_code == 303
    assert client.post(delegates_page(cast), typed()).status_code == 422
    assert client.post(delegates_page(cast), typed(email=cast.delegate.email)).status_code == 422


def test_a_double_submit_sends_one_invitation(session, client, cast):
    client.sign_in(cast.organisation_admin)
    token = client.form_token()
    for _ in range(2):
        assert client.post(delegates_page(cast), typed(form_token=token)).status_code == 303
    assert len(session.scalars(sa.select(Letter)).all()) == 1


def test_nobody_is_flooded_with_invitations(session, cast):
    for n in range(3):
        invite(session, make_organisation(session, f"Verein {n}"), "flood@example.org")
    with pytest.raises(DomainError):
        invite(session, cast.organisation, "flood@example.org")


@pytest.mark.parametrize("wrong", [
    {"email": "nobody"}, {"email": ""}, {"title": " "}, {"title": "x" * 121}, {"title": "a\u202eb"},
    {"starts_on": "yesterday"}, {"starts_on": "2026-11-21"}, {"starts_on": ""}, {"last_day": "2026-11-21"},
    {"last_day": "9999-99-99"},
])  # fmt: skip
def test_bad_entries_are_said_at_their_field(session, client, cast, wrong):
    client.sign_in(cast.organisation_admin)
    answer = client.post(delegates_page(cast), typed(**wrong))
    assert answer.status_code == 422
    (field,) = wrong
    assert tree(answer).xpath(f"//*[@id='{field}-error']")
    assert session.scalar(sa.select(Invitation)) is None


def test_no_more_votes_than_seats(session, client, cast):
    cast.organisation.seats = 3
    session.flush()
    client.sign_in(cast.organisation_admin)
    assert client.post(delegates_page(cast), typed()).status_code == 303
    answer = client.post(delegates_page(cast), typed(email="one-more@example.org"))
    assert answer.status_code == 422
    assert tree(answer).xpath("//*[@id='may_vote-error']")
    without = {key: value for key, value in typed(email="silent@example.org").items() if key != "may_vote"}
    assert client.post(delegates_page(cast), without).status_code == 303
    assert len(queries.voting_delegates(session, cast.organisation.id, TODAY)) == 2


def test_seats_that_were_taken_meanwhile_are_not_given_twice(session, cast):
    cast.organisation.seats = 3
    session.flush()
    invitation = invite(session, cast.organisation, cast.citizen.email)
    make_delegate(session, cast.organisation)
    with pytest.raises(DomainError):
        accept(session, invitation, cast.citizen)


def test_a_person_speaks_once_for_an_organisation(session, cast):
    invitation = invite(session, cast.organisation, cast.citizen.email)
    make_delegate(session, cast.organisation, account=cast.citizen, may_vote=False)
    with pytest.raises(Conflict):
        accept(session, invitation, cast.citizen)


def test_nobody_is_appointed_for_a_suspended_organisation(session, client, cast):
    invitation = invite(session, cast.organisation, cast.citizen.email)
    operations.suspend(
        session, organisation=cast.organisation, reason="Aufgelöst", by=Voice(None), now=NOW, today=TODAY
    )
    with pytest.raises(Conflict):
        accept(session, invitation, cast.citizen)
    with pytest.raises(Conflict):
        invite(session, cast.organisation, "x@example.org")


# --- changing and ending -----------------------------------------------------------------------------------------


def address(cast, seat, act=""):
    return f"/de/organisations/{cast.organisation.id}/delegates/{seat.id}{act}"


def test_the_admin_changes_title_rights_and_end(session, client, cast):
    (seat,) = seats(session, cast.delegate)
    client.sign_in(cast.organisation_admin)
    assert client.get(address(cast, seat)).status_code == 200
    new = {"title": "Geschäftsstelle", "last_day": "2026-12-31", "is_admin": "y"}
    assert client.post(address(cast, seat), new).status_code == 303
    assert (seat.title, seat.last_day, seat.may_vote, seat.is_admin) == (
        "Geschäftsstelle",
        date(2026, 12, 31),
        False,
        True,
    )
    assert "31.12.2026" in words(client.get(delegates_page(cast)))
    assert client.post(address(cast, seat), {"title": "X", "last_day": "2026-11-21"}).status_code == 422


def test_a_vote_given_back_needs_a_seat(session, client, cast):
    cast.organisation.seats = 1
    quiet = make_delegate(session, cast.organisation, may_vote=False)
    (seat,) = seats(session, quiet)
    client.sign_in(cast.organisation_admin)
    assert client.post(address(cast, seat), {"title": "X", "may_vote": "y"}).status_code == 422


def test_ending_takes_effect_with_the_next_request(session, client, cast):
    (seat,) = seats(session, cast.delegate)
    client.sign_in(cast.organisation_admin)
    for _ in range(2):
        assert client.post(address(cast, seat, "/end")).status_code == 303
    assert seat.ends_on == TODAY
    letter = session.scalars(sa.select(Letter)).one()
    assert (letter.kind, letter.email) == ("organisation_delegation_ended", cast.delegate.email)
    client.sign_in(cast.delegate)
    with client.session_transaction() as cookie:
        actor = read(session, cookie["_user_id"], NOW, production=False)
    assert actor.seats == ()


def test_a_term_that_never_began_is_empty(session, cast):
    late = make_delegate(session, cast.organisation, starts_on=TODAY + timedelta(days=9))
    (seat,) = seats(session, late)
    operations.end_delegation(session, delegation=seat, by=Voice(None), now=NOW, today=TODAY)
    assert seat.ends_on == seat.starts_on
    assert not queries.speaks_for(session, cast.organisation.id, late.id, TODAY)
    with pytest.raises(Conflict):
        operations.change_delegation(
            session, delegation=seat, part=Part("X", TODAY), by=Voice(None), now=NOW, today=TODAY + timedelta(days=20)
        )


def test_the_last_admin_stays(session, client, cast):
    (seat,) = seats(session, cast.organisation_admin)
    client.sign_in(cast.organisation_admin)
    assert client.post(address(cast, seat, "/end")).status_code == 409
    assert client.post(address(cast, seat), {"title": "Vorsitz", "may_vote": "y"}).status_code == 422
    limited = {"title": "Vorsitz", "may_vote": "y", "is_admin": "y", "last_day": "2027-01-01"}
    assert client.post(address(cast, seat), limited).status_code == 422
    make_delegate(session, cast.organisation, is_admin=True, may_vote=False)
    assert client.post(address(cast, seat, "/end")).status_code == 303


def test_a_delegate_may_step_down_but_not_end_others(session, client, cast):
    (own,), (other,) = seats(session, cast.delegate), seats(session, cast.organisation_admin)
    client.sign_in(cast.delegate)
    assert client.post(address(cast, other, "/end")).status_code == 403
    assert client.post(address(cast, own, "/end")).location.endswith("/organisations/mine")
    assert session.scalars(sa.select(Letter)).all() == []


def test_delegations_of_another_organisation_are_unknown_here(session, client, cast):
    (foreign,) = seats(session, cast.foreign_delegate)
    client.sign_in(cast.organisation_admin)
    assert client.get(address(cast, foreign)).status_code == 404
    assert client.post(address(cast, foreign, "/end")).status_code == 404


def test_a_button_without_its_token_does_nothing(session, client, cast):
    (seat,) = seats(session, cast.delegate)
    client.sign_in(cast.organisation_admin)
    assert client.post(address(cast, seat, "/end"), token=False).status_code == 422
    session.refresh(seat)
    assert seat.ends_on is None


def test_the_city_helps_an_organisation_that_lost_its_last_admin(session, client, cast):
    orphan = make_organisation(session, "Verwaist")
    for person, status in {cast.plan_owner: 200, cast.admin: 200, cast.moderator: 403, cast.citizen: 403}.items():
        client.sign_in(person)
        assert client.get(f"/de/organisations/{orphan.id}/delegates").status_code == status
    client.sign_in(cast.admin)
    assert client.post(f"/de/organisations/{orphan.id}/delegates", typed(is_admin="y")).status_code == 303
    entry = session.scalars(sa.select(JournalEntry)).one()
    assert (entry.act, entry.role) == ("organisation.invited", "admin")


def test_the_own_page_says_what_to_do_when_there_is_nothing(client, session, cast):
    client.sign_in(cast.citizen)
    page = client.get("/de/organisations/mine")
    assert tree(page).xpath("//main//a[contains(@href, 'register')]")
    assert client.sign_out().get("/de/organisations/mine").status_code == 302


def test_the_pages_take_the_same_statements_at_any_length(session, client, cast, count_queries):
    client.sign_in(cast.organisation_admin)
    cast.organisation.seats = 99
    counts, made = [], 0
    for upto in (1, 3, 50):
        for n in range(made, upto):
            make_delegate(session, cast.organisation, may_vote=False)
            invite(session, cast.organisation, f"guest{n}@example.org", may_vote=False)
            make_delegate(session, make_organisation(session), account=cast.organisation_admin)
            invite(
                session, make_organisation(session, seats=9), cast.organisation_admin.email, may_vote=False
            ) if n < 3 else None
        made = upto
        session.commit()
        here = []
        for page in (delegates_page(cast), "/de/organisations/mine"):
            with count_queries() as seen:
                assert client.get(page).status_code == 200
            here.append(len(seen))
        counts.append(here)
    assert counts[0] == counts[1] == counts[2]


@pytest.mark.parametrize("language", sorted(BY_BABEL))
def test_every_letter_can_be_written_in_every_language(app, session, cast, language):
    organisation = cast.organisation
    invite(session, organisation, "a@example.org")
    for operation in (operations.suspend, operations.restore):
        operation(session, organisation=organisation, reason="Weil.", by=Voice(None), now=NOW, today=TODAY)
    (seat,) = seats(session, cast.delegate)
    operations.end_delegation(session, delegation=seat, by=Voice(None), now=NOW, today=TODAY)
    for verdict in (operations.verify, operations.refuse):
        new = make_organisation(session, state="requested", verified_at=None, requested_by_id=cast.citizen.id)
        extra = {"today": TODAY} if verdict is operations.verify else {"reason": "Weil."}
        verdict(session, organisation=new, by=Voice(None), now=NOW, **extra)
    letters = session.scalars(sa.select(Letter)).all()
    assert len({letter.kind for letter in letters}) == 6
    for letter in letters:
        letter.language = language
        with app.test_request_context("/de/"):
            text = message_of(letter, NOW).get_body(("plain",)).get_content()
        assert "http://localhost/" in text


# --- plain rules -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("umbrellas", "own", "above", "circle"), [
    ({}, 1, None, False), ({}, 1, 1, True), ({2: 1}, 1, 2, True), ({2: 3, 3: 1}, 1, 2, True), ({2: 3}, 1, 2, False),
    ({2: 3, 3: 2}, 1, 2, False),
])  # fmt: skip
def test_circles_of_umbrellas(umbrellas, own, above, circle):
    assert makes_circle(umbrellas, own, above) is circle


@pytest.mark.parametrize(("count", "was", "stays", "refused"), [
    (1, True, False, True), (2, True, False, False), (1, True, True, False), (1, False, False, False),
])  # fmt: skip
def test_the_last_administrator(count, was, stays, refused):
    assert last_admin_leaves(count, was=was, stays=stays) is refused


def test_permissions_of_a_visitor_send_to_sign_in(cast, session):
    for permission in (
        permissions.manage_organisation,
        permissions.register_organisation,
        permissions.verify_organisation,
    ):
        assert permission(None, cast.organisation, NOW).reason == permissions.SIGN_IN
    (seat,) = seats(session, cast.delegate)
    assert permissions.end_delegation(None, seat, NOW).reason == permissions.SIGN_IN
