"""What a person says about themselves."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from bihaelt.accounts import queries
from bihaelt.accounts.domain.names import BadName, check_name, skeleton, tidy_name
from bihaelt.accounts.models import Account
from bihaelt.accounts.operations.registration import TAKEN, save
from bihaelt.journal.domain import Voice
from bihaelt.journal.operations import record


def change_profile(
    session: Session,
    *,
    account: Account,
    name: str,
    language: str,
    letters: bool,
    city: str,
    reserved: Iterable[str],
    now: datetime,
) -> None:
    """Another name, language of letters, or letters at all. A name that stays is not judged anew. Raises BadName."""
    renamed = tidy_name(name) != account.display_name
    if renamed:
        name = check_name(name, [*reserved, city])
        if queries.name_is_taken(session, skeleton(name), but_for=account.id):
            raise BadName(TAKEN)
        account.display_name, account.name_key = name, skeleton(name)
    account.language, account.letters = language, letters
    save(session, account)
    if renamed:
        record(session, act="account.renamed", subject=account, by=Voice(account.id), now=now, public=False)
    session.flush()
