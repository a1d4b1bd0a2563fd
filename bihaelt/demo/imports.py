"""A table of an older plan that waits in the demo city to be taken over: some rows fit, some need a word."""

from pathlib import Path

from sqlalchemy.orm import Session

from bihaelt.demo.scene import Scene
from bihaelt.imports import operations
from bihaelt.journal.domain import Voice

FILE = Path(__file__).with_name("existing_plan.csv")


def make(session: Session, scene: Scene) -> None:
    now = scene.day(-2)
    found = operations.upload(
        session, file_name="vorgaengerplan.csv", data=FILE.read_bytes(), table="", language="de",
        by=Voice(scene.people["u_plan"].id, "plan_owner"), now=now,
    )  # fmt: skip
    operations.arrange(session, found=found, columns=found.columns, defaults={}, offices=None, now=now)
