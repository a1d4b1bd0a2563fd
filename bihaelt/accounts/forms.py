"""Forms of accounts."""

from collections.abc import Iterable

from wtforms import StringField
from wtforms.widgets import HiddenInput

from bihaelt.accounts.domain import Role
from bihaelt.forms import (
    BaseForm,
    Choice,
    Day,
    Email,
    FilterForm,
    Line,
    Paragraphs,
    Secret,
    Tick,
    lazy_gettext,
    named,
    options,
)
from bihaelt.i18n import BY_BABEL, LANGUAGES, translate
from bihaelt.marks import N_, label_of

EMAIL = N_("E-mail address")
ENTER_EMAIL = N_("Enter your e-mail address")
PASSWORD_HINT = N_("At least 8 characters; several words are good.")
NAME_HINT = N_("Everybody sees this name at what you write. It need not be your real one.")
CODE_HINT = N_("You find it in our letter.")
STAY = N_("Stay signed in on this device")
STAY_HINT = N_("Do not choose this on a device that others use too.")


def role_words() -> Iterable[str]:
    """What the roles are called in all languages: names that nobody may carry."""
    return {translate(language, label_of(role)) for language in LANGUAGES for role in Role}


def Hidden() -> StringField:
    """A value of ours that travels with the form."""
    return StringField("", widget=HiddenInput())


class RegisterForm(BaseForm):
    email = Email(EMAIL, needed=ENTER_EMAIL, hint=N_("We send a letter there to confirm it. It is shown to nobody."))
    name = Line(N_("Name"), needed=N_("Enter a name"), most=60, hint=NAME_HINT)
    password = Secret(
        N_("Password"), hint=N_("At least 8 characters. Without a password you sign in by a code that we send you.")
    )
    consent = Tick(
        N_("I have read the rules and the data protection notice and agree"), needed=N_("Please agree to the rules")
    )
    # People do not see this field; machines fill it.
    website = Line(N_("Leave this field empty"))


class ConfirmForm(BaseForm):
    """Confirms an address; the password only where one was chosen."""

    password = Secret(N_("Password"), hint=N_("The one that you chose when you registered."))


class SignInForm(BaseForm):
    email = Email(EMAIL, needed=ENTER_EMAIL)
    password = Secret(N_("Password"), needed=N_("Enter your password"))
    stay = Tick(STAY, hint=STAY_HINT)


class EmailForm(BaseForm):
    email = Email(EMAIL, needed=ENTER_EMAIL)


class CodeForm(BaseForm):
    """``who`` is the address that asked, sealed: no cookie has to hold it."""

    who = Hidden()
    code = Line(N_("Code"), needed=N_("Enter the code"), most=40, hint=CODE_HINT)
    stay = Tick(STAY, hint=STAY_HINT)


class SecondStepForm(BaseForm):
    """``who`` is the account that gave its first factor, sealed."""

    who = Hidden()
    second = Line(
        N_("Code of your app"),
        needed=N_("Enter the code"),
        most=40,
        hint=N_("Without your telephone: one of your recovery codes."),
    )


class ProveForm(BaseForm):
    password = Secret(N_("Password"))
    code = Line(N_("Code"), most=40, hint=CODE_HINT)


class PasswordForm(BaseForm):
    password = Secret(N_("New password"), needed=N_("Enter a password"), hint=PASSWORD_HINT)


class NewEmailForm(BaseForm):
    email = Email(N_("New e-mail address"), needed=ENTER_EMAIL)


class SetUpForm(BaseForm):
    """``secret`` is the sealed key that the picture shows."""

    secret = Hidden()
    code = Line(
        N_("Code of your app"),
        needed=N_("Enter the code"),
        most=40,
        hint=N_("The six digits that the app shows now."),
    )


class ProfileForm(BaseForm):
    name = Line(N_("Name"), needed=N_("Enter a name"), most=60, hint=NAME_HINT)
    language = Choice(
        N_("Language of your letters"),
        needed=N_("Choose a language"),
        choices=named((language.babel, language.name) for language in BY_BABEL.values()),
    )
    letters = Tick(
        N_("Send me letters about my proposals and comments"), hint=N_("Letters about your account always come.")
    )


class AccountFilter(FilterForm):
    q = Line(N_("Name or e-mail address"), most=100)
    role = Choice(N_("Role"), choices=options(Role, N_("All")), coerce=Role)


class GrantForm(BaseForm):
    role = Choice(N_("Role"), needed=N_("Choose a role"), choices=options(Role, N_("Please choose")), coerce=Role)
    office = Choice(N_("Office"), hint=N_("Without an office the role is held in the whole city."), coerce=int)
    cluster = Choice(
        N_("Budget of the cluster"),
        hint=N_("For budget holders; without a cluster they answer for all of them."),
        coerce=int,
    )
    starts_on = Day(lazy_gettext(N_("From")))
    ends_on = Day(lazy_gettext(N_("Until (not included)")))


class ReasonForm(BaseForm):
    reason = Paragraphs(N_("Reason"), needed=N_("Give a reason"), most=2000)
