"""The sheet of a measure: its overview, its sections, and what it said before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import abort, redirect, url_for

from bihaelt import guard, i18n, permissions
from bihaelt.i18n import local
from bihaelt.marks import N_
from bihaelt.measures import operations, queries
from bihaelt.measures.domain import (
    LOCKED,
    OPEN_REVISION,
    STANDING,
    WHERE,
    Gap,
    Gate,
    RevisionState,
    Section,
    Sheet,
    at_gates,
    stored,
)
from bihaelt.measures.forms import FORMS, section_form
from bihaelt.measures.models import Measure, Revision
from bihaelt.measures.views.blueprint import bp, form_page, measure_or_404, missing, title_of, voice
from bihaelt.measures.views.differences import fact_changes, word_changes
from bihaelt.rendering import render
from bihaelt.texts.domain import Words
from bihaelt.verdicts import DomainError

# Sections with a form; the lists have pages of their own, and so has the check of regular services.
WITH_FORMS = (*(section for section in FORMS if section is not Section.SERVICE), Section.MONEY)
PAGES: Mapping[Section, str] = {
    Section.SERVICE: "measures.services", Section.MILESTONES: "measures.milestones", Section.PARTNERS: "measures.partners",
    Section.POINTS: "measures.points", Section.LINE: "measures.line",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class SectionRow:
    """One section on the overview: where it is filled, what it lacks for which gates, and why it cannot be changed."""

    section: Section
    url: str
    gaps: Mapping[Gap, Sequence[Gate]] = field(default_factory=dict)
    locked: str = ""


@bp.get("/desk/measures/<int:measure_id>/sheet")
def sheet(measure_id: int) -> str:
    measure = measure_or_404(measure_id)
    guard.require(permissions.edit_measure, measure)
    session = guard.database()
    revision = queries.open_revision(session, measure.id)
    own = as_it_shall_be(measure, revision)
    brakes = queries.brakes(session, measure, own)
    today = local(guard.now()).date()
    gates = at_gates(own, state=measure.state, today=today, released=brakes.free)
    return render(
        "measures/sheet.html",
        measure=measure,
        title=title_of(measure),
        revision=revision,
        sections=[_row(measure, revision, section, gates) for section in Section],
        gates=gates,
        elsewhere=[gap for gap in by_gap(gates) if gap not in WHERE],
        brakes=brakes,
        others=queries.titles(session, [held.other_id for held in brakes.held if held.other_id], i18n.current().chain),
        last=queries.last_version(session, measure.id),
    )


@bp.route(f"/desk/measures/<int:measure_id>/sheet/<any({', '.join(WITH_FORMS)}):name>", methods=["GET", "POST"])
def section(measure_id: int, name: str) -> Any:
    measure, session, section = measure_or_404(measure_id), guard.database(), Section(name)
    guard.require(permissions.edit_measure, measure)
    revision = queries.open_revision(session, measure.id) if section in LOCKED else None
    choices = queries.options(session, i18n.current().chain)
    form = section_form(section, as_it_shall_be(measure, revision), choices, local(guard.now()).date())
    lacking: list[str] = []
    if form.validate_on_submit():
        try:
            _save(measure, revision, form)
            guard.say("success", N_("The sheet is saved."))
            return redirect(url_for("measures.sheet", measure_id=measure.id), 303)
        except DomainError as error:
            lacking = missing(error)
            form.refuse(error)
    locked = _locked(measure, revision, section)
    return form_page(
        "measures/section.html", measure, form, section=section, revision=revision, lacking=lacking, locked=locked
    )


def _save(measure: Measure, revision: Revision | None, form: Any) -> None:
    session, now = guard.database(), guard.now()
    if revision is not None:
        operations.revise(session, revision=revision, change=form.change(), by=voice(), now=now)
    else:
        operations.fill(
            session, measure=measure, change=form.change(), by=voice(), now=now, reason=form.why.data or ""
        )  # fmt: skip


def as_it_shall_be(measure: Measure, revision: Revision | None) -> Sheet:
    """The measure's sheet, with the change that is under way."""
    session = guard.database()
    own = queries.sheet(session, measure)
    return own if revision is None else queries.revised(session, own, revision)


def _row(
    measure: Measure, revision: Revision | None, section: Section, gates: Mapping[Gate, Sequence[Gap]]
) -> SectionRow:
    page = PAGES.get(section, "measures.section")
    place: dict[str, Any] = {} if section in PAGES else {"name": section.value}
    mine = {gap: found for gap, found in by_gap(gates).items() if WHERE.get(gap) is section}
    url = url_for(page, measure_id=measure.id, **place)
    return SectionRow(section, url, mine, _locked(measure, revision, section))


def by_gap(gates: Mapping[Gate, Sequence[Gap]]) -> Mapping[Gap, Sequence[Gate]]:
    """At which gates each gap is missed, in the order of the sheet."""
    return {gap: found for gap in Gap if (found := [gate for gate, lacking in gates.items() if gap in lacking])}


def _locked(measure: Measure, revision: Revision | None, section: Section) -> str:
    """Why a section cannot be changed now; empty when it can."""
    if section not in LOCKED:
        return ""
    if revision is not None:
        return "" if revision.state is RevisionState.DRAFT else operations.STILL
    if measure.decided_on is not None:
        return operations.DECIDED
    return operations.STILL if measure.state in STANDING else ""


@bp.get("/measures/<int:measure_id>/versions")
def versions(measure_id: int) -> str:
    guard.require(permissions.public)
    measure = measure_or_404(measure_id)
    rows = queries.versions(guard.database(), measure.id)
    return render("measures/versions.html", measure=measure, title=title_of(measure), versions=list(reversed(rows)))


@bp.get("/measures/<int:measure_id>/versions/<int:version>")
def version(measure_id: int, version: int) -> str:
    guard.require(permissions.public)
    measure, session = measure_or_404(measure_id), guard.database()
    old, new = queries.version_pair(session, measure.id, version) or abort(404)
    before = Words(old.version.title, old.version.body, old.version.extra) if old else Words()
    after = Words(new.version.title, new.version.body, new.version.extra)
    return render(
        "measures/version.html",
        measure=measure,
        title=title_of(measure),
        new=new,
        first=old is None,
        words=word_changes(before, after),
        facts=fact_changes(session, old.facts if old else {}, new.facts),
        written=i18n.BY_BABEL[new.version.language],
    )


@bp.get("/desk/measures/<int:measure_id>/change")
def change(measure_id: int) -> str:
    """The change that is under way, beside what is decided."""
    measure, session = measure_or_404(measure_id), guard.database()
    guard.require(permissions.see_measures)
    revision = queries.open_revision(session, measure.id) or abort(404)
    own = queries.sheet(session, measure)
    then = queries.revised(session, own, revision)
    return render(
        "measures/change.html",
        measure=measure,
        title=title_of(measure),
        revision=revision,
        open=revision.state in OPEN_REVISION,
        words=word_changes(own.words, then.words),
        facts=fact_changes(session, stored(own), stored(then)),
    )
