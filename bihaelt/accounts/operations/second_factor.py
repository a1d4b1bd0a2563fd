"""The second factor: codes of an app on the own telephone, and codes on paper that stand in for it."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.accounts.domain.secrets import (
    RECOVERY_CODES,
    BadCode,
    hash_of_code,
    new_recovery_code,
    totp_step,
    typed_digits,
)
from bihaelt.accounts.models import Account, RecoveryCode, SignIn
from bihaelt.accounts.operations.letters import write_to
from bihaelt.accounts.operations.signing_in import end_other_sessions
from bihaelt.journal.domain import Voice
from bihaelt.journal.operations import record


def set_second_factor(
    session: Session, *, account: Account, secret: str, code: str, sign_in_id: int, now: datetime
) -> list[str]:
    """The app knows the secret, its first code proves it. Other sessions end. Returns the recovery codes, shown once.

    Raises BadCode.
    """
    used = totp_step(secret, code, now, last_step=0)
    if used is None:
        raise BadCode
    account.totp_secret, account.totp_last_step = secret, used
    session.execute(sa.update(SignIn).where(SignIn.id == sign_in_id).values(second_factor_at=now))
    end_other_sessions(session, account_id=account.id, keep=sign_in_id)
    record(session, act="account.second_factor_set", subject=account, by=Voice(account.id), now=now, public=False)
    write_to(session, account, "account_second_factor", now, active=True)
    return new_recovery_codes(session, account=account)


def new_recovery_codes(session: Session, *, account: Account) -> list[str]:
    """Ten fresh codes; the earlier ones are gone."""
    session.execute(sa.delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
    codes = [new_recovery_code() for _ in range(RECOVERY_CODES)]
    session.add_all(RecoveryCode(account_id=account.id, code_hash=hash_of_code(account.id, code)) for code in codes)
    session.flush()
    return codes


def check_second_factor(session: Session, *, account: Account, code: str, now: datetime) -> None:
    """Accept a code of the app, or one from paper, once. Raises BadCode."""
    locked = session.scalars(
        sa.select(Account).where(Account.id == account.id).with_for_update().execution_options(populate_existing=True)
    ).one()
    used = totp_step(locked.totp_secret, code, now, locked.totp_last_step) if locked.totp_secret else None
    if used is not None:
        locked.totp_last_step = used
        session.flush()
        return
    given = hash_of_code(account.id, typed_digits(code))
    paper = session.scalars(
        sa.select(RecoveryCode).where(
            RecoveryCode.account_id == account.id, RecoveryCode.code_hash == given, RecoveryCode.used_at.is_(None)
        )
    ).first()
    if paper is None:
        raise BadCode
    paper.used_at = now
    session.flush()


def remove_second_factor(session: Session, *, account: Account, by: Voice, now: datetime) -> None:
    """Without app and paper: by the person, or by an administrator for somebody who has lost both."""
    account.totp_secret, account.totp_last_step = None, 0
    session.execute(sa.delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
    session.execute(sa.update(SignIn).where(SignIn.account_id == account.id).values(second_factor_at=None))
    record(session, act="account.second_factor_removed", subject=account, by=by, now=now, public=False)
    write_to(session, account, "account_second_factor", now, active=False)
    session.flush()
