"""The printing press: a program of its own, which loads nothing of the web."""

import json
import subprocess
import sys

import pytest

from bihaelt.press import qr, runs
from bihaelt.printing import PRESS, NotPrinted, press


@pytest.fixture
def template(tmp_path):
    """A page with one word of the data."""
    file = tmp_path / "page.typ"
    file.write_text("#let data = json(bytes(sys.inputs.data))\n#set document(title: data.title)\n#data.title")
    return file


def test_stretches_of_dark_modules_are_found():
    assert runs(bytearray([1, 1, 0, 1, 0, 0, 1])) == [(0, 2), (3, 1), (6, 1)]
    assert runs(bytearray([0, 0])) == []
    assert 'viewBox="-4 -4 ' in qr("x")


def test_a_press_that_fails_prints_nothing(template):
    with pytest.raises(NotPrinted):
        press(template, {"sheets": []})


def test_the_press_is_a_program_of_its_own(template):
    order = {"template": str(template), "data": {"title": "Ein Blatt"}}
    done = subprocess.run(
        [sys.executable, "-P", "-X", "importtime", str(PRESS)], input=json.dumps(order).encode(),
        capture_output=True, check=True,
    )  # fmt: skip
    assert done.stdout.startswith(b"%PDF")
    assert b"sqlalchemy" not in done.stderr
    assert b"flask" not in done.stderr
