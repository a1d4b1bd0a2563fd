"""What the acts on measures and their details are called in the public record."""

from bihaelt.journal.domain import As, Detail, name_acts, name_details
from bihaelt.marks import N_
from bihaelt.measures.domain.origin import Takes
from bihaelt.measures.domain.parts import Brake
from bihaelt.measures.domain.sheet import Section
from bihaelt.measures.domain.states import Advice, MeasureState, RevisionState

name_acts(
    {
        "measure.drafted": N_("Measure drafted"),
        "measure.changed": N_("Measure sheet changed"),
        "measure.rows": N_("Measure sheet changed"),
        "measure.linked": N_("Proposal linked with the measure"),
        "measure.unlinked": N_("Link with a proposal removed"),
        "measure.moved": N_("Measure moved to another category"),
        "measure.state": N_("State of the measure changed"),
        "measure.booked": N_("Committed and spent money updated"),
        "measure.cosigning": N_("Offices asked to co-sign"),
        "measure.cosigned": N_("Measure co-signed"),
        "measure.objected": N_("Objection to the measure"),
        "measure.committee": N_("Measure on the agenda of a body"),
        "measure.advice": N_("A body has discussed the measure"),
        "measure.decided": N_("Measure decided"),
        "measure.rejected": N_("Measure rejected"),
        "measure.confirmed": N_("Measure confirmed"),
        "measure.revision": N_("Change of the decided sheet begun"),
        "measure.revised": N_("Draft of the change edited"),
        "measure.revision_state": N_("State of the change changed"),
        "measure.released": N_("Brake released"),
        "measure.entered": N_("Measure taken over from an existing plan"),
        "measure.taken_out": N_("Measure taken out again"),
    }
)
name_details(
    {
        "old": Detail(N_("Before")),
        "new": Detail(N_("Now")),
        "old_state": Detail(N_("Before"), enum=MeasureState),
        "new_state": Detail(N_("Now"), enum=MeasureState),
        "old_change": Detail(N_("Before"), enum=RevisionState),
        "new_change": Detail(N_("Now"), enum=RevisionState),
        "committed": Detail(N_("Committed"), As.MONEY),
        "spent": Detail(N_("Spent"), As.MONEY),
        "measure_number": Detail(N_("Measure")),
        "takes": Detail(N_("Takes the proposal over"), enum=Takes),
        "office_name": Detail(N_("Office")),
        "office_names": Detail(N_("Offices")),
        "body": Detail(N_("Body")),
        "paper": Detail(N_("Council paper")),
        "meeting_on": Detail(N_("Meeting"), As.DAY),
        "until": Detail(N_("Until"), As.DAY),
        "advice": Detail(N_("Result"), enum=Advice),
        "section": Detail(N_("Section"), enum=Section),
        "brake": Detail(N_("Brake"), enum=Brake),
    }
)
