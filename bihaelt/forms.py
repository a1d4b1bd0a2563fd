"""The base form, our fields and our wording. Templates draw them with the macros of _components/forms.html."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, ClassVar

from flask import request
from markupsafe import Markup, escape
from wtforms import Form
from wtforms import fields as wtf
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, Optional, StopValidation, ValidationError

from bihaelt import guard
from bihaelt.i18n import catalogue, current, explain, gettext, lazy_gettext
from bihaelt.marks import N_, label_of
from bihaelt.verdicts import DomainError

EXPIRED = N_("The page was open for too long. Nothing is lost: please send the form once more.")
BIDI = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffd]")
# What every mail server takes: a dot-atom without "?", which would begin an encoded word; letters of any script in the domain.
MAIL_ADDRESS = re.compile(
    r"(?=[^@]{1,64}@)[A-Za-z0-9!#$%&'*+/=^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=^_`{|}~-]+)*"
    r"@(?:[^\W_](?:[^\W_]|-){0,62}\.)+[^\W\d_]{2,63}"
)
MAX_EUROS = 1_000_000_000

# WTForms' own messages that our fields can show; marked here so that the catalogues hold them.
WTFORMS_MESSAGES = (
    N_("Not a valid choice."),
    N_("Not a valid integer value."),
    N_("Not a valid date value."),
    N_("Invalid Choice: could not coerce."),
    N_("'%(value)s' is not a valid choice for this field."),
    N_("'%(value)s' are not valid choices for this field."),
    N_("Invalid choice(s): one or more data inputs could not be coerced."),
    N_("This field is required."),
    N_("Number must be between %(min)s and %(max)s."),
)


class OurWords:
    """Hands WTForms' messages to our catalogues."""

    def gettext(self, message: str) -> str:
        return gettext(message)

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        """The words with their placeholders: WTForms fills these itself."""
        return catalogue(current().babel).ngettext(singular, plural, n)


class BaseForm(Form):
    """A form of this request: reads the posted fields, checks the token, keeps everything typed on an error."""

    class Meta:
        locales = False

        def get_translations(self, _form: object) -> OurWords:
            return OurWords()

    def __init__(self, **values: Any) -> None:
        super().__init__(request.form if request.method == "POST" else None, **values)

    def is_submitted(self) -> bool:
        return request.method == "POST"

    def validate_on_submit(self) -> bool:
        """Whether the form was sent, its token is good and every field fits."""
        if not self.is_submitted():
            return False
        fitting = self.validate()
        if guard.token_state() != "ok":
            self.form_errors.append(gettext(EXPIRED))
            return False
        return fitting

    def refuse(self, error: DomainError) -> None:
        """Show a domain rule's refusal at its field, or above the form."""
        message = explain(error.reason, error.values)
        field = self._fields.get(error.field)
        if field is None:
            self.form_errors.append(message)
        else:
            field.errors = [*field.errors, message]


class UploadForm(BaseForm):
    """A form with a field ``file``, which must be there; at most ``MOST`` bytes of it are read, and nothing is kept."""

    MOST: ClassVar[int]
    file: Any

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self.file.flags.required = True
        self.upload = request.files.get("file") if self.is_submitted() else None
        self.file.data = None

    def validate_on_submit(self) -> bool:
        fits = super().validate_on_submit()
        if fits and not self.file_name():
            self.refuse(DomainError(N_("Choose a file."), field="file"))
            return False
        return fits

    def file_name(self) -> str:
        """What the file is called, without folders; empty without a file."""
        name = (self.upload.filename or "") if self.upload is not None else ""
        return re.split(r"[\\/]", "".join(sign for sign in name if sign.isprintable()))[-1]

    def content(self) -> bytes:
        return self.upload.read(self.MOST + 1) if self.upload is not None else b""


class FilterForm(Form):
    """Filters of a list, from the address. Values that do not fit are left out, never an error."""

    class Meta:
        locales = False

        def get_translations(self, _form: object) -> OurWords:
            return OurWords()

    def __init__(self, **values: Any) -> None:
        super().__init__(request.args, **values)
        self.validate()

    def chosen(self) -> dict[str, Any]:
        return {name: field.data for name, field in self._fields.items() if field.data and not field.errors}


def tidy(value: str | None) -> str | None:
    """What was typed, in Unicode's composed form and without blanks around it.

    Control characters become U+FFFD, which can be shown again on the page beside the error.
    """
    return None if value is None else CONTROL.sub("\ufffd", unicodedata.normalize("NFC", value)).strip()


def clean_text(_form: Form, field: wtf.Field) -> None:
    if field.data and CONTROL.search(field.data):
        raise StopValidation(gettext(N_("Please remove invisible control characters.")))


def clean_line(_form: Form, field: wtf.Field) -> None:
    if field.data and (BIDI.search(field.data) or "\n" in field.data or "\r" in field.data):
        raise StopValidation(gettext(N_("Please remove invisible control characters.")))


class Needed(InputRequired):
    """A field that must be filled; ``message`` names the thing: N_("Enter a title")."""

    def __init__(self, message: str) -> None:
        super().__init__(lazy_gettext(message))

    def __call__(self, form: Form, field: wtf.Field) -> None:
        raw = field.raw_data
        if raw and raw[0] and (not isinstance(raw[0], str) or raw[0].strip()):
            return
        field.errors = []
        raise StopValidation(str(self.message))


class AtMost(Length):
    def __init__(self, characters: int) -> None:
        super().__init__(max=characters)
        self.characters = characters

    def __call__(self, form: Form, field: wtf.Field) -> None:
        if len(field.data or "") > self.characters:
            raise ValidationError(
                gettext(
                    N_("At most %(most)s characters, please; you have %(have)s."),
                    most=self.characters,
                    have=len(field.data),
                )
            )


def Line(label: str, *, needed: str = "", most: int = 200, hint: str = "", **kw: Any) -> Any:
    """One line of text. ``needed`` is the error for an empty field; without it the field is optional."""
    return _text(wtf.StringField, label, needed, most, hint, [clean_line], kw)


def Paragraphs(label: str, *, needed: str = "", most: int = 10_000, hint: str = "", **kw: Any) -> Any:
    """Several lines of plain Markdown."""
    return _text(wtf.TextAreaField, label, needed, most, hint, [], kw)


def Email(label: str, *, needed: str = "", hint: str = "", **kw: Any) -> Any:
    return _text(wtf.EmailField, label, needed, 254, hint, [clean_line, mail_address], kw)


def _text(kind: Any, label: str, needed: str, most: int, hint: str, more: list[Any], kw: dict[str, Any]) -> Any:
    first = [Needed(needed)] if needed else [Optional()]
    validators = [*first, clean_text, *more, AtMost(most), *kw.pop("validators", [])]
    return kind(lazy_gettext(label), validators, filters=[tidy], description=lazy_gettext(hint) if hint else "", **kw)


def mail_address(_form: Form, field: wtf.Field) -> None:
    if field.data and not MAIL_ADDRESS.fullmatch(field.data):
        raise ValidationError(gettext(N_("Enter an e-mail address like name@example.org.")))


def Secret(label: str, *, needed: str = "", hint: str = "", **kw: Any) -> Any:
    """A password: taken as it is typed, at most 1024 bytes."""
    validators = [Needed(needed)] if needed else [Optional()]
    return wtf.PasswordField(
        lazy_gettext(label), [*validators, AtMost(1024)], description=lazy_gettext(hint) if hint else "", **kw
    )


def Tick(label: str, *, needed: str = "", hint: str = "", **kw: Any) -> Any:
    validators = [Needed(needed)] if needed else []
    return wtf.BooleanField(lazy_gettext(label), validators, description=lazy_gettext(hint) if hint else "", **kw)


class Select:
    """Draws a drop-down as WTForms does, but its options at once: the filters of a list have up to a hundred of them."""

    multiple = False

    def __call__(self, field: wtf.SelectField, **given: Any) -> Markup:
        given = {"id": field.id, "name": field.name, "required": field.flags.required, **given}
        parts = [
            f'{key}="{escape(value)}"' if value is not True else key
            for key, value in sorted(given.items())
            if value not in (None, False)
        ]
        drawn = "".join(
            f'<option {"selected " if chosen else ""}value="{escape(value)}">{escape(shown or value)}</option>'
            for value, shown, chosen, _attributes in field.iter_choices()
        )
        return Markup(f"<select {' '.join(parts)}>{drawn}</select>")  # noqa: S704  all of it escaped


class DropDown(wtf.SelectField):
    widget = Select()


def Choice(
    label: str, *, needed: str = "", hint: str = "", radio: bool = False, coerce: Callable[[Any], Any] = str, **kw: Any
) -> Any:
    """One of ``choices`` (SelectChoice rows, given here or set by the view). Empty means None if optional."""
    kind = wtf.RadioField if radio else DropDown
    validators = [Needed(needed)] if needed else [Optional()]
    return kind(
        lazy_gettext(label), validators, description=lazy_gettext(hint) if hint else "",
        coerce=or_none(coerce), validate_choice=True, **({"choices": []} | kw),
    )  # fmt: skip


def Choices(label: str, *, hint: str = "", coerce: Callable[[Any], Any] = int, **kw: Any) -> Any:
    """Any number of ``choices``, drawn as checkboxes."""
    return wtf.SelectMultipleField(
        lazy_gettext(label),
        [Optional()],
        description=lazy_gettext(hint) if hint else "",
        coerce=coerce,
        **({"choices": []} | kw),
    )


def or_none(coerce: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        if value in (None, "", "None"):
            return None
        if coerce is int and not re.fullmatch(r"[0-9]{1,18}", str(value)):
            raise ValueError(value)
        return coerce(value)

    return read


def options(members: Iterable[Any], empty: str = "") -> list[SelectChoice]:
    """Select rows for an enum's members, with an empty row called ``empty`` first if given."""
    rows = [SelectChoice(member.value, lazy_gettext(label_of(member))) for member in members]
    return [SelectChoice("", lazy_gettext(empty)), *rows] if empty else rows


def named(pairs: Iterable[tuple[int | str, str]], empty: str = "") -> list[SelectChoice]:
    """Select rows from (value, shown name) pairs, with an empty row first if ``empty`` is given."""
    rows = [SelectChoice(str(value), name) for value, name in pairs]
    return [SelectChoice("", lazy_gettext(empty)), *rows] if empty else rows


class Euros(wtf.StringField):
    """An amount as people type it (1.234,56 or 1,234.56 or 1234); ``data`` is integer cents or None."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        if valuelist and valuelist[0].strip():
            self.data = cents(valuelist[0])

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{self.data // 100},{self.data % 100:02d}"


def cents(typed: str) -> int:
    """Integer cents of a typed amount; ValueError for anything that is not clearly one."""
    text = typed.strip().replace("€", "").replace("\u00a0", "").replace("\u202f", "").replace(" ", "").replace("'", "")
    match = re.fullmatch(r"(\d{1,3}(?:[.,]\d{3})+|\d{1,12})(?:([.,])(\d{1,2}))?", text)
    mark = re.search(r"[.,]", match[1]) if match else None
    one_mark = match is not None and (mark is None or len(set(re.findall(r"[.,]", match[1]))) == 1)
    if match is None or not one_mark or (mark and match[2] == mark[0]):
        raise ValueError(gettext(N_("Enter an amount in euros, for example 1.500 or 1.500,50.")))
    whole = int(re.sub(r"\D", "", match[1]))
    if whole > MAX_EUROS:
        raise ValueError(gettext(N_("This amount is too large.")))
    return whole * 100 + int((match[3] or "0").ljust(2, "0"))


class Day(wtf.DateField):
    """A day; ``data`` is a date between 1950 and 2150 or None."""

    data: date | None

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata([v.strip() for v in valuelist if v and v.strip()])
        if self.data is not None and not date(1950, 1, 1) <= self.data <= date(2150, 1, 1):
            self.data = None
            raise ValueError(gettext(N_("Not a valid date value.")))
