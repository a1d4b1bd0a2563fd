"""The open data of a counted ballot: the ZIP, and its files one by one. Everything is read from a file that was made once."""

import zipfile
from pathlib import Path

from flask import Response, abort, current_app, request, send_file

from bihaelt import guard, permissions
from bihaelt.votes.models import Ballot
from bihaelt.votes.operations.records import kept_records
from bihaelt.votes.views.blueprint import bp
from bihaelt.votes.views.booth import known, ring

KEPT = "public, max-age=0, s-maxage=60, must-revalidate"
TEXT = "text/plain; charset=utf-8"
KINDS = {"json": "application/json", "jsonl": "application/jsonl; charset=utf-8"}


@bp.get("/ballots/<int:ballot_id>/data.zip")
def data(ballot_id: int) -> Response:
    guard.require(permissions.public)
    ballot = known(ballot_id)
    path = _records(ballot)
    answer = send_file(
        path, mimetype="application/zip", as_attachment=True, download_name=f"{ballot.key}.zip", conditional=True,
        etag=path.stem, last_modified=ballot.counted_at,
    )  # fmt: skip
    answer.headers["Cache-Control"] = KEPT
    return answer


@bp.get("/ballots/<int:ballot_id>/data/<string:name>.pb")
def data_papers(ballot_id: int, name: str) -> Response:
    """The papers of a question and electorate in Pabulib's format; ``name`` as in the ZIP: QUESTION-ELECTORATE."""
    guard.require(permissions.public)
    return _file(known(ballot_id), f"papers/{name}.pb")


@bp.get("/ballots/<int:ballot_id>/data/<any(papers, openings, results, log):folder>/<string:name>")
def data_file(ballot_id: int, folder: str, name: str) -> Response:
    """One file of a folder in the ZIP, under the name that it has there."""
    guard.require(permissions.public)
    return _file(known(ballot_id), f"{folder}/{name}")


@bp.get("/ballots/<int:ballot_id>/data/<any('configuration.json', 'turnout.json', 'manifest.txt', 'columns.md'):name>")
def data_facts(ballot_id: int, name: str) -> Response:
    guard.require(permissions.public)
    return _file(known(ballot_id), name)


def _records(ballot: Ballot) -> Path:
    settings = current_app.config["SETTINGS"]
    return kept_records(
        guard.database(), ring=ring(), ballot=ballot, folder=settings.ballot_data,
        city=current_app.config["CITY"].name,
    ) or abort(404)  # fmt: skip


def _file(ballot: Ballot, name: str) -> Response:
    path = _records(ballot)
    with zipfile.ZipFile(path) as archive:
        try:
            content = archive.read(name)
        except KeyError:
            abort(404)
    answer = Response(content, content_type=KINDS.get(name.rpartition(".")[2], TEXT))
    answer.headers["Cache-Control"] = KEPT
    answer.set_etag(path.stem)
    answer.make_conditional(request)
    return answer
