"""The secrets of a ballot: whole files or none, for the ballots there are, and nothing of them is printed."""

import pytest

from bihaelt.votes.domain.electorates import Kind, Voter, pseudonym
from bihaelt.votes.domain.keys import KeyRing, MissingKeys


@pytest.fixture
def ring(tmp_path):
    return KeyRing(tmp_path)


def test_keys_are_made_once_readable_by_the_server_alone_and_never_printed(ring, tmp_path):
    made = ring.make("herbst-2026", "city.example/herbst-2026")
    assert ring.make("herbst-2026", "city.example/herbst-2026").public_key == made.public_key
    for path in tmp_path.iterdir():
        assert path.stat().st_mode & 0o777 == 0o600
        assert path.read_text() not in repr(made)
    assert made.pepper.hex() not in repr(made)


@pytest.mark.parametrize("content", ["", "ab", "ab" * 31, "ab" * 33, "no key at all"])
@pytest.mark.parametrize("kind", ["signing", "pepper"])
def test_half_a_key_is_a_missing_key(ring, tmp_path, kind, content):
    ring.make("herbst-2026", "city.example/herbst-2026")
    (tmp_path / f"herbst-2026.{kind}").write_text(content)
    with pytest.raises(MissingKeys):
        ring.read("herbst-2026", "city.example/herbst-2026")


@pytest.mark.parametrize("name", ["../other", "roll", "", "Herbst", "a/b", "a..b"])
def test_a_name_that_is_no_ballots_opens_no_file(ring, name):
    for act in (ring.make, ring.read, ring.signer):
        with pytest.raises(ValueError, match="no key of a ballot"):
            act(name, "city.example/x")


def test_a_pepper_that_is_gone_can_be_destroyed_again(ring):
    ring.make("herbst-2026", "city.example/herbst-2026")
    for _ in range(2):
        ring.destroy_pepper("herbst-2026")
    with pytest.raises(MissingKeys):
        ring.read("herbst-2026", "city.example/herbst-2026")
    assert ring.signer("herbst-2026", "city.example/herbst-2026")


def test_an_organisation_has_no_pseudonym_since_it_votes_by_name():
    with pytest.raises(ValueError, match="by name"):
        pseudonym(b"pepper", Voter(Kind.ORGANISATION, 1), 1)
