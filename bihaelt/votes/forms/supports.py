"""The form behind the buttons of a support."""

from typing import Any

from wtforms.fields import HiddenField

from bihaelt.forms import BaseForm, or_none


class SupportForm(BaseForm):
    """Nothing to fill in but the voice: ``acting_for`` is an organisation's id, or None for oneself."""

    acting_for: Any = HiddenField("", filters=[or_none(int)])
