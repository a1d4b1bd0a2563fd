"""The public log: to read, to take along, to prove, and to countersign."""

from typing import Any, NoReturn

from flask import Response, abort, jsonify, request, url_for

from bihaelt import guard, permissions, streams
from bihaelt.conferences.queries import titles
from bihaelt.i18n import current, explain
from bihaelt.marks import N_
from bihaelt.paging import Cursor
from bihaelt.rendering import render
from bihaelt.settings import ROOT
from bihaelt.verdicts import DomainError
from bihaelt.votes.domain.protocol.canonical import Malformed
from bihaelt.votes.models import Ballot
from bihaelt.votes.operations.log import countersign as keep_countersignature
from bihaelt.votes.queries import log as queries
from bihaelt.votes.views.blueprint import bp
from bihaelt.votes.views.booth import known

PROGRAM = ROOT / "verify" / "witness.py"
TEXT = "text/plain; charset=utf-8"
LINES = "application/jsonl; charset=utf-8"
SECONDS = 60  # how long a proxy may keep the whole log
KINDS = {
    "configuration": N_("Hash of the configuration"),
    "cast": N_("A vote that was cast"),
    "replaced": N_("Replaced papers"),
    "closed": N_("End of the vote"),
    "lots": N_("Numbers drawn"),
    "invalidated": N_("Votes invalidated"),
    "destroyed": N_("Link between voters and papers destroyed"),
}


@bp.get("/ballots/<int:ballot_id>/log")
def log(ballot_id: int) -> str:
    guard.require(permissions.public)
    session, found = guard.database(), known(ballot_id)
    typed = request.args.get("q", "").strip()[:100]
    page = queries.entries(session, found.id, Cursor.decode(request.args.get("page"), (int,)))
    return render(
        "ballots/log.html",
        ballot=found,
        title=titles(session, [found.conference_id], current().chain)[found.conference_id],
        head=queries.head(session, found.id),
        witnesses=queries.witness_names(found),
        typed=typed,
        searched=_searched(found, typed),
        entries=page.rows,
        kinds=KINDS,
        paging={
            "newer_url": url_for("votes.log", ballot_id=found.id, page=page.newer) if page.newer else None,
            "older_url": url_for("votes.log", ballot_id=found.id, page=page.older) if page.older else None,
        },
    )


def _searched(found: Ballot, typed: str) -> Any:
    """The entry of a receipt; "bad" when it is no receipt, "missing" when the log has no such entry, None unasked."""
    if not typed:
        return None
    try:
        return queries.find(guard.database(), found.id, typed) or "missing"
    except Malformed:
        return "bad"


@bp.get("/ballots/<int:ballot_id>/log/checkpoint.txt")
def checkpoint(ballot_id: int) -> Response:
    guard.require(permissions.public)
    return Response(_head(known(ballot_id)).note, content_type=TEXT)


@bp.get("/ballots/<int:ballot_id>/log/configuration.json")
def configuration(ballot_id: int) -> Response:
    guard.require(permissions.public)
    return Response(known(ballot_id).configuration, content_type="application/json")


@bp.get("/ballots/witness.py")
def witness_program() -> Response:
    """The program of the witnesses, to take along."""
    guard.require(permissions.public)
    return Response(PROGRAM.read_bytes(), content_type="text/x-python; charset=utf-8")


@bp.get("/ballots/<int:ballot_id>/log/leaves.jsonl")
def leaves(ballot_id: int) -> Response:
    """The data of all entries, one a line, in order; ``?from=N`` leaves out the first N."""
    guard.require(permissions.public)
    start = request.args.get("from", 0, type=int)
    lines = queries.lines(guard.database(), known(ballot_id).id, max(0, min(start, 2**31 - 1)))
    answer = streams.whole(lines, LINES)
    answer.headers["Cache-Control"] = f"public, max-age=0, s-maxage={SECONDS}, must-revalidate"
    return answer


@bp.get("/ballots/<int:ballot_id>/log/proof")
def proof(ballot_id: int) -> Response:
    """``?commitment=C``: that an entry is in the log. ``?from=M`` (and ``&to=N``): that the log of N begins with that of M."""
    guard.require(permissions.public)
    found = known(ballot_id)
    newest = _head(found)
    if "commitment" in request.args:
        return jsonify(_inclusion(found, newest, request.args["commitment"]))
    return jsonify(_consistency(found, newest))


def _inclusion(found: Ballot, newest: queries.Head, commitment: str) -> dict[str, Any]:
    try:
        entry = queries.find(guard.database(), found.id, commitment)
    except Malformed as error:
        refuse(400, str(error))
    if entry is None or entry.position >= newest.size:
        refuse(404, "this commitment is not in the log (yet): entries are added in batches")
    tree = queries.tree(guard.database(), found, newest)
    return {
        "v": 1,
        "origin": found.origin,
        "position": entry.position,
        "leaf": entry.data,
        "size": newest.size,
        "root": newest.root,
        "proof": [step.hex() for step in tree.inclusion_proof(entry.position, newest.size)],
        "checkpoint": newest.note,
    }


def _consistency(found: Ballot, newest: queries.Head) -> dict[str, Any]:
    old, new = request.args.get("from", type=int), request.args.get("to", newest.size, type=int)
    if old is None or not 0 < old <= new <= newest.size:
        refuse(400, f"ask with ?commitment=… or ?from=M&to=N, where 0 < M <= N <= {newest.size}")
    tree = queries.tree(guard.database(), found, newest)
    steps = tree.consistency_proof(old, new)
    return {"v": 1, "origin": found.origin, "from": old, "to": new, "proof": [step.hex() for step in steps]}


@bp.post("/ballots/<int:ballot_id>/log/countersignatures")
def countersign(ballot_id: int) -> Response:
    """A witness's signature line (``line``) over the checkpoint with ``size`` leaves. It needs no form token: it proves itself."""
    guard.require(permissions.public)
    found = known(ballot_id)
    size, line = request.form.get("size", type=int), request.form.get("line", "")
    if size is None or not 0 < size < 2**31 or not 0 < len(line) <= 1000:
        refuse(400, "send size (of the checkpoint) and line (your signature line)")
    try:
        kept = keep_countersignature(
            guard.database(), ballot=found, size=size, line=line, witnesses=queries.witness_keys(found), now=guard.now()
        )
    except DomainError as error:
        refuse(403, explain(error.reason, error.values))
    guard.proved_itself()
    return jsonify({"v": 1, "origin": found.origin, "size": size, "witness": kept.witness.name})


def _head(found: Ballot) -> queries.Head:
    return queries.head(guard.database(), found.id) or abort(404)


def refuse(code: int, message: str) -> NoReturn:
    """End the request with a reason that a program can read; no page is drawn around it."""
    answer = jsonify({"error": message})
    answer.status_code = code
    abort(answer)
