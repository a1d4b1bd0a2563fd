"""The texts in the open data: what is in there, what the columns mean, and under which licence. German first, then English."""

from bihaelt.votes.domain.protocol.canonical import sha256
from bihaelt.votes.domain.protocol.commitments import words
from bihaelt.votes.domain.protocol.notes import Key, Note


def readme(configuration: bytes, log: Key, last: Note) -> str:
    """README.txt with the three things to compare with other sources: configuration, key, last checkpoint."""
    digest = sha256(configuration)
    checkpoint = "".join(f"    {line}\n" for line in last.text.splitlines())
    return README.format(key=log, digest=digest, words=words(digest), checkpoint=checkpoint)


README = """\
UNTERLAGEN EINER ABSTIMMUNG
===========================

Hier liegt alles, was man braucht, um diese Abstimmung nachzuzählen: jeder gezählte Stimmzettel (ohne Namen), das öffentliche
Protokoll, die Regeln und das Ergebnis. Jeder Mensch darf damit alles machen, was er will (siehe LICENCE.txt).

Nachzählen in drei Schritten
  1. Python 3.9 oder neuer muss installiert sein. Mehr braucht es nicht, auch kein Internet.
  2. Ein Terminal in dem Ordner öffnen, in dem diese ZIP-Datei liegt. verify.py aus der ZIP-Datei daneben legen; oder besser: von
     einer anderen Stelle nehmen, der Sie vertrauen. Es ist eine einzige Textdatei, die man lesen kann.
  3. python3 verify.py NAME-DIESER-DATEI.zip
     Es sagt Zeile für Zeile, was es geprüft hat. Am Ende steht, ob alles stimmt. Bei sehr vielen Stimmzetteln dauert das lange;
     mit --quick dahinter zählt es nicht nach, was für die unterlegenen Vorschläge knapp gereicht hätte.
     Die ganze ZIP-Datei prüfen, nicht neu packen: Auch ein einziges geändertes Zeichen fällt auf.

Ist mein Stimmzettel dabei?
  python3 verify.py NAME-DIESER-DATEI.zip --find SECHS-WÖRTER-VON-IHRER-QUITTUNG
  Wer den Stimmzettel sieht, sieht nicht, wem er gehört. Und Ihre Quittung beweist niemandem, was Sie gewählt haben.

Diese drei Angaben bitte mit einer anderen Quelle vergleichen (Zeitung, Aushang, Zeugen des Protokolls):
  Protokoll und Schlüssel: {key}
  Hash der Einstellungen:  {digest}
                           {words}
  Letzter Prüfpunkt:
{checkpoint}
Was in welcher Datei steht
  configuration.json   Fragen, Vorschläge, Kosten, Budgets und Regeln, wie sie bei der Öffnung festgelegt wurden
  log/                 das öffentliche Protokoll und seine unterschriebenen Prüfpunkte
  openings/            die gezählten Stimmzettel, je Frage getrennt nach Menschen und Organisationen
                       („withheld“: weniger als 20 Stimmzettel; dann stehen hier nur die Kennungen, das Wahlgeheimnis geht vor)
  papers/              dieselben Stimmzettel für andere Zählprogramme (Format Pabulib, https://pabulib.org)
  results/             die Auszählung mit jedem Zwischenschritt
  turnout.json         die Beteiligung
  columns.md           was jedes Feld bedeutet
  manifest.txt         die Liste aller Dateien mit Prüfsummen, unterschrieben
Menschen und Organisationen werden nie zusammengezählt.

Was diese Unterlagen nicht beweisen können, steht in columns.md am Ende.


THE RECORDS OF A BALLOT
=======================

Everything that is needed to count this ballot again: every counted paper (without names), the public log, the rules and the
result. Everybody may do with it whatever they like (see LICENCE.txt).

Counting again in three steps
  1. Python 3.9 or newer must be installed. Nothing else is needed, no internet either.
  2. Open a terminal in the folder where this ZIP file is. Put verify.py from the ZIP next to it; or better: take it from somewhere
     else that you trust. It is a single text file that one can read.
  3. python3 verify.py NAME-OF-THIS-FILE.zip
     It says line by line what it has checked. At the end it says whether all is well. With very many papers that takes long;
     with --quick behind it, it does not count again what would have been enough for those that lost.
     Check the ZIP as it is, do not pack it anew: even one changed character is noticed.

Is my paper in it?
  python3 verify.py NAME-OF-THIS-FILE.zip --find SIX-WORDS-OF-YOUR-RECEIPT
  Whoever sees the paper does not see whose it is. And your receipt proves to nobody what you voted for.

Please compare these three with another source (newspaper, notice board, witnesses of the log):
  Log and key:               {key}
  Hash of the configuration: {digest}
                             {words}
  Last checkpoint:
{checkpoint}
What is in which file
  configuration.json   questions, options, costs, budgets and rules, as they were fixed at the opening
  log/                 the public log and its signed checkpoints
  openings/            the counted papers, by question, people and organisations apart
                       ("withheld": fewer than 20 papers; then only their commitments are here, secrecy goes first)
  papers/              the same papers for other counting programs (Pabulib format, https://pabulib.org)
  results/             the count with each of its steps
  turnout.json         who took part, in figures
  columns.md           what each field means
  manifest.txt         the list of all files with their hashes, signed
People and organisations are never added up.

What these records cannot prove is said at the end of columns.md.
"""

LICENCE = """\
Datenlizenz Deutschland – Zero – Version 2.0
https://www.govdata.de/dl-de/zero-2-0

Jede Nutzung ist ohne Einschränkungen oder Bedingungen zulässig.

Die bereitgestellten Daten und Metadaten dürfen für die kommerzielle und nicht kommerzielle Nutzung insbesondere

1. vervielfältigt, ausgedruckt, präsentiert, verändert, bearbeitet sowie an Dritte übermittelt werden;
2. mit eigenen Daten und Daten Anderer zusammengeführt und zu selbständigen neuen Datensätzen verbunden werden;
3. in interne und externe Geschäftsprozesse, Produkte und Anwendungen in öffentlichen und nicht öffentlichen elektronischen
   Netzwerken eingebunden werden.

This licence covers the data. It means: everybody may use them for everything, without conditions.
The program verify.py stands under the EUPL-1.2 (https://eupl.eu/1.2/de/).
"""

COLUMNS = """\
# Felder der Dateien / Fields of the files

All JSON is canonical: keys sorted, no blanks, UTF-8, whole numbers only, one form for one value. A *hash* is SHA-256, written as 64
small hexadecimal digits. A *commitment* is the hash that stands for one paper in the log.

## configuration.json

Its hash is entry 0 of the log.

| Field | Meaning |
|---|---|
| `ballot` | key of the ballot; part of every commitment |
| `conference` | name of the conference |
| `opened_at`, `opens_at`, `closes_at` | when it was opened, and from when to when votes were taken (UTC) |
| `method` | `approval` (ticks), `points`, `yes_no_abstain` or `ranking` |
| `max_choices`, `encouraged_min`, `max_points` | the most ticks, the number that was encouraged, the most points |
| `rule` | how papers are counted, with version |
| `decision_rule` | R0 people decide; R1 both agree; R2 two shares of one budget; R3 two budgets |
| `parameters` | of R1 `percent`, of R2 and R3 `people_per_mille` |
| `tie_rule`, `lots` | what decides between equals, and the public draw for the lot |
| `electorates` | how many were verified at the opening; from which age people vote |
| `small` | below this number, papers of people are not published one by one |
| `public_key`, `witnesses`, `quorum` | keys of the log and its witnesses, and how many of them must countersign the last checkpoint |
| `questions` | `key`, `title`, `budget_eur`, `carried_eur` (part of the budget), `options` |
| `options` | `key`, `proposal` (its number), `title`, `cost_eur` |

## log/leaves.jsonl

One entry per line, in order; no times. `type` is one of

| Type | Meaning |
|---|---|
| `configuration` | hash of configuration.json |
| `cast` | one paper, as its commitment |
| `replaced` | commitments that do not count, since their voters changed or withdrew the paper |
| `closed` | end of voting; per electorate: verified members, voters, papers per question |
| `lots` | the seed from the public draw |
| `invalidated` | a paper taken out of the count by two officials, and why |
| `destroyed` | the key that linked voters and papers was destroyed |

## log/checkpoints.txt

Signed notes (https://c2sp.org/tlog-checkpoint) with an empty line between them: name of the log, number of entries, base64 of the
root hash (RFC 9162); then one signature line of the log and of each witness.

## openings/QUESTION-ELECTORATE.jsonl

One paper per line, sorted by commitment, so that the order says nothing.

| Field | Meaning |
|---|---|
| `c` | commitment |
| `r` | nonce, 32 bytes in hexadecimal |
| `choice` | the paper: list of keys (ticks), list of [key, points] or [key, answer], or keys best first |
| `organisation` | name; only of organisations, which vote in public |

c = SHA-256("bihaelt/stimme/1" 0 ballot 0 question 0 electorate 0 r choice), where 0 is a zero byte and choice is canonical JSON.

`QUESTION-people.withheld.json` stands instead where there are fewer than 20 papers of people: `papers` (number) and their
`commitments`. The results then hold totals and winners only (`withheld`), and those cannot be counted again from here.

## papers/QUESTION-ELECTORATE.pb

Pabulib format, semicolons, three sections. The `voter_id` is a running number after sorting and means nothing.

## results/QUESTION.json

The traces of the counts. Every field is described in the platform's docs/open-data.md, section "Trace".

## turnout.json

Per electorate: `verified`, `voters`, `papers` by question, and `channels`: how many voted online, with a code, at the desk, on paper,
in the room. The electorates are never added up.

## manifest.txt

Hash and path of every other file, signed by the log's key.

## Was diese Unterlagen nicht beweisen / What these records do not prove

- Dass nur Berechtigte abgestimmt haben. Die Verwaltung könnte Stimmen für Menschen abgeben, die nicht gewählt haben. Dagegen helfen
  die veröffentlichte Beteiligung und die Frage „Habe ich abgestimmt?“, aber kein Beweis. / That only those entitled have voted. The
  administration could cast votes for people who did not vote. Published turnout and the question "did I vote?" help, but prove nothing.
- Dass Ihr Stimmzettel dabei ist, wenn Sie nicht nachsehen. / That your paper is in it, unless you look.
- Dass niemand sah, was Sie wählten: Das schützt die Verwaltung durch getrennte Schlüssel, nicht die Mathematik. / That nobody saw what
  you chose: separated keys protect that, not mathematics.
- Dass niemand unter Druck stand. / That nobody was put under pressure.
"""
