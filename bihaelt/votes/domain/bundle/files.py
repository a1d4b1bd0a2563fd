"""Which files the open data consist of, and what is kept back when a group is small."""

from collections.abc import Mapping, Sequence

from bihaelt.votes.domain.ballots import SMALL
from bihaelt.votes.domain.bundle.material import Material, Opening, Turnout
from bihaelt.votes.domain.bundle.texts import COLUMNS, LICENCE, readme
from bihaelt.votes.domain.protocol.canonical import JSON, Malformed, canonical, sha256
from bihaelt.votes.domain.protocol.checkpoints import joined
from bihaelt.votes.domain.protocol.notes import Note, Signer
from bihaelt.votes.domain.supports import Electorate

VERSION = 1
SEAL = "bihaelt/unterlagen/1"
MANIFEST = "manifest.txt"
WITHHELD = (
    f"Weniger als {SMALL} Stimmzettel: Zum Schutz des Wahlgeheimnisses stehen hier nur ihre Kennungen, Summen und Ergebnis. "
    f"/ Fewer than {SMALL} papers: to protect the secrecy of the vote, only their commitments, totals and the result are here."
)
# What is left of a trace when the papers behind it are kept back: nothing from which a single paper could be told.
TOTALS = ("v", "rule", "question", "electorate", "budget_eur", "papers", "options", "winners", "spent_eur", "left_eur")


def files(material: Material, signer: Signer) -> dict[str, bytes]:
    """Path to content of every file, in the order of the ZIP. The same material and key give the same bytes.

    ``signer`` is the log's: it seals the list of hashes, so that no file can be changed afterwards by anybody else.
    """
    made: dict[str, bytes] = {
        "README.txt": readme(material.configuration, signer.key, material.checkpoints[-1]).encode(),
        "LICENCE.txt": LICENCE.encode(),
        "columns.md": COLUMNS.encode(),
        "verify.py": material.verifier,
        "configuration.json": material.configuration,
        "log/leaves.jsonl": _lines(material.leaves),
        "log/checkpoints.txt": joined(material.checkpoints).encode(),
        "turnout.json": canonical(
            {"v": VERSION, "electorates": {who.value: _turnout(figures) for who, figures in material.turnout.items()}}
        ),
    }
    kept_back = {
        question
        for (question, electorate), openings in material.openings.items()
        if is_withheld(electorate, len(openings))
    }
    for (question, electorate), openings in material.openings.items():
        name = f"{question}-{electorate.value}"
        if is_withheld(electorate, len(openings)):
            made[f"openings/{name}.withheld.json"] = _withheld(question, electorate, openings)
        else:
            ordered = sorted(openings, key=lambda opening: opening.commitment)
            made[f"openings/{name}.jsonl"] = _lines([_opening(opening) for opening in ordered])
            if (question, electorate) in material.papers:
                made[f"papers/{name}.pb"] = material.papers[question, electorate].encode()
    for question, result in material.results.items():
        made[f"results/{question}.json"] = canonical(result_shown(result) if question in kept_back else result)
    made[MANIFEST] = str(sealed(made, signer)).encode()
    return dict(sorted(made.items()))


def is_withheld(electorate: Electorate, papers: int) -> bool:
    """Whether single papers are kept back. Organisations vote by name, so there is nothing to protect."""
    return electorate is Electorate.PEOPLE and 0 < papers < SMALL


def result_shown(result: Mapping[str, JSON]) -> dict[str, JSON]:
    """A question's results without what could tell single papers of few people: rounds, groups and reasons are left out.

    For pages, too: whoever shows a small group's result shows this one.
    """
    decided = dict(_object(result["decided"]))
    counts = decided["counts"]
    if not isinstance(counts, list | tuple):
        raise Malformed("a decision has a list of counts, as docs/open-data.md says")
    decided["counts"] = [_totals(trace) for trace in counts]
    return {**result, "people": _totals(result["people"]), "decided": decided}


def sealed(made: Mapping[str, bytes], signer: Signer) -> Note:
    """The list of all files with their hashes, signed."""
    lines = [f"{sha256(made[name])}  {name}" for name in sorted(made)]
    text = "\n".join((SEAL, signer.key.name, *lines, ""))
    return Note(text, (signer.sign(text),))


def _totals(trace: JSON) -> JSON:
    if trace is None:  # nobody named an option
        return None
    return {name: value for name, value in _object(trace).items() if name in TOTALS} | {"withheld": True}


def _object(value: JSON) -> Mapping[str, JSON]:
    if not isinstance(value, Mapping):
        raise Malformed("a result is an object, as docs/open-data.md says")
    return value


def _withheld(question: str, electorate: Electorate, openings: Sequence[Opening]) -> bytes:
    return canonical(
        {
            "v": VERSION,
            "question": question,
            "electorate": electorate.value,
            "papers": len(openings),
            "commitments": sorted(opening.commitment for opening in openings),
            "note": WITHHELD,
        }
    )


def _opening(opening: Opening) -> bytes:
    line: dict[str, JSON] = {"c": opening.commitment, "r": opening.nonce.hex(), "choice": opening.choice}
    if opening.organisation:
        line["organisation"] = opening.organisation
    return canonical(line)


def _turnout(turnout: Turnout) -> JSON:
    return {
        "verified": turnout.roll.verified,
        "voters": turnout.roll.voters,
        "papers": dict(turnout.roll.papers),
        "channels": {channel.value: number for channel, number in turnout.channels.items()},
    }


def _lines(lines: Sequence[bytes]) -> bytes:
    return b"".join(line + b"\n" for line in lines)
