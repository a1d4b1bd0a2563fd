"""Lists the German sentences of the demo city, for the people who fill words/<language>.yaml."""

from collections.abc import Iterator
from typing import Any

from bihaelt.demo.controlling import COUNTER, NEXT, PLAN
from bihaelt.demo.institutions import ABOUT
from bihaelt.demo.words import read


def sentences() -> Iterator[str]:
    """Every German sentence that the loader tells, in the order of the files; some come twice."""
    city, conferences, discussion, measures = (read(name) for name in ("city", "conferences", "discussion", "measures"))
    for field in city["fields_of_action"]:
        yield field["title"]["de"]
        yield from field["recommendations"]
    yield from (item["de"] for item in city["agenda_template"])
    for row in conferences["conferences"]:
        yield row["title"]
        yield row["body"]
    yield from (conferences["mandate"][key] for key in ("text", "open", "not_open"))
    yield from conferences["access"].values()
    yield from (row["title"] for row in conferences["target_groups"])
    yield from conferences["needs"].values()
    for row in city["proposals"]:
        yield from (row["body"], row["gender"])
    for row in city["measures"]:
        yield from (row["title"]["de"], row["need"], row["target_group"])
    yield from (goal["text"] for goal in city["goals"])
    for row in city["status_reports"]:
        yield from (row["text"], row["next"])
    yield from (text for key, text in measures.items() if not key.startswith("reason_"))
    yield from _discussion(discussion)
    yield from (PLAN, NEXT, COUNTER)
    yield ABOUT


def _discussion(discussion: dict[str, Any]) -> Iterator[str]:
    for row in discussion["comments"]:
        yield from (entry["body"] for entry in (row, *row.get("answers", ())) if entry["lang"] == "de")
    yield from discussion.get("german", {}).values()
    yield from (row["body"] for row in discussion["statements"])
    yield from (discussion["answers"][key] for key in discussion["answers"] if not key.startswith("forwarded"))


def unique() -> list[str]:
    return list(dict.fromkeys(sentence for sentence in sentences() if sentence))


if __name__ == "__main__":
    print("\n".join(unique()))  # noqa: T201
