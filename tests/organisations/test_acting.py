"""The choice in whose name a delegate speaks."""

from contextlib import contextmanager

import pytest
from flask import g
from flask_login import login_user

from bihaelt import guard
from bihaelt.accounts.domain import Actor, Seat
from bihaelt.i18n import BY_BABEL
from bihaelt.organisations.forms import ActingForm, acting_field, chosen_voice
from bihaelt.rendering import environment_of

SPORT = Seat(7, "Sportbund", "Vorsitz", is_admin=False, may_vote=True)
YOUTH = Seat(8, "Jugendring", "Referat", is_admin=False, may_vote=False)


def person(*seats):
    return Actor(1, "Ada", "ada@example.org", "de", seats=seats)


@pytest.fixture
def acting(app, session):
    @contextmanager
    def speaking(actor, **data):
        with app.test_request_context("/en/x", method="POST", data=data):
            g.language = BY_BABEL["en"]
            login_user(actor)
            yield

    return speaking


def test_a_person_without_a_seat_has_nothing_to_choose(acting):
    with acting(person()):
        form = ActingForm(person())
        assert form.acting_for is None
        assert chosen_voice(form) == person().as_citizen()


def test_a_delegate_chooses_between_the_own_name_and_each_organisation(acting):
    with acting(person(SPORT, YOUTH)):
        form = ActingForm(person(SPORT, YOUTH))
        assert [str(option.label.text) for option in form.acting_for] == [
            "Ada",
            "Sportbund, by Vorsitz",
            "Jugendring, by Referat",
        ]
        assert [option.checked for option in form.acting_for] == [True, False, False]
        assert form.validate()
        assert chosen_voice(form) == person().as_citizen()


def test_the_chosen_organisation_is_the_voice(acting):
    actor = person(SPORT, YOUTH)
    with acting(actor, acting_for="8"):
        form = ActingForm(actor)
        assert form.validate()
        voice = chosen_voice(form)
        assert (voice.organisation_id, voice.title, voice.role) == (8, "Referat", "delegate")


def test_only_organisations_that_one_votes_for_are_offered_at_a_vote(acting):
    actor = person(SPORT, YOUTH)
    with acting(actor, acting_for="8"):
        form = ActingForm(actor, voting=True)
        assert [option.data for option in form.acting_for] == ["", "7"]
        assert not form.validate()


@pytest.mark.parametrize("sent", ["9", "abc", "-1", "99999999999999999999", "7' OR 1=1"])
def test_a_foreign_organisation_is_an_error(acting, sent):
    with acting(person(SPORT), acting_for=sent):
        assert not ActingForm(person(SPORT)).validate()


def test_words_meant_for_an_organisation_never_appear_as_a_private_voice(acting):
    with acting(person(), acting_for="7"):
        form = ActingForm(person())
        assert not form.validate()
        assert form.acting_for.errors


def test_the_guard_refuses_a_foreign_voice_too(acting):
    class Open:
        _fields = {"acting_for": type("Field", (), {"data": 9})}

    with acting(person(SPORT)), pytest.raises(guard.Refused):
        chosen_voice(Open())


def test_the_field_alone_has_no_rows_without_a_person(app, session):
    with app.test_request_context("/de/x"):
        assert acting_field().kwargs["choices"] == []


def test_the_line_of_a_voice(app, session):
    with app.test_request_context("/en/x"):
        macros = environment_of(app, BY_BABEL["en"]).get_template("organisations/_voice.html").module
        assert "Ada" in macros.voice("Ada", None)
        assert "Deleted profile" in macros.voice(None, None)
