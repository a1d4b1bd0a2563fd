"""Where in the plan a row of a file may enter."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date

from bihaelt.imports.domain.columns import Part
from bihaelt.imports.domain.rows import Draft, Note
from bihaelt.marks import N_
from bihaelt.measures.domain import Category, MeasureState, gaps, holding, undecidable

# What a row may say about its state; on its way through offices and bodies no measure can be set down.
ENTERED = frozenset(MeasureState) - {MeasureState.CO_SIGNING, MeasureState.IN_COMMITTEE, MeasureState.REJECTED}
UNDECIDED = frozenset({MeasureState.IDEA, MeasureState.DRAFT, MeasureState.ENDED})
DOWN: Mapping[Category, Sequence[Category]] = {
    Category.A: (Category.A, Category.B),
    Category.B: (Category.B,),
    Category.C: (),
}


def settled(draft: Draft, today: date, similar: Collection[int] = ()) -> Draft:
    """Where the measure enters the plan: as it asks, or as a draft in category C as far as something is missing (R27).

    Nothing is waved through: a decision stands only for a complete sheet, a category only where its gate is open and no
    brake holds. ``similar`` are the measures that are probably the same.
    """
    assert draft.sheet is not None
    hints: list[Note] = []
    state, decision = draft.state, draft.decision
    if state not in ENTERED:
        hints.append(Note(N_("This state comes from an act of the city. The measure enters as a draft."), Part.STATE))
        state = MeasureState.DRAFT
    if state not in UNDECIDED and decision is None:
        hints.append(
            Note(N_("Nothing runs without a decision: it enters as a draft. Add body, paper and day."), Part.STATE)
        )
        state = MeasureState.DRAFT
    held = bool(holding(draft.sheet, similar))
    lacking = undecidable(draft.sheet)
    if decision is not None and (lacking or held):
        hints.append(
            Note(
                N_("The decision cannot be noted yet: the measure enters as a draft."), Part.DECIDED_PAPER, gaps=lacking
            )
        )
        decision = None
        state = state if state in UNDECIDED else MeasureState.DRAFT
    category = Category.C
    for asked in DOWN[draft.category]:
        missing = gaps(draft.sheet, asked, state=state, today=today)
        if not missing and not held:
            category = asked
            break
        hints.append(
            Note(
                N_("For category %(category)s something is still missing."),
                Part.CATEGORY,
                {"category": asked.value},
                missing,
            )
        )
    return replace(draft, category=category, state=state, decision=decision, hints=tuple(hints))
