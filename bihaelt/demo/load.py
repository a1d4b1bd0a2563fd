"""Loads the demo city: everything of city.yaml, moved in time so that the present day lies in the middle of it."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bihaelt.conferences.models import ConferenceCluster, Series
from bihaelt.demo import (
    ballots,
    controlling,
    delivery,
    editions,
    funding,
    goals,
    imports,
    money,
    papers,
    participation,
    people,
    services,
    sheets,
)
from bihaelt.demo.city_pages import make_pages
from bihaelt.demo.conference_rows import make_conferences
from bihaelt.demo.institutions import make_offices, make_organisations, make_services
from bihaelt.demo.scene import Scene
from bihaelt.demo.words import Speech, read, tell
from bihaelt.topics.models import Cluster, District, Field, Recommendation, TargetGroup
from bihaelt.votes.domain.keys import KeyRing


def load_demo(session: Session, now: datetime, ring: KeyRing) -> bool:
    """Fill an empty database; False, and nothing done, when a city is there already. One transaction.

    ``ring`` takes the keys of the city's ballots.
    """
    session.connection(execution_options={"writing": True})
    if session.scalar(sa.select(sa.func.count()).select_from(Series)):
        session.rollback()
        return False
    scene = Scene(now=now)
    make_topics(session, scene)
    make_offices(session, scene)
    scene.people = people.settle(session, scene.offices, scene.clusters, now=now - timedelta(days=1900))
    make_organisations(session, scene)
    make_services(session, scene)
    make_conferences(session, scene)
    link_clusters(session, scene)
    make_pages(session, now=scene.day(-30))
    participation.make(session, scene)
    ballots.make(session, scene, ring)
    delivery.make(session, scene)
    services.make(session, scene)
    sheets.make(session, scene)
    funding.make(session, scene)
    money.make(session, scene)
    controlling.make(session, scene)
    goals.make(session, scene)
    papers.make(session, scene)
    editions.make(session, scene)
    imports.make(session, scene)
    session.commit()
    return True


def make_topics(session: Session, scene: Scene) -> None:
    city, founded = read("city"), scene.day(-1800)
    for row in city["clusters"]:
        text = tell(session, Speech(row["title"]), now=founded)
        scene.clusters[row["key"]] = scene.add(
            session, Cluster(key=row["key"], position=row["number"], text_id=text.id)
        )
    for position, row in enumerate(city["fields_of_action"], 1):
        text = tell(session, Speech(row["title"]), now=founded)
        field = scene.add(session, Field(key=row["key"], position=position, text_id=text.id))
        scene.fields[row["key"]] = field
        for place, words in enumerate(row["recommendations"], 1):
            text = tell(session, Speech(words), now=founded)
            session.add(Recommendation(field_id=field.id, position=place, text_id=text.id))
    for position, name in enumerate(city["districts"], 1):
        scene.districts[name] = scene.add(session, District(name=name, position=position))
    for position, row in enumerate(read("conferences")["target_groups"], 1):
        text = tell(session, Speech(row["title"]), now=founded)
        scene.target_groups[row["key"]] = scene.add(
            session, TargetGroup(key=row["key"], position=position, text_id=text.id)
        )


def link_clusters(session: Session, scene: Scene) -> None:
    for row in read("conferences")["conferences"]:
        for key in row.get("clusters", scene.clusters):
            conference, cluster = scene.conferences[row["key"]], scene.clusters[key]
            session.add(ConferenceCluster(conference_id=conference.id, cluster_id=cluster.id))
    session.flush()
