"""Council papers and orders of long documents."""

from bihaelt.documents.models.builds import Build
from bihaelt.documents.models.papers import CouncilPaper, PaperCosignature, PaperMeasure, PaperMeeting

__all__ = ["Build", "CouncilPaper", "PaperCosignature", "PaperMeasure", "PaperMeeting"]
