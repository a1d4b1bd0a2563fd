"""``flask --app app count FILE.pb``: count any file in Pabulib's format, on any machine, without a database."""

import json
import time
from pathlib import Path
from typing import Any

import click

from bihaelt.votes.domain import pabulib
from bihaelt.votes.domain.counting import greedy, mes, other_traces, trace
from bihaelt.votes.domain.counting.instance import Instance
from bihaelt.votes.domain.supports import Electorate

RULES = {"mes-add1-eur": "mes-add1-eur/1", "mes": "mes/1", "greedy": "greedy/1", "points": "points/1"}


@click.command("count")
@click.argument("path", metavar="FILE.pb", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--rule", type=click.Choice([*RULES]), default="mes-add1-eur", help="How to count (docs/counting.md).")
@click.option("--seed", default="", help="The numbers of the public draw, for the order of last resort.")
@click.option("--json", "as_json", is_flag=True, help="Print the whole trace (docs/open-data.md) as one JSON object.")
def count(path: Path, rule: str, seed: str, as_json: bool) -> None:
    """Count a Pabulib file: winners in order, cost, money left, rounds and seconds."""
    began = time.perf_counter()
    file = read(path, seed)
    if rule == "points" and file.vote_type not in pabulib.WITH_POINTS:
        raise click.ClickException(f"{path.name}: its papers ({file.vote_type}) have no points")
    keeps_points = rule in ("points", "greedy")
    instance = file.instance if keeps_points or file.vote_type not in pabulib.WITH_POINTS else file.instance.ticks()
    counting = mes.Counting(instance)
    if rule != "greedy" and counting.instance.papers:
        counting.turn_round()
    loaded = time.perf_counter()
    found = counted(counting, rule)
    seconds = {"load": loaded - began, "count": time.perf_counter() - loaded}
    if as_json:
        milliseconds = {f"{name}_ms": round(1000 * value) for name, value in seconds.items()}
        click.echo(json.dumps({**milliseconds, "trace": traced(counting.instance, rule, found)}, ensure_ascii=False))
    else:
        click.echo(report(file, rule, found, seconds))


def read(path: Path, seed: str) -> pabulib.File:
    """The file, or one clear line about the first row that cannot be read."""
    try:
        return pabulib.read(path.read_text("utf-8"), seed)
    except pabulib.BadFile as bad:
        raise click.ClickException(f"{path.name}, {bad}") from None
    except UnicodeDecodeError as bad:
        row = path.read_bytes().count(b"\n", 0, bad.start) + 1
        raise click.ClickException(f"{path.name}, row {row}: this is not UTF-8") from None


def counted(counting: mes.Counting, rule: str) -> mes.Count | greedy.Greedy:
    if rule == "greedy":
        return greedy.count(counting.instance)
    return counting.once() if rule == "mes" else counting.steps()


def traced(instance: Instance, rule: str, found: mes.Count | greedy.Greedy) -> dict[str, Any]:
    if isinstance(found, greedy.Greedy):
        return other_traces.of_greedy(instance, question="", electorate="people")
    return trace.of_equal_shares(found, rule=RULES[rule], question="", electorate="people")


def report(file: pabulib.File, rule: str, found: mes.Count | greedy.Greedy, seconds: dict[str, float]) -> str:
    """What a person reads: one line per winner in order, then the sums."""
    cost = {option.key: option.cost_eur for option in file.instance.options}
    currency = file.meta.get("currency", "")
    papers = file.instance.papers[Electorate.PEOPLE].total
    lines = [f"{papers:,} papers, {len(cost):,} options, budget {file.instance.budget_eur:,} {currency}".rstrip()]
    width = max((len(key) for key in found.winners), default=0)
    lines += [
        f"{place:4}  {key:<{width}}  {cost[key]:>13,}  {pabulib.clean(file.names[key])}".rstrip()
        for place, key in enumerate(found.winners, 1)
    ]
    if isinstance(found, mes.Count):
        runs = f"runs {found.runs:,}, rounds {len(found.winners)}, {found.ended.value}"
    else:
        runs = f"rounds {len(found.order)}"
    spent = sum(cost[key] for key in found.winners)
    lines.append(f"{RULES[rule]}: winners {len(found.winners)}, cost {spent:,}, left {found.left_eur:,} ({runs})")
    if file.selected is not None:
        same = "the same winners" if file.selected == set(found.winners) else "other winners"
        lines.append(f"the file states {same} (rule {file.meta.get('rule', 'unknown')})")
    lines.append(f"seconds: load {seconds['load']:.3f}, count {seconds['count']:.3f}")
    return "\n".join(lines)
