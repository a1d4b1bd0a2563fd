"""Lists of proposals: order, filters, paging, privacy, and a fixed number of statements."""

from datetime import timedelta
from itertools import pairwise

import pytest

from bihaelt.proposals.domain import PUBLIC, Order, Outcome, State, Voices
from bihaelt.proposals.models import ProposalField, ProposalTargetGroup
from bihaelt.proposals.queries import NO_FILTERS, Filters, choices, count_up_to, newest, of_ids, rows
from bihaelt.texts.domain import Status, Words
from bihaelt.texts.models import Text
from bihaelt.texts.operations import current_version, translate
from tests.factories import (
    NOW,
    add,
    make_account,
    make_cluster,
    make_conference,
    make_delegate,
    make_district,
    make_field,
    make_organisation,
    make_proposal,
    make_target_group,
    make_text,
)

CHAIN = ("de", "en")


@pytest.fixture
def conference(session):
    return make_conference(session)


@pytest.fixture
def author(session):
    return make_account(session, name="Fatma")


def make(session, conference, author, n, **values):
    return [
        make_proposal(session, f"Vorschlag {i}", conference=conference, author=author,
                      **({"published_at": NOW - timedelta(days=9, minutes=-i)} | values))
        for i in range(n)
    ]  # fmt: skip


def titles(page):
    return [row.title.title for row in page.rows]


def test_the_newest_come_first(session, conference, author):
    make(session, conference, author, 3)
    page = rows(session, CHAIN)
    assert titles(page) == ["Vorschlag 2", "Vorschlag 1", "Vorschlag 0"]
    assert (page.newer, page.older) == (None, None)


def test_a_row_says_who_where_and_how_many(session, conference):
    organisation = make_organisation(session, "Jugendring")
    delegate = make_delegate(session, organisation, title="Vorsitz")
    district = make_district(session, "Senne")
    cluster = make_cluster(session, "Freizeit")
    made = make_proposal(session, conference=conference, author=delegate, organisation_id=organisation.id,
                         title_of_author="Vorsitz", district_id=district.id, cluster_id=cluster.id,
                         supports_people=4, supports_organisations=2, comments=3)  # fmt: skip
    row = rows(session, CHAIN).rows[0]
    assert (row.id, row.title.title, row.title.body) == (made.id, "Mehr Bänke", "Es gibt zu wenige.")
    assert (row.organisation, row.title_of_author, row.district) == ("Jugendring", "Vorsitz", "Senne")
    assert row.cluster is not None
    assert row.cluster.title == "Freizeit"
    assert (row.supports_people, row.supports_organisations, row.comments) == (4, 2, 3)


def test_an_erased_author_has_no_name(session, conference, author):
    make_proposal(session, conference=conference, author=author).author_id = None
    session.flush()
    assert rows(session, CHAIN).rows[0].author is None


@pytest.mark.parametrize("order", Order)
@pytest.mark.parametrize("n", [0, 1, 2, 5, 7])
def test_paging_walks_both_ways_and_meets_every_proposal_once(session, conference, author, order, n):
    for i in range(n):
        # Equal values on purpose: the id decides between them.
        make_proposal(session, f"V{i}", conference=conference, author=author, supports_people=i // 3,
                      comments=i // 2, published_at=NOW - timedelta(days=i // 3))  # fmt: skip
    whole = [row.id for row in rows(session, CHAIN, order=order, size=100).rows]
    assert len(set(whole)) == n
    seen, pages, cursor = [], [], None
    while True:
        page = rows(session, CHAIN, order=order, cursor=cursor, size=2)
        seen += [row.id for row in page.rows]
        pages.append(page)
        cursor = page.older
        if cursor is None:
            break
    assert seen == whole
    for earlier, later in pairwise(pages):
        back = rows(session, CHAIN, order=order, cursor=later.newer, size=2)
        assert [row.id for row in back.rows] == [row.id for row in earlier.rows]
        assert back.older is not None
    if n:
        assert pages[0].newer is None


@pytest.mark.parametrize("cursor", ["", "x", "W10", "WyJhIl0", "W2ZhbHNlLDEsMl0x", "A" * 500,
                                    "W2ZhbHNlLC0xLDFd", "W2ZhbHNlLDQ2MTE2ODYwMTg0MjczODc5MDMsMV0"])  # fmt: skip
def test_a_cursor_that_is_none_of_ours_means_the_first_page(session, conference, author, cursor):
    make(session, conference, author, 1)
    assert len(rows(session, CHAIN, cursor=cursor).rows) == 1


@pytest.mark.parametrize("n", [1, 3, 50])
def test_a_list_takes_two_statements_at_any_length(session, conference, author, count_queries, n):
    make(session, conference, author, n)
    session.expire_all()
    with count_queries() as seen:
        rows(session, CHAIN, size=50)
    assert len(seen) == 2, seen


def test_only_public_proposals_are_ever_listed(session, conference, author):
    for state in State:
        values = {
            State.DECIDED: {"outcome": Outcome.ACCEPTED}, State.RETURNED: {"return_reason": "double"},
            # Withdrawn after it was public: the date is there, the right to read it is not.
            State.WITHDRAWN: {"published_at": NOW},
        }.get(state, {})  # fmt: skip
        make_proposal(session, f"Kanarienvogel {state}", conference=conference, author=author, state=state, **values)
    allowed = {f"Kanarienvogel {state}" for state in PUBLIC}
    assert {row.title.title for row in rows(session, CHAIN).rows} == allowed
    for state in State:
        assert {row.title.title for row in rows(session, CHAIN, Filters(state=state)).rows} <= allowed
    for order in Order:
        assert {row.title.title for row in rows(session, CHAIN, Filters(author=author.id), order=order).rows} == allowed
    assert count_up_to(session, NO_FILTERS) == len(allowed)


def test_each_filter_narrows_the_list(session, conference, author):
    organisation, district, cluster = make_organisation(session), make_district(session), make_cluster(session)
    field, group, other = make_field(session), make_target_group(session), make_conference(session)
    make(session, other, author, 2)
    mine = make_proposal(session, "Meiner", conference=conference, author=author, district_id=district.id,
                         cluster_id=cluster.id, language="tr", state=State.DECIDED, outcome=Outcome.PARTLY)  # fmt: skip
    add(session, ProposalField(proposal_id=mine.id, field_id=field.id))
    add(session, ProposalTargetGroup(proposal_id=mine.id, target_group_id=group.id))
    theirs = make_proposal(session, "Ihrer", conference=other, organisation_id=organisation.id)
    for filters in (
        Filters(conference=conference.id), Filters(cluster=cluster.id), Filters(field=field.id),
        Filters(district=district.id), Filters(target_group=group.id), Filters(state=State.DECIDED),
        Filters(outcome=Outcome.PARTLY), Filters(language="tr"),
    ):  # fmt: skip
        assert [row.id for row in rows(session, CHAIN, filters).rows] == [mine.id], filters
        assert count_up_to(session, filters) == 1
    assert [row.id for row in rows(session, CHAIN, Filters(organisation=organisation.id)).rows] == [theirs.id]
    assert [row.id for row in rows(session, CHAIN, Filters(voices=Voices.ORGANISATIONS)).rows] == [theirs.id]
    assert len(rows(session, CHAIN, Filters(voices=Voices.PEOPLE)).rows) == 3
    assert len(rows(session, CHAIN, Filters(author=author.id)).rows) == 3
    assert rows(session, CHAIN, Filters(cluster=10**9)).rows == []


def test_counting_stops_at_its_limit(session, conference, author):
    make(session, conference, author, 5)
    assert count_up_to(session, NO_FILTERS, most=3) == 4
    assert count_up_to(session, NO_FILTERS, most=10) == 5


def test_ids_come_back_in_their_order_and_only_if_public(session, conference, author):
    a, b, draft = (make_proposal(session, conference=conference, author=author, state=state)
                   for state in (State.PUBLISHED, State.PUBLISHED, State.DRAFT))  # fmt: skip
    assert [row.id for row in of_ids(session, CHAIN, [b.id, draft.id, a.id])] == [b.id, a.id]
    assert of_ids(session, CHAIN, []) == []
    assert len(newest(session, CHAIN, size=1)) == 1


def test_choices_are_named_in_the_readers_language(session, conference, count_queries):
    cluster, district = make_cluster(session, "Freizeit"), make_district(session, "Senne")
    make_field(session, "Schule")
    make_target_group(session, "Ältere")
    make_cluster(session, "Früher", active=False)
    make_conference(session, "planned", opened_at=None)
    english = make_text(session, "Leisure", language="en")
    make_cluster(session, text_id=english.id)
    with count_queries() as seen:
        found = choices(session, ("tr", "en", "de"))
    assert len(seen) == 1
    assert found.clusters[0] == (cluster.id, "Freizeit")
    assert "Leisure" in dict(found.clusters).values()
    assert "Früher" not in dict(found.clusters).values()
    assert found.districts == [(district.id, "Senne")]
    assert [name for _, name in found.fields] == ["Schule"]
    assert [name for _, name in found.target_groups] == ["Ältere"]
    assert [number for number, _ in found.conferences] == [conference.id]


def test_choices_and_rows_prefer_the_readers_language(session, conference, author):
    cluster = make_cluster(session, "Freizeit")
    text = session.get(Text, cluster.text_id)
    for language, title in (("en", "Leisure"), ("tr", "Boş zaman"), ("pl", "Czas wolny")):
        translate(session, text=text, language=language, words=Words(title), status=Status.HUMAN,
                  made_from=current_version(session, text.id, "de"), now=NOW)  # fmt: skip
    make_proposal(session, conference=conference, author=author, cluster_id=cluster.id)
    # Whatever order the versions come in, a better one is followed by a worse one, and the other way round.
    for chain, name in (
        (("tr", "en", "de"), "Boş zaman"), (("en", "de"), "Leisure"), (("uk", "de"), "Freizeit"),
        (("de", "en", "tr"), "Freizeit"), (("en", "tr", "de"), "Leisure"),
    ):  # fmt: skip
        assert dict(choices(session, chain).clusters)[cluster.id] == name
        assert rows(session, chain).rows[0].cluster.title == name


def test_a_conference_offers_its_topics_or_all(session):
    asked, other, old = make_cluster(session), make_cluster(session), make_cluster(session, active=False)
    some, open_ = make_conference(session, clusters=(asked,)), make_conference(session)
    assert [n for n, _ in choices(session, CHAIN, conference_id=some.id).clusters] == [asked.id]
    assert [n for n, _ in choices(session, CHAIN, conference_id=some.id, cluster_id=old.id).clusters] == [
        asked.id,
        old.id,
    ]
    assert [n for n, _ in choices(session, CHAIN, conference_id=open_.id).clusters] == [asked.id, other.id]
