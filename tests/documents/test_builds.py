"""Long documents: ordered, built in the background, kept for some days."""

import os
import subprocess
import sys
from datetime import timedelta

import pypdf
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from bihaelt import worker
from bihaelt.accounts.domain import Role
from bihaelt.documents import jobs, operations, queries
from bihaelt.documents.domain.builds import A_DAY, AT_ONCE, BUILD_STEPS, GIVEN_UP, KEPT, BuildKind, BuildState
from bihaelt.documents.models import Build
from bihaelt.i18n import LANGUAGES
from bihaelt.mailer import message_of
from bihaelt.outbox.models import Letter
from bihaelt.plan.operations import make as make_edition
from bihaelt.plan.operations import publish as publish_edition
from bihaelt.settings import ROOT
from bihaelt.verdicts import DomainError
from tests.documents.stage import BY, whole_measure
from tests.factories import NOW, make_account, make_conference

BOOKLET = BuildKind.BOOKLET


@pytest.fixture
def folder(app, tmp_path):
    return tmp_path / "documents"


def order(session, kind=BOOKLET, subject="", language="de", account=None, now=NOW):
    return operations.order(
        session, kind=kind, subject=subject, language=language, account_id=account.id if account else None, now=now
    )


def build_all(session, folder, now=NOW):
    session.commit()
    return jobs.build_due(session, folder=folder, city="Bielefeld", clock=lambda: now)


def test_a_booklet_is_built_and_its_person_gets_a_letter(app, session, folder):
    whole_measure(session)
    account = make_account(session, Role.PLAN_OWNER)
    build = order(session, account=account)
    assert (build.state, build.percent) == (BuildState.QUEUED, 0)
    assert build_all(session, folder) == 1
    assert (build.state, build.percent, build.finished_at, build.expires_at) == (BuildState.READY, 100, NOW, NOW + KEPT)
    file = operations.path(folder, build.sha256)
    assert file.stat().st_size == build.size
    text = "".join(page.extract_text() for page in pypdf.PdfReader(file).pages)
    assert "Ferienspiele" in text
    letter = session.scalars(sa.select(Letter).where(Letter.kind == "document_ready")).one()
    assert letter.account_id == account.id
    with app.test_request_context():
        assert f"/desk/documents/{build.id}" in message_of(letter, NOW).get_body(("plain",)).get_content()


def test_the_same_order_is_one_order_and_the_same_content_one_file(session, folder):
    first = order(session)
    assert order(session) is first
    build_all(session, folder)
    again = order(session)
    assert again is not first
    build_all(session, folder)
    assert again.sha256 == first.sha256
    assert len(list(folder.iterdir())) == 1


def test_an_account_orders_a_few_at_once_and_not_all_day(session):
    account = make_account(session, Role.PLAN_OWNER)
    for language in LANGUAGES[:AT_ONCE]:
        order(session, language=language.babel, account=account)
    with pytest.raises(DomainError, match="wait until they are ready"):
        order(session, language="tr", account=account)
    session.execute(sa.update(Build).values(state=BuildState.FAILED, finished_at=NOW))
    for number in range(A_DAY - AT_ONCE):
        order(session, BuildKind.CONFERENCE, str(number), account=account)
        session.execute(sa.update(Build).values(state=BuildState.FAILED, finished_at=NOW))
    with pytest.raises(DomainError, match="tomorrow"):
        order(session, account=account)
    order(session, account=account, now=NOW + timedelta(days=1, minutes=1))
    assert len(queries.ordered_by(session, account.id)) == 20


def test_what_does_not_exist_cannot_be_built(session, folder):
    for kind, subject in ((BuildKind.CONFERENCE, "999"), (BuildKind.CONTROLLING, "2020-H1")):
        build = order(session, kind, subject)
        assert build_all(session, folder) == 0
        assert (build.state, build.finished_at) == (BuildState.FAILED, NOW)


def test_a_press_that_fails_fails_the_order_only(session, folder):
    folder.write_text("in the way")
    build = order(session)
    assert build_all(session, folder) == 0
    assert build.state is BuildState.FAILED


def test_the_report_of_a_conference_is_built(session, folder):
    conference = make_conference(session, "reporting", decided_at=NOW)
    build = order(session, BuildKind.CONFERENCE, str(conference.id))
    assert build_all(session, folder) == 1
    assert queries.latest(session, BuildKind.CONFERENCE, str(conference.id), "de") is build
    assert build in queries.ready(session)


def test_an_edition_is_built_as_it_was_frozen(session, folder):
    whole_measure(session)
    edition = make_edition(session, by=BY, now=NOW)
    publish_edition(session, edition=edition, by=BY, now=NOW)
    build = order(session, subject=str(edition.number))
    assert build_all(session, folder) == 1
    assert build.subject == "1"


def test_an_order_is_taken_once(session):
    build = order(session)
    assert operations.begin(session, build_id=build.id, now=NOW) is build
    assert operations.begin(session, build_id=build.id, now=NOW) is None
    assert not jobs.build(session, build.id, folder=ROOT, city="", clock=lambda: NOW)
    assert queries.queued(session) == []


def test_a_worker_that_was_stopped_is_not_waited_for(session, folder):
    build = order(session)
    operations.begin(session, build_id=build.id, now=NOW)
    assert build_all(session, folder, NOW + GIVEN_UP) == 0
    assert build.state is BuildState.BUILDING
    build_all(session, folder, NOW + GIVEN_UP + timedelta(seconds=1))
    assert build.state is BuildState.FAILED


def test_orders_and_files_go_after_some_days_but_the_newest_booklet_stays(session, folder):
    whole_measure(session)
    conference = make_conference(session, "reporting")
    booklet, report = order(session), order(session, BuildKind.CONFERENCE, str(conference.id))
    build_all(session, folder, NOW + timedelta(minutes=1))
    booklet_id, report_id = booklet.id, report.id
    for name in ("a" * 64 + ".pdf", "rest.part"):
        (folder / name).write_text("alt")
    for file in folder.iterdir():
        os.utime(file, (0, 0))
    later = NOW + KEPT + timedelta(days=1)
    jobs.tidy(session, folder=folder, now=later)
    kept = session.scalars(sa.select(Build).where(Build.state == BuildState.READY)).all()
    assert [each.id for each in kept] == [booklet_id]
    assert [file.stem for file in folder.iterdir()] == [booklet.sha256]
    assert session.scalar(sa.select(Build.id).where(Build.id == report_id)) is None
    # The German booklet is younger than the plan; the eight other languages are ordered.
    assert {each.language for each in map(session.get_one, [Build] * 8, queries.queued(session))} == {
        language.babel for language in LANGUAGES
    } - {"de"}


def test_no_booklet_is_built_of_no_plan(session, tmp_path):
    assert operations.renew_booklets(session, languages=["de"], now=NOW) == 0
    assert operations.sweep(tmp_path / "nowhere", (), NOW) == 0


def test_a_booklet_is_renewed_when_the_plan_has_changed(session, folder):
    measure = whole_measure(session)
    later = NOW + timedelta(hours=1)
    assert operations.renew_booklets(session, languages=["de"], now=later) == 1
    build_all(session, folder, later)
    assert operations.renew_booklets(session, languages=["de"], now=later) == 0
    measure.changed_at = later + timedelta(hours=1)
    session.flush()
    assert operations.renew_booklets(session, languages=["de"], now=later) == 1


def test_the_worker_builds_what_was_ordered(app, session):
    build = order(session)
    session.commit()
    assert worker.build_documents(app, NOW) == 1
    assert operations.path(app.config["SETTINGS"].documents, build.sha256).exists()


def test_an_order_rings_the_bell(session):
    session.info.pop("letters", None)
    order(session)
    assert session.info.pop("letters")


def test_nothing_of_the_web_is_loaded_to_name_a_document():
    done = subprocess.run(
        [sys.executable, "-c", "import bihaelt.documents.domain.blocks, sys; assert 'flask' not in sys.modules"],
        cwd=ROOT,
    )
    assert done.returncode == 0


def test_states_end_ready_or_failed():
    assert {state for state, steps in BUILD_STEPS.items() if not steps} == {BuildState.READY, BuildState.FAILED}


@pytest.mark.parametrize(
    "values",
    [{"percent": 101}, {"state": BuildState.READY}, {"state": BuildState.FAILED}, {"sha256": "a", "percent": 100}],
)
def test_the_database_refuses_half_built_documents(session, values):
    build = order(session)
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(sa.update(Build).where(Build.id == build.id).values(**values))
