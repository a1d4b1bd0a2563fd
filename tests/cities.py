"""Which tests of a parallel run stay in one process (`--dist loadgroup`): a city takes longer to start than most tests take."""

from xdist.scheduler import LoadScopeScheduling

VOTES = ("tests/journeys/test_voting.py", "tests/journeys/test_ballot_day.py")


class ByCity(LoadScopeScheduling):
    """Tests that live in the same city go to one process, the largest city first; all others go wherever there is time."""

    def _split_scope(self, nodeid: str) -> str:
        if nodeid.startswith(VOTES):
            return "votes"
        return next((city for city in ("tests/journeys/", "tests/demo/") if nodeid.startswith(city)), nodeid)
