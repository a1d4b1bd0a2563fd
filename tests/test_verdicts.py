"""A verdict is a yes, or a no that carries its reason."""

from bihaelt.verdicts import ALLOWED, Verdict


def test_a_verdict_is_true_without_a_reason():
    assert ALLOWED
    assert not Verdict("No")


def test_verdicts_are_equal_by_reason_and_values():
    assert Verdict("No %(x)s", x=1) == Verdict("No %(x)s", x=1)
    assert Verdict("No %(x)s", x=1) != Verdict("No %(x)s", x=2)
    assert len({Verdict("No"), Verdict("No")}) == 1
    assert repr(Verdict("No", x=1)) == "Verdict('No', {'x': 1})"
