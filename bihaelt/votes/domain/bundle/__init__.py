"""The open data of a ballot ("Wahlunterlagen"): everything that a stranger needs to count again, in one ZIP."""

from bihaelt.votes.domain.bundle.archive import write, zipped
from bihaelt.votes.domain.bundle.files import files
from bihaelt.votes.domain.bundle.material import Material, Opening, Turnout

__all__ = ["Material", "Opening", "Turnout", "files", "write", "zipped"]
