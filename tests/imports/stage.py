"""A city with lists to look words up in, and tables of a plan."""

import io

import openpyxl

from bihaelt.accounts.domain import Role
from bihaelt.imports import operations
from bihaelt.journal.domain import Voice
from tests import factories as make

HEAD = ("Nr.", "Titel", "Kurzbeschreibung", "Cluster", "Zuständiges Amt", "Kategorie", "Ansatz in Euro")
ROWS = (
    ("3.1", "Sprachcafé", "Ein Café zum Üben.", "Bildung", "Amt für Schule", "C", "12.000,00"),
    ("3.2", "Schwimmkurse", "Kurse für Kinder.", "Sport", "Sportamt", "C", "8.000"),
    ("", "Lesepaten", "Paten lesen vor.", "Bildung", "Amt für Schule", "C", ""),
)
# Everything that B and a decision want, in one row.
WHOLE_HEAD = (
    "Titel", "Kurzbeschreibung", "Cluster", "Zuständiges Amt", "Kategorie", "Ansatz", "Arbeitsgruppe", "Bedarf", "Ziel",
    "Regelangebot", "Förderung geprüft", "Gender geprüft", "Beginn", "Ende", "Art", "Zielgruppe", "Träger", "Handlungsfelder",
    "Beschluss durch", "Vorlage", "Beschlossen am", "Personalkosten 2026",
)  # fmt: skip
WHOLE = (
    "Elternlotsen", "Eltern begleiten Eltern.", "Bildung", "Amt für Schule", "A", "", "AG Bildung", "Viele fragen.",
    "Alle finden Hilfe.", "keines", "Kein Förderprogramm passt", "ja", "01.03.2026", "31.12.2027", "Angebot", "Eltern", "AWO",
    "Sprache", "Rat der Stadt", "2424/2025-2030", "12.02.2026", "30.000",
)  # fmt: skip


class Stage:
    def __init__(self, session):
        self.session = session
        self.learning, self.sport = make.make_cluster(session, "Bildung"), make.make_cluster(session, "Sport")
        self.school, self.gym = make.make_office(session, "Amt für Schule"), make.make_office(session, "Sportamt")
        self.group = make.make_group(session, "AG Bildung")
        self.field = make.make_field(session, "Sprache")
        self.carrier = make.make_organisation(session, "AWO")
        self.owner = make.make_account(session, Role.PLAN_OWNER, name="Planung")
        self.editor = make.make_account(session, Role.OFFICE_EDITOR, name="Amt", office=self.school)
        self.by = Voice(self.owner.id, "plan_owner")

    def upload(self, *rows, head=HEAD, table="", now=make.NOW, by=None, language="de"):
        return operations.upload(
            self.session, file_name="plan.csv", data=csv_of(*rows, head=head), table=table, language=language,
            by=by or self.by, now=now,
        )  # fmt: skip

    def arranged(self, *rows, head=HEAD, offices=None, now=make.NOW, **defaults):
        found = self.upload(*rows, head=head, now=now)
        operations.arrange(
            self.session, found=found, columns=found.columns, defaults=defaults, offices=offices, now=now
        )
        return found

    def taken(self, *rows, head=HEAD, now=make.NOW, **kw):
        found = self.arranged(*(rows or ROWS), head=head, now=now)
        assert operations.take_over(self.session, found=found, offices=None, by=self.by, now=now, **kw)
        return found


def csv_of(*rows, head=HEAD):
    return "\r\n".join(";".join(f'"{cell}"' for cell in row) for row in (head, *rows)).encode()


def xlsx_of(*rows, head=HEAD, name="Plan", more=()):
    book = openpyxl.Workbook()
    book.active.title = name
    for row in (head, *rows):
        book.active.append(list(row))
    for title, cells in more:
        book.create_sheet(title).append(list(cells))
    output = io.BytesIO()
    book.save(output)
    return output.getvalue()
