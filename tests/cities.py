"""Which tests of a parallel run stay in one process (`--dist loadgroup`): a city takes longer to start than most tests take,
and so does reading the words of the whole source."""

from xdist.scheduler import LoadScopeScheduling

VOTES = ("tests/journeys/test_voting.py", "tests/journeys/test_ballot_day.py")

GROUPS = ("tests/journeys/", "tests/demo/", "tests/test_translations.py")


class ByCity(LoadScopeScheduling):
    """Tests that share what is dear go to one process, the largest group first; all others go wherever there is time."""

    def _split_scope(self, nodeid: str) -> str:
        if nodeid.startswith(VOTES):
            return "votes"
        return next((group for group in GROUPS if nodeid.startswith(group)), nodeid)
