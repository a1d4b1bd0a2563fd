"""Letters to a proposal's author, in the language of the account."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bihaelt.accounts.domain import AccountState
from bihaelt.outbox.operations import enqueue
from bihaelt.proposals.models import Proposal
from bihaelt.texts.models import Text
from bihaelt.texts.operations import current_version


def tell(session: Session, proposal: Proposal, kind: str, now: datetime, **context: Any) -> None:
    """Put a letter about this proposal into the outbox; nobody is left to write to once the account is erased."""
    author = proposal.author
    if author is None or author.state is not AccountState.ACTIVE:
        return
    text = session.get_one(Text, proposal.text_id)
    version = current_version(session, text.id, text.source_language)
    enqueue(
        session,
        kind=kind,
        email=author.email,
        language=author.language,
        account_id=author.id,
        now=now,
        name=author.display_name,
        proposal_id=proposal.id,
        title=version.title if version else "",
        **context,
    )
