#!/usr/bin/env python3
"""Prüft eine Abstimmung von bihaelt. / Checks a ballot held with bihaelt.

    python3 verify.py unterlagen.zip              die ZIP-Datei, wie sie veröffentlicht ist / the ZIP as published
    python3 verify.py ordner/                     dieselben Dateien, ausgepackt / the same files, unpacked
    python3 verify.py unterlagen.zip --quick      ohne die vielen Zählungen, was gereicht hätte / without the many counts of
                                                            what would have been enough
    python3 verify.py unterlagen.zip --json       Ergebnis für Programme / for programs
    python3 verify.py unterlagen.zip --find C     Wo steht mein Stimmzettel? / Where is my paper? (hex or six words)
    python3 verify.py unterlagen.zip --checkpoint datei     Steht dieser Prüfpunkt am Anfang des Protokolls? / a checkpoint
                                                            that you or a witness kept: does the log continue it?
    python3 verify.py unterlagen.zip --key name+hash+base64   der Schlüssel, den Sie anderswo gelesen haben / the key
                                                            that you have read elsewhere

Ende / exit status: 0 alles stimmt / all is well, 1 Fehler gefunden / faults found, 2 nicht lesbar / cannot be read.

Diese Datei braucht nur Python 3.9 oder neuer, kein Netz und keine weiteren Pakete. / This file needs Python 3.9 or newer and
nothing else: no network, no packages.

Why one long file: it travels inside the ZIP, is read by people who trust nobody, and must run where nothing can be installed.
It shares no code with the platform. It was written from docs/open-data.md and docs/counting.md, so a mistake of the platform's
counting is not repeated here. What it cannot know is said at the end of its report.

SPDX-License-Identifier: EUPL-1.2
"""

import argparse
import base64
import csv
import hashlib
import io
import json
import os
import re
import stat
import struct
import sys
import zlib
from fractions import Fraction

SMALL = 20  # below this, papers of people are not published one by one
VERSION = 1
MOST_BYTES = 2 << 30
MOST_FILES = 5000
MOST_JSON_BYTES = 512 << 20
MOST_DIGITS = 2000
UNIT = 10**8  # money is written in 1/100,000,000 euro
MICRO = 10**6  # effective votes are written in millionths
PEOPLE, ORGANISATIONS = "people", "organisations"
ELECTORATES = (PEOPLE, ORGANISATIONS)
KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")
HEX = re.compile(r"[0-9a-f]{64}\Z")
# Files that operating systems leave in folders. They are named and passed over; in a ZIP they are a fault.
LITTER = {".DS_Store", "Thumbs.db", "desktop.ini"}


# --- what was found ---------------------------------------------------------------------------------------------------
class Fault(Exception):
    """Something that is not as it must be. ``code`` for programs and tests, the texts for people."""

    def __init__(self, code, german, english):
        super().__init__(english)
        self.code, self.german, self.english = code, german, english


class Unreadable(Exception):
    """There is nothing here that could be checked."""

    def __init__(self, german, english):
        super().__init__(english)
        self.german, self.english = german, english


class Report:
    """Lines in the order of the checks: (kind, code, German, English); kind is ok, note or fault."""

    MOST_OF_A_KIND = 20

    def __init__(self):
        self.lines = []
        self.facts = {}
        self._seen = {}

    def ok(self, code, german, english):
        self.lines.append(("ok", code, german, english))

    def note(self, code, german, english):
        self.lines.append(("note", code, german, english))

    def fault(self, code, german, english):
        seen = self._seen[code] = self._seen.get(code, 0) + 1
        if seen < self.MOST_OF_A_KIND:
            self.lines.append(("fault", code, german, english))
        elif seen == self.MOST_OF_A_KIND:
            self.lines.append(("fault", code, german + " (und weitere)", english + " (and more)"))

    @property
    def faults(self):
        return sum(self._seen.values())

    def run(self, german, english, check, *arguments):
        """Run one check. Whatever it stumbles over in hostile files becomes a fault; returns its value, or None."""
        try:
            return check(self, *arguments)
        except Unreadable:
            raise
        except Fault as fault:
            self.fault(fault.code, fault.german, fault.english)
        except Exception as problem:  # hostile files can break anything; a traceback would help nobody
            if os.environ.get("BIHAELT_VERIFY_DEBUG"):
                raise
            name = type(problem).__name__
            self.fault("form", f"{german}: so nicht lesbar ({name})", f"{english}: not readable like this ({name})")
        return None


# --- JSON in its one form ---------------------------------------------------------------------------------------------
def canonical(value):
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8")


def _no_float(text):
    raise ValueError("no fractions: " + text[:20])


def _whole(text):
    if len(text) > MOST_DIGITS:
        raise ValueError("too many digits")
    return int(text)


def read_json(data, where):
    """The value of canonical JSON; anything else is a fault."""
    if len(data) > MOST_JSON_BYTES:
        raise Fault("size", f"{where} ist zu groß", f"{where} is too large")
    try:
        value = json.loads(data.decode("utf-8"), parse_float=_no_float, parse_constant=_no_float, parse_int=_whole)
        one_form = canonical(value) == data
    except (ValueError, RecursionError):
        raise Fault("json", f"{where} ist kein lesbares JSON", f"{where} is no readable JSON") from None
    if not one_form:
        raise Fault(
            "json",
            f"{where} steht nicht in der einen Form, die einen Hash hat",
            f"{where} is not written in the one form that has a hash",
        )
    return value


def same(theirs, ours):
    """Equal as JSON: Python holds 1 and true for equal, and readers of the file would not."""
    return canonical(theirs) == canonical(ours)


def is_count(value):
    return type(value) is int and value >= 0


def need(condition, code, german, english):
    if not condition:
        raise Fault(code, german, english)


def fields(value, names, where):
    """``value`` when it is an object with exactly these keys (several texts, blanks between)."""
    names = set(names.split())
    if type(value) is not dict or set(value) != names:
        found = sorted(value) if type(value) is dict else type(value).__name__
        raise Fault(
            "form",
            f"{where}: erwartet {', '.join(sorted(names))}; gefunden {found}"[:400],
            f"{where}: expected {', '.join(sorted(names))}; found {found}"[:400],
        )
    return value


# --- the files --------------------------------------------------------------------------------------------------------
PATH = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(?:/[A-Za-z0-9_-][A-Za-z0-9._-]*)?\Z")


class Files:
    """The files of one publication, by path; each is read when it is asked for."""

    def __init__(self, readers):
        self._readers = readers

    def __contains__(self, name):
        return name in self._readers

    def names(self):
        return sorted(self._readers)

    def read(self, name):
        if name not in self._readers:
            raise Fault("missing", f"Die Datei {name} fehlt", f"The file {name} is missing")
        return self._readers[name]()


def open_files(path, report):
    try:
        status = os.stat(path)
        if stat.S_ISDIR(status.st_mode):
            return folder_files(path, report)
        need_size(status.st_size)
        with open(path, "rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as problem:
        raise Unreadable(f"{path}: {problem.strerror}", f"{path}: {problem.strerror}") from None
    need_size(len(data))
    return zip_files(data, report)


def need_size(size):
    if size > MOST_BYTES:
        raise Unreadable("Die Datei ist größer als 2 GiB", "The file is larger than 2 GiB")


def folder_files(path, report):
    """All regular files below a folder. Links are not followed: they could lead anywhere."""
    readers, total = {}, 0
    root = os.path.realpath(path)
    for folder, folders, names in os.walk(root):
        folders.sort()
        for name in sorted(names) + [one for one in folders if os.path.islink(os.path.join(folder, one))]:
            full = os.path.join(folder, name)
            relative = os.path.relpath(full, root).replace(os.sep, "/")
            status = os.lstat(full)
            if not stat.S_ISREG(status.st_mode):
                report.fault("path", f"{relative!a} ist keine gewöhnliche Datei", f"{relative!a} is no ordinary file")
                continue
            if name in LITTER:
                report.note(
                    "litter", f"{relative!a} gehört nicht dazu, stört aber nicht", f"{relative!a} does not belong here"
                )
                continue
            total += status.st_size
            need_size(total)
            if len(readers) >= MOST_FILES:
                raise Unreadable("Zu viele Dateien", "Too many files")
            readers[relative] = _file_reader(full)
    if not readers:
        raise Unreadable(f"In {path} liegt keine Datei", f"There is no file in {path}")
    return Files(readers)


def _file_reader(full):
    def read():
        with open(full, "rb") as file:
            return file.read(MOST_BYTES)

    return read


# The published ZIP is written in one way only: files sorted by name, stored without compression, one date, no extras. So every
# byte of it follows from the files in it, nothing can hide between them, and nothing has to be unpacked that could explode.
ZIP_TIME, ZIP_DATE = 0, (1980 - 1980) << 9 | 1 << 5 | 1
ZIP_ATTRIBUTES = (stat.S_IFREG | 0o644) << 16


def zip_header(name, data):
    return struct.pack(
        "<HHHHHIIIHH", 20, 0, 0, ZIP_TIME, ZIP_DATE, zlib.crc32(data), len(data), len(data), len(name), 0
    )


def zip_files(data, report):
    if data[:2] != b"PK":
        raise Unreadable("Das ist weder eine ZIP-Datei noch ein Ordner", "This is neither a ZIP file nor a folder")
    readers, directory, place = {}, [], 0
    view = memoryview(data)
    while data[place : place + 4] == b"PK\x03\x04":
        try:
            (method,) = struct.unpack_from("<H", data, place + 8)
            size, length = struct.unpack_from("<I", data, place + 18)[0], struct.unpack_from("<H", data, place + 26)[0]
        except struct.error:
            raise zip_fault("abgeschnitten", "cut off") from None
        name = bytes(view[place + 30 : place + 30 + length])
        text = name.decode("ascii", "replace")
        begin = place + 30 + length
        content = view[begin : begin + size]
        if method:
            raise zip_fault("komprimierte Dateien gibt es darin nicht", "there are no compressed files in it")
        header = zip_header(name, content)
        if data[place + 4 : place + 30] != header or len(content) != size:
            raise zip_fault(f"Inhalt oder Kopf von {text[:80]!a}", f"content or header of {text[:80]!a}")
        if not PATH.match(text) or len(text) > 200:
            raise Fault("path", f"Unerlaubter Name {text[:80]!a}", f"Name not allowed: {text[:80]!a}")
        if readers and text <= next(reversed(readers)):
            raise zip_fault(
                f"{text[:80]!a} steht doppelt oder an falscher Stelle", f"{text[:80]!a} stands twice or out of order"
            )
        if len(readers) >= MOST_FILES:
            raise Unreadable("Zu viele Dateien", "Too many files")
        readers[text] = (lambda part: lambda: bytes(part))(content)
        directory.append(
            b"PK\x01\x02"
            + struct.pack("<BB", 20, 3)
            + header[:-2]
            + struct.pack("<HHHHII", 0, 0, 0, 0, ZIP_ATTRIBUTES, place)
            + name
        )
        place = begin + size
    listing = b"".join(directory)
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, len(readers), len(readers), len(listing), place, 0)
    if data[place:] != listing + end:
        raise zip_fault("das Verzeichnis am Ende", "the directory at its end")
    report.ok(
        "zip",
        f"Die ZIP-Datei ist Byte für Byte so aufgebaut, wie ihr Inhalt es vorgibt ({len(readers)} Dateien)",
        f"Every byte of the ZIP file's structure follows from its contents ({len(readers)} files)",
    )
    return Files(readers)


def zip_fault(german, english):
    return Fault(
        "zip",
        f"Die ZIP-Datei ist nicht so aufgebaut, wie sie veröffentlicht wurde: {german}. "
        "Wenn sie neu gepackt wurde: auspacken und den Ordner prüfen",
        f"The ZIP file is not built as it was published: {english}. If it was packed anew: unpack it and check the folder",
    )


# --- Ed25519 (RFC 8032, section 5.1), verification only ---------------------------------------------------------------
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_1 = pow(2, (P - 1) // 4, P)
NEUTRAL = (0, 1, 1, 0)


def point_add(a, b):
    """Extended homogeneous coordinates (X, Y, Z, T) as in section 5.1.4."""
    e = (a[1] - a[0]) * (b[1] - b[0]) % P
    f = (a[1] + a[0]) * (b[1] + b[0]) % P
    g = 2 * a[3] * b[3] * D % P
    h = 2 * a[2] * b[2] % P
    i, j, k, m = f - e, h - g, h + g, f + e
    return (i * j % P, k * m % P, j * k % P, i * m % P)


def point_decompress(data):
    """The point that 32 bytes stand for, or None; encodings that are not the shortest are refused."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    if len(data) != 32 or y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_1 % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return (x, y, 1, x * y % P)


def point_compress(point):
    inverse = pow(point[2], P - 2, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def multiples(point):
    """A table for fast multiplication: row i holds 0 to 15 times 16^i times the point."""
    table = []
    for _ in range(64):
        row = [NEUTRAL]
        for _ in range(15):
            row.append(point_add(row[-1], point))
        table.append(row)
        point = point_add(row[-1], point)
    return table


def multiply(table, number):
    result = NEUTRAL
    for row in table:
        if number & 15:
            result = point_add(result, row[number & 15])
        number >>= 4
    return result


BASE = point_decompress((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))
_tables = {}


def table_of(name, point):
    if name not in _tables:
        _tables[name] = multiples(point)
    return _tables[name]


def ed25519_valid(public, message, signature):
    """Whether ``signature`` (64 bytes) is that of ``public`` (32 bytes) over ``message``."""
    if len(public) != 32 or len(signature) != 64:
        return False
    scalar = int.from_bytes(signature[32:], "little")
    point = point_decompress(public)
    if point is None or scalar >= ORDER:
        return False
    digest = hashlib.sha512(signature[:32] + public + message).digest()
    challenge = int.from_bytes(digest, "little") % ORDER
    minus = (P - point[0], point[1], 1, P - point[3])
    found = point_add(multiply(table_of("base", BASE), scalar), multiply(table_of(public, minus), challenge))
    return point_compress(found) == signature[:32]


# --- the tree over the log (RFC 9162, section 2.1) --------------------------------------------------------------------
def leaf_hash(data):
    return hashlib.sha256(b"\0" + data).digest()


def node_hash(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


def roots_at(leaves, sizes):
    """The root after each of ``sizes`` leaves: the peaks of the growing tree, folded from the right."""
    wanted, roots, peaks = set(sizes), {}, []
    for size in range(len(leaves) + 1):
        if size in wanted:
            root = peaks[-1][1] if peaks else hashlib.sha256(b"").digest()
            for _, left in reversed(peaks[:-1]):
                root = node_hash(left, root)
            roots[size] = root
        if size < len(leaves):
            height, top = 0, leaf_hash(leaves[size])
            while peaks and peaks[-1][0] == height:
                top = node_hash(peaks.pop()[1], top)
                height += 1
            peaks.append((height, top))
    return roots


# --- signed notes (c2sp.org/signed-note) and checkpoints (c2sp.org/tlog-checkpoint) -----------------------------------
def unbase64(text):
    """The bytes, or None; one value has one form."""
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        return None
    return data if base64.b64encode(data).decode() == text else None


def read_key(text, where):
    """(name, key hash, public key) of the form name+hash+base64."""
    parts = text.split("+", 2) if type(text) is str else []
    data = unbase64(parts[2]) if len(parts) == 3 else None
    good = data is not None and len(data) == 33 and data[:1] == b"\1" and point_decompress(data[1:]) is not None
    good = good and re.match(r"[^\s+\x00-\x1f]+\Z", parts[0])
    good = good and hashlib.sha256(parts[0].encode() + b"\n" + data).hexdigest()[:8] == parts[1]
    need(good, "key", f"{where}: kein gültiger Schlüssel", f"{where}: no valid key")
    return parts[0], bytes.fromhex(parts[1]), data[1:]


def read_note(note, where):
    """(text, [(name, key hash, signature)]) of one signed note."""
    text, gap, lines = note.rpartition("\n\n")
    signatures = []
    for line in lines.split("\n")[:-1]:
        parts = line.split(" ")
        data = unbase64(parts[2]) if len(parts) == 3 and parts[0] == "\u2014" else None
        good = data is not None and len(data) == 68
        need(good, "note", f"{where}: unlesbare Unterschrift", f"{where}: unreadable signature")
        signatures.append((parts[1], data[:4], data[4:]))
    whole = gap and lines.endswith("\n") and 0 < len(signatures) <= 100 and not re.search(r"[\x00-\x09\x0b-\x1f]", note)
    need(whole, "note", f"{where}: keine unterschriebene Notiz", f"{where}: no signed note")
    return text + "\n", signatures


def check_signatures(text, signatures, keys, where):
    """The names of the keys that signed; each signature must be of one of ``keys``, once, and true."""
    names = []
    for name, key_hash, signature in signatures:
        key = keys.get((name, key_hash))
        need(key, "signature", f"{where}: unbekannter Schlüssel {name!a}", f"{where}: unknown key {name!a}")
        need(name not in names, "signature", f"{where}: {name} steht doppelt", f"{where}: {name} stands twice")
        good = ed25519_valid(key, text.encode("utf-8"), signature)
        need(
            good,
            "signature",
            f"{where}: die Unterschrift von {name} ist falsch",
            f"{where}: the signature of {name} is false",
        )
        names.append(name)
    return names


CHECKPOINT = re.compile(r"([^\n]+)\n(0|[1-9][0-9]{0,15})\n([A-Za-z0-9+/]{43}=)\n\Z")


def read_checkpoint(text, where):
    match = CHECKPOINT.match(text)
    root = unbase64(match.group(3)) if match else None
    need(root is not None, "checkpoint", f"{where}: kein Prüfpunkt", f"{where}: no checkpoint")
    return match.group(1), int(match.group(2)), root


# --- the configuration ------------------------------------------------------------------------------------------------
CONFIGURATION = (
    "v ballot conference opened_at opens_at closes_at method max_choices encouraged_min max_points rule decision_rule "
    "parameters tie_rule lots electorates small public_key witnesses quorum questions"
)
RULES = {
    "approval": ("mes-add1-eur/1", "greedy/1"),
    "points": ("points/1",),
    "yes_no_abstain": ("majority/1",),
    "ranking": ("schulze/1", "irv/1"),
}
PARAMETERS = {"R0": "", "R1": "percent", "R2": "people_per_mille", "R3": "people_per_mille"}
MOMENT = re.compile(r"[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]Z\Z")


class Question:
    """What one question allows; ``costs`` in the order of the ballot."""

    def __init__(self, entry):
        fields(entry, "key title budget_eur carried_eur options", "configuration.json: questions")
        self.key, self.budget, carried = entry["key"], entry["budget_eur"], entry["carried_eur"]
        where = f"configuration.json: {self.key!a}"
        good = is_key(self.key) and is_titles(entry["title"]) and is_count(self.budget) and is_count(carried)
        need(good and carried <= self.budget, "configuration", f"{where}: unmöglich", f"{where}: impossible")
        self.costs = {}
        for option in entry["options"]:
            fields(option, "key proposal title cost_eur", where)
            key, cost = option["key"], option["cost_eur"]
            good = is_key(key) and key not in self.costs and is_count(option["proposal"]) and is_titles(option["title"])
            good = good and is_count(cost) and 0 < cost <= self.budget
            need(
                good, "configuration", f"{where}: Vorschlag {key!a} unmöglich", f"{where}: option {key!a} is impossible"
            )
            self.costs[key] = cost


class Ballot:
    """The configuration, read and found possible."""

    def __init__(self, data):
        where = "configuration.json"
        entry = fields(read_json(data, where), CONFIGURATION, where)
        self.sha256 = hashlib.sha256(data).hexdigest()
        self.key, self.method, self.rule = entry["ballot"], entry["method"], entry["rule"]
        self.max_choices, self.max_points = entry["max_choices"], entry["max_points"]
        self.decision_rule, self.quorum = entry["decision_rule"], entry["quorum"]
        parameters = fields(entry["parameters"], PARAMETERS.get(self.decision_rule, "?"), where)
        self.parameter = next(iter(parameters.values()), None)
        most = {"R1": 100, "R2": 1000, "R3": 1000}
        groups = fields(entry["electorates"], "people organisations", where)
        fields(groups[PEOPLE], "verified min_age", where)
        fields(groups[ORGANISATIONS], "verified", where)
        self.verified = {one: groups[one]["verified"] for one in ELECTORATES}
        lots = fields(entry["lots"], "draw on", where)
        self.draw = lots["draw"]
        good = (
            same(entry["v"], VERSION)
            and is_key(self.key)
            and type(entry["conference"]) is str
            and all(
                type(entry[name]) is str and MOMENT.match(entry[name])
                for name in ("opened_at", "opens_at", "closes_at")
            )
            and entry["opens_at"] < entry["closes_at"]
            and self.rule in RULES.get(self.method, ())
            and all(
                is_count(number) for number in (self.max_choices, self.max_points, entry["encouraged_min"], self.quorum)
            )
            and (self.parameter is None or (is_count(self.parameter) and self.parameter <= most[self.decision_rule]))
            and entry["tie_rule"] == "cost, votes, lot"
            and type(lots["draw"]) is str
            and (lots["on"] is None or type(lots["on"]) is str)
            and all(is_count(number) for number in (*self.verified.values(), groups[PEOPLE]["min_age"]))
            and entry["small"] == SMALL
        )
        need(
            good,
            "configuration",
            f"{where} enthält Unbekanntes oder Unmögliches",
            f"{where} holds something unknown or impossible",
        )
        self.origin, key_hash, public = read_key(entry["public_key"], where)
        self.public_key = entry["public_key"]
        self.log_keys = {(self.origin, key_hash): public}
        self.keys, self.witnesses = dict(self.log_keys), {}
        for witness in entry["witnesses"]:
            fields(witness, "name public_key", where)
            name, key_hash, public = read_key(witness["public_key"], where)
            known = name == self.origin or name in self.witnesses or type(witness["name"]) is not str
            need(
                not known,
                "configuration",
                f"{where}: Zeuge {name!a} unmöglich",
                f"{where}: witness {name!a} is impossible",
            )
            self.keys[name, key_hash], self.witnesses[name] = public, witness["name"]
        need(
            self.quorum <= len(self.witnesses),
            "configuration",
            f"{where}: zu wenig Zeugen",
            f"{where}: too few witnesses",
        )
        self.questions = {}
        for question in map(Question, entry["questions"]):
            need(
                question.key not in self.questions,
                "configuration",
                f"{where}: Frage doppelt",
                f"{where}: a question stands twice",
            )
            self.questions[question.key] = question


def is_key(value):
    return type(value) is str and bool(KEY.match(value))


def is_titles(value):
    return type(value) is dict and all(type(text) is str for text in value.values())


# --- the files that must be there, and the seal over them -------------------------------------------------------------
TEXTS = ("LICENCE.txt", "README.txt", "columns.md", "verify.py")
SEAL = "bihaelt/unterlagen/1"


def expected_files(ballot, files):
    """Every path that may be here. Which of two forms a group has (open or withheld) is checked with its papers."""
    names = {*TEXTS, "configuration.json", "manifest.txt", "turnout.json", "log/leaves.jsonl", "log/checkpoints.txt"}
    for question in ballot.questions:
        names.add(f"results/{question}.json")
        names.add(f"openings/{question}-{ORGANISATIONS}.jsonl")
        names.add(f"openings/{question}-{PEOPLE}{'.withheld.json' if is_withheld(files, question) else '.jsonl'}")
        if ballot.method in ("approval", "points"):
            for electorate in ELECTORATES:
                if (
                    f"papers/{question}-{electorate}.pb" in files
                ):  # whether it must be there is checked with the openings
                    names.add(f"papers/{question}-{electorate}.pb")
    return names


def is_withheld(files, question):
    return f"openings/{question}-{PEOPLE}.withheld.json" in files


def check_files(report, ballot, files):
    there, expected = set(files.names()), expected_files(ballot, files)
    for name in sorted(expected - there):
        report.fault("missing", f"Die Datei {name} fehlt", f"The file {name} is missing")
    for name in sorted(there - expected):
        report.fault("unknown", f"Die Datei {name!a} gehört nicht hierher", f"The file {name!a} does not belong here")


def check_seal(report, ballot, files):
    """manifest.txt: the hash of every other file, signed by the log's key."""
    text, signatures = read_note(files.read("manifest.txt").decode("utf-8"), "manifest.txt")
    check_signatures(text, signatures, ballot.log_keys, "manifest.txt")
    listed, lines = {}, text.split("\n")
    good = lines[:2] == [SEAL, ballot.origin] and lines[-1] == ""
    for line in lines[2:-1]:
        digest, _, name = line.partition("  ")
        good = good and HEX.match(digest) and name not in listed
        listed[name] = digest
    need(good, "seal", "manifest.txt ist keine Liste dieser Dateien", "manifest.txt is no list of these files")
    for name in sorted({*files.names(), *listed} - {"manifest.txt"}):
        if name not in files:
            report.fault(
                "seal", f"{name!a} steht in manifest.txt, fehlt aber", f"{name!a} is named in manifest.txt, but missing"
            )
        elif hashlib.sha256(files.read(name)).hexdigest() != listed.get(name):
            report.fault("seal", f"{name} wurde nach dem Versiegeln geändert", f"{name} was changed after the seal")
    report.ok(
        "seal",
        f"Liste der Dateien: {len(listed)} Prüfsummen verglichen",
        f"List of files: {len(listed)} hashes compared",
    )


# --- the log ----------------------------------------------------------------------------------------------------------
LEAVES = {
    "configuration": "v type sha256",
    "cast": "v type commitment",
    "replaced": "v type commitments",
    "closed": "v type electorates",
    "lots": "v type seed",
    "invalidated": "v type commitment reason",
    "destroyed": "v type what",
}


class Log:
    """What the entries of the log say."""

    def __init__(self, data):
        self.lines = data.split(b"\n")
        need(
            self.lines.pop() == b"",
            "log",
            "log/leaves.jsonl endet mitten in der Zeile",
            "log/leaves.jsonl ends within a line",
        )
        self.cast, self.replaced, self.invalidated = set(), None, {}
        self.late = 0  # papers invalidated after the close, which its figures still counted
        self.closed, self.seed, self.sha256 = None, None, None
        for number, line in enumerate(self.lines):
            self.read(number, line)
        whole = self.sha256 and self.closed and self.replaced is not None
        need(whole, "log", "Im Protokoll fehlt der Anfang oder der Abschluss", "The log lacks its beginning or its end")
        for commitment in sorted((self.replaced | set(self.invalidated)) - self.cast):
            raise Fault(
                "log",
                f"Ersetzt oder ungültig, aber nie abgegeben: {commitment}",
                f"Replaced or invalidated, but never cast: {commitment}",
            )
        both = self.replaced & set(self.invalidated)
        need(
            not both,
            "log",
            "Ein Stimmzettel ist zugleich ersetzt und ungültig",
            "A paper is both replaced and invalidated",
        )

    def read(self, number, line):
        where = f"log/leaves.jsonl, {number}"
        entry = read_json(line, where)
        kind = entry.get("type") if type(entry) is dict else None
        need(kind in LEAVES, "log", f"{where}: unbekannte Art {kind!a}"[:200], f"{where}: unknown type {kind!a}"[:200])
        fields(entry, LEAVES[kind], where)
        need(same(entry["v"], VERSION), "log", f"{where}: unbekannte Fassung", f"{where}: unknown version")
        need((kind == "configuration") == (number == 0), "log", f"{where}: falscher Platz", f"{where}: wrong place")
        getattr(self, "_" + kind)(entry, where)

    def _configuration(self, entry, where):
        self.sha256 = hexadecimal(entry["sha256"], where)

    def _cast(self, entry, where):
        commitment = hexadecimal(entry["commitment"], where)
        late = self.replaced is not None or self.closed is not None
        need(not late, "log", f"{where}: abgegeben nach dem Ende", f"{where}: cast after the end")
        need(commitment not in self.cast, "doubled", f"{where}: doppelt abgegeben", f"{where}: cast twice")
        self.cast.add(commitment)

    def _replaced(self, entry, where):
        need(self.replaced is None and self.closed is None, "log", f"{where}: falscher Platz", f"{where}: wrong place")
        listed = [hexadecimal(each, where) for each in entry["commitments"]]
        need(
            listed == sorted(set(listed)),
            "log",
            f"{where}: nicht sortiert oder doppelt",
            f"{where}: not sorted, or doubled",
        )
        self.replaced = set(listed)

    def _closed(self, entry, where):
        need(
            self.closed is None and self.replaced is not None,
            "log",
            f"{where}: falscher Platz",
            f"{where}: wrong place",
        )
        self.closed = fields(entry["electorates"], "people organisations", where)
        for roll in self.closed.values():
            fields(roll, "verified voters papers", where)
            papers = [0, *roll["papers"].values(), roll["voters"], roll["verified"]]
            good = all(is_count(number) for number in papers) and max(papers[:-2]) <= papers[-2] <= papers[-1]
            need(
                good,
                "turnout",
                f"{where}: mehr Zettel als Wählende oder mehr Wählende als Berechtigte",
                f"{where}: more papers than voters, or more voters than verified members",
            )

    def _lots(self, entry, where):
        good = type(entry["seed"]) is str and self.seed is None and self.closed is not None
        need(good, "log", f"{where}: falscher Platz oder Inhalt", f"{where}: wrong place or content")
        self.seed = entry["seed"]

    def _invalidated(self, entry, where):
        commitment = hexadecimal(entry["commitment"], where)
        good = commitment not in self.invalidated and type(entry["reason"]) is str and entry["reason"].strip()
        need(good, "log", f"{where}: doppelt oder ohne Grund", f"{where}: twice, or without a reason")
        self.invalidated[commitment] = entry["reason"]
        self.late += self.closed is not None

    def _destroyed(self, entry, where):
        good = type(entry["what"]) is str and self.closed is not None
        need(good, "log", f"{where}: falscher Platz oder Inhalt", f"{where}: wrong place or content")


def hexadecimal(value, where):
    need(type(value) is str and HEX.match(value), "log", f"{where}: kein Hash", f"{where}: no hash")
    return value


def check_log(report, ballot, files):
    log = Log(files.read("log/leaves.jsonl"))
    need(
        log.sha256 == ballot.sha256,
        "configuration",
        "configuration.json ist nicht die Datei, deren Hash Eintrag 0 des Protokolls ist",
        "configuration.json is not the file whose hash is entry 0 of the log",
    )
    report.ok(
        "configuration",
        "Die Einstellungen (Vorschläge, Kosten, Budgets, Regeln) sind die, mit denen das Protokoll beginnt",
        "The configuration (options, costs, budgets, rules) is the one with which the log begins",
    )
    drawn = log.seed is not None or not ballot.draw
    need(
        drawn,
        "log",
        f"Im Protokoll fehlt die Auslosung ({ballot.draw})",
        f"The log lacks the draw of lots ({ballot.draw})",
    )
    unknown = {key for roll in log.closed.values() for key in roll["papers"]} - set(ballot.questions)
    need(not unknown, "log", "Der Abschluss nennt fremde Fragen", "The entry at close names unknown questions")
    report.ok(
        "log",
        f"Protokoll: {len(log.lines)} Einträge, davon {len(log.cast)} abgegebene Stimmzettel, {len(log.replaced)} später "
        f"ersetzte oder zurückgezogene, {len(log.invalidated)} für ungültig erklärte",
        f"Log: {len(log.lines)} entries, among them {len(log.cast)} papers cast, {len(log.replaced)} replaced or withdrawn "
        f"later, {len(log.invalidated)} declared invalid",
    )
    for commitment, reason in sorted(log.invalidated.items()):
        report.note("invalidated", f"Ungültig: {commitment} ({reason})", f"Invalid: {commitment} ({reason})")
    return log


def check_checkpoints(report, ballot, log, files):
    blocks = files.read("log/checkpoints.txt").decode("utf-8").split("\n\n")
    need(
        len(blocks) % 2 == 0, "checkpoint", "log/checkpoints.txt ist unvollständig", "log/checkpoints.txt is incomplete"
    )
    checkpoints = []
    for number, (text, lines) in enumerate(zip(blocks[::2], blocks[1::2]), 1):
        where = f"log/checkpoints.txt, {number}"
        last = 2 * number == len(blocks)
        text, signatures = read_note(f"{text}\n\n{lines}" + ("" if last else "\n"), where)
        names = check_signatures(text, signatures, ballot.keys, where)
        origin, size, root = read_checkpoint(text, where)
        need(origin == ballot.origin, "checkpoint", f"{where}: anderes Protokoll", f"{where}: another log")
        need(ballot.origin in names, "signature", f"{where}: nicht vom Protokoll", f"{where}: not signed by the log")
        checkpoints.append((size, root, [name for name in names if name != ballot.origin]))
    sizes = [size for size, _, _ in checkpoints]
    need(sizes == sorted(sizes), "checkpoint", "Die Prüfpunkte werden kürzer", "The checkpoints become shorter")
    short = sizes[-1] != len(log.lines)
    need(
        not short,
        "log",
        "Der letzte Prüfpunkt umfasst nicht das ganze Protokoll",
        "The last checkpoint does not cover the whole log",
    )
    roots = roots_at(log.lines, sizes)
    for number, (size, root, _) in enumerate(checkpoints, 1):
        need(
            roots[size] == root,
            "fork",
            f"Prüfpunkt {number}: die ersten {size} Einträge sind nicht die, die damals unterschrieben wurden",
            f"Checkpoint {number}: the first {size} entries are not those that were signed then",
        )
    report.ok(
        "checkpoints",
        f"{len(checkpoints)} Prüfpunkte: alle Unterschriften gültig; das Protokoll wuchs immer nur hinten an",
        f"{len(checkpoints)} checkpoints: all signatures valid; the log only ever grew at its end",
    )
    check_witnesses(report, ballot, checkpoints)
    report.facts.update(leaves=len(log.lines), root=checkpoints[-1][1].hex())


def check_witnesses(report, ballot, checkpoints):
    signed = checkpoints[-1][2]
    need(
        len(signed) >= ballot.quorum,
        "witness",
        f"Den letzten Prüfpunkt haben {len(signed)} Zeugen gegengezeichnet, nötig sind {ballot.quorum}",
        f"The last checkpoint is countersigned by {len(signed)} witnesses, {ballot.quorum} are needed",
    )
    named = ", ".join(ballot.witnesses[name] for name in signed) or "-"
    report.ok(
        "witnesses",
        f"Den letzten Prüfpunkt haben gegengezeichnet: {named} (nötig: {ballot.quorum})",
        f"The last checkpoint is countersigned by: {named} (needed: {ballot.quorum})",
    )


# --- openings: every paper, unlinked ----------------------------------------------------------------------------------
class Group:
    """The papers of one electorate in one question. ``choices`` is None when they are withheld."""

    def __init__(self, commitments, choices):
        self.commitments, self.choices = commitments, choices

    @property
    def papers(self):
        return len(self.commitments)


def commitment_of(ballot, question, electorate, nonce, choice):
    head = b"\0".join([b"bihaelt/stimme/1", ballot.key.encode(), question.encode(), electorate.encode(), b""])
    return hashlib.sha256(head + nonce + canonical(choice)).hexdigest()


def check_openings(report, ballot, log, files):
    """{(question, electorate): Group}, when every paper of the log is accounted for exactly once."""
    groups, found = {}, {}
    for question in ballot.questions:
        for electorate in ELECTORATES:
            if electorate == PEOPLE and is_withheld(files, question):
                group = read_withheld(files, question)
            else:
                group = read_openings(ballot, question, electorate, files)
            small = electorate == PEOPLE and 0 < group.papers < SMALL
            need(
                small == (group.choices is None),
                "small",
                f"{question}: weniger als {SMALL} Stimmzettel werden nicht einzeln veröffentlicht, ab {SMALL} alle",
                f"{question}: fewer than {SMALL} papers are not published one by one, from {SMALL} on all are",
            )
            for commitment in group.commitments:
                need(
                    commitment not in found, "doubled", f"Zweimal geöffnet: {commitment}", f"Opened twice: {commitment}"
                )
                found[commitment] = question
            groups[question, electorate] = group
    account(report, log, set(found))
    opened = sum(group.papers for group in groups.values() if group.choices is not None)
    report.ok(
        "openings",
        f"{opened} Stimmzettel geöffnet: jeder passt zu seinem Eintrag im Protokoll und ist nach den Regeln gültig; "
        "jeder Eintrag ist genau einmal geöffnet, ersetzt, ungültig oder zurückgehalten",
        f"{opened} papers opened: each fits its entry in the log and is valid under the rules; every entry is exactly once "
        "opened, replaced, invalid or withheld",
    )
    return groups


def account(report, log, found):
    """Every paper cast is opened (or withheld by name), unless it was replaced or invalidated; and nothing else is."""
    out = log.replaced | set(log.invalidated)
    for commitment in sorted(found - log.cast):
        report.fault("added", f"Steht nicht im Protokoll: {commitment}", f"Is not in the log: {commitment}")
    for commitment in sorted(found & out):
        report.fault(
            "revived",
            f"Ersetzt oder ungültig und doch gezählt: {commitment}",
            f"Replaced or invalid, yet counted: {commitment}",
        )
    for commitment in sorted(log.cast - out - found):
        report.fault("dropped", f"Abgegeben, aber nicht gezählt: {commitment}", f"Cast, but not counted: {commitment}")


def read_withheld(files, question):
    where = f"openings/{question}-{PEOPLE}.withheld.json"
    entry = fields(read_json(files.read(where), where), "v question electorate papers commitments note", where)
    listed = [hexadecimal(each, where) for each in entry["commitments"]]
    head = [entry[name] for name in ("v", "question", "electorate", "papers")]
    good = same(head, [VERSION, question, PEOPLE, len(listed)])
    good = good and listed == sorted(set(listed)) and type(entry["note"]) is str
    need(good, "form", f"{where}: passt nicht zusammen", f"{where}: does not fit together")
    return Group(listed, None)


def read_openings(ballot, question, electorate, files):
    where = f"openings/{question}-{electorate}.jsonl"
    lines = files.read(where).split(b"\n")
    need(lines.pop() == b"", "form", f"{where} endet mitten in der Zeile", f"{where} ends within a line")
    names = "c r choice organisation" if electorate == ORGANISATIONS else "c r choice"
    commitments, choices, organisations = [], [], set()
    for number, line in enumerate(lines, 1):
        place = f"{where}, {number}"
        entry = fields(read_json(line, place), names, place)
        commitment, nonce = hexadecimal(entry["c"], place), hexadecimal(entry["r"], place)
        choice = valid_choice(ballot, ballot.questions[question], entry["choice"], place)
        fits = commitment_of(ballot, question, electorate, bytes.fromhex(nonce), entry["choice"]) == commitment
        need(
            fits,
            "changed",
            f"{place}: der Zettel passt nicht zu {commitment}",
            f"{place}: the paper does not fit {commitment}",
        )
        if commitments and commitment <= commitments[-1]:
            code = "doubled" if commitment == commitments[-1] else "form"
            raise Fault(code, f"{place}: doppelt oder nicht sortiert", f"{place}: twice, or not sorted")
        if electorate == ORGANISATIONS:
            name = entry["organisation"]
            good = type(name) is str and name.strip() and name not in organisations
            need(
                good,
                "organisation",
                f"{place}: Organisation fehlt oder stimmt zweimal",
                f"{place}: organisation missing, or votes twice",
            )
            organisations.add(name)
        commitments.append(commitment)
        choices.append(choice)
    return Group(commitments, choices)


def valid_choice(ballot, question, choice, where):
    """The choice as {option: points} (or a tuple of keys, best first, for a ranking); a paper outside the rules is a fault."""
    good = type(choice) is list and choice
    if ballot.method in ("approval", "ranking"):
        good = good and all(type(key) is str for key in choice)
        pairs = [(key, 1) for key in choice] if good else []
    else:
        good = good and all(type(pair) is list and len(pair) == 2 and type(pair[0]) is str for pair in choice)
        pairs = [tuple(pair) for pair in choice] if good else []
    keys = [key for key, _ in pairs]
    good = good and len(set(keys)) == len(keys) and all(key in question.costs for key in keys)
    if ballot.method != "ranking":
        good = good and keys == sorted(keys)
    if ballot.method == "approval":
        good = good and len(keys) <= ballot.max_choices
    elif ballot.method == "points":
        good = good and all(is_count(points) and points for _, points in pairs)
        good = good and sum(points for _, points in pairs) <= ballot.max_points
    elif ballot.method == "yes_no_abstain":
        good = good and all(answer in ("yes", "no", "abstain") for _, answer in pairs)
    need(good, "invalid", f"{where}: der Zettel verstößt gegen die Regeln", f"{where}: the paper is against the rules")
    return tuple(keys) if ballot.method == "ranking" else dict(pairs)


# --- who took part ----------------------------------------------------------------------------------------------------
CHANNELS = {"online", "code", "desk", "paper", "room"}


def check_turnout(report, ballot, log, groups, files):
    where = "turnout.json"
    entry = fields(read_json(files.read(where), where), "v electorates", where)
    need(same(entry["v"], VERSION), "form", f"{where}: unbekannte Fassung", f"{where}: unknown version")
    fields(entry["electorates"], "people organisations", where)
    gone = 0
    for electorate in ELECTORATES:
        turnout = fields(entry["electorates"][electorate], "verified voters papers channels", where)
        closed, channels = log.closed[electorate], turnout["channels"]
        place = f"{where}, {electorate}"
        alike = all(same(turnout[name], closed[name]) for name in ("verified", "voters", "papers"))
        need(
            alike, "turnout", f"{place}: anders als im Protokoll beim Abschluss", f"{place}: not as in the log at close"
        )
        good = type(channels) is dict and set(channels) <= CHANNELS and all(is_count(n) for n in channels.values())
        # Whose papers were declared invalid after the close is no longer counted on any channel.
        good = good and turnout["voters"] - log.late <= sum(channels.values()) <= turnout["voters"]
        need(
            good,
            "turnout",
            f"{place}: die Wege ergeben nicht die Zahl der Wählenden",
            f"{place}: the channels do not make up the voters",
        )
        missing = set(ballot.questions) ^ set(turnout["papers"])
        need(not missing, "turnout", f"{place}: Fragen fehlen", f"{place}: questions are missing")
        gone += not_counted(log, groups, electorate, turnout)
        report.ok(
            "turnout",
            f"{GERMAN[electorate]}: {turnout['voters']} von {turnout['verified']} Berechtigten haben abgestimmt, nirgends mehr Zettel",
            f"{electorate.capitalize()}: {turnout['voters']} of {turnout['verified']} verified voted, and nowhere are more papers",
        )
    need(
        gone == log.late,
        "turnout",
        f"Beim Abschluss gab es {gone} Zettel mehr als gezählt; danach für ungültig erklärt wurden {log.late}",
        f"At close there were {gone} more papers than counted; declared invalid after it were {log.late}",
    )


GERMAN = {PEOPLE: "Menschen", ORGANISATIONS: "Organisationen", "decided": "Entscheidung"}


def not_counted(log, groups, electorate, turnout):
    """How many papers there were at close that are not counted; only invalidated ones may be among them."""
    gone = 0
    for (question, whose), group in groups.items():
        if whose == electorate:
            most = turnout["papers"][question]
            need(
                most - log.late <= group.papers <= most,
                "turnout",
                f"{question}, {GERMAN[electorate]}: {group.papers} Zettel gezählt, beim Abschluss waren es {most}",
                f"{question}, {electorate}: {group.papers} papers counted, at close there were {most}",
            )
            gone += most - group.papers
    return gone


# --- counting again ---------------------------------------------------------------------------------------------------
class Papers:
    """Equal papers written once, as the traces list them: [electorate, {option: weight}, papers, choice as written]."""

    def __init__(self, weights_by_electorate, written):
        counted = {}
        for electorate, papers in weights_by_electorate.items():
            for weights in papers:
                if weights:
                    choice = written(weights)
                    entry = counted.setdefault(
                        (ELECTORATES.index(electorate), canonical(choice)), [electorate, weights, 0, choice]
                    )
                    entry[2] += 1
        self.groups = sorted(counted.values(), key=lambda entry: (ELECTORATES.index(entry[0]), entry[3]))
        self.totals = {
            electorate: sum(entry[2] for entry in self.groups if entry[0] == electorate)
            for electorate in weights_by_electorate
        }

        self.supporters = {}  # of each option: (number of the group, weight, papers)
        for number, (_, weights, count, _) in enumerate(self.groups):
            for key, weight in weights.items():
                self.supporters.setdefault(key, []).append((number, weight, count))

    def joined(self, electorate, key, number):
        """These papers and so many more that name only ``key``."""
        more = object.__new__(Papers)
        more.groups = [*self.groups, [electorate, {key: 1}, number, None]]
        more.totals = {**self.totals, electorate: self.totals.get(electorate, 0) + number}
        more.supporters = {**self.supporters, key: [*self.supporters.get(key, ()), (len(self.groups), 1, number)]}
        return more

    def tally(self, key, worth=lambda weight: 1):
        """What the papers give an option, each electorate on its own."""
        return {
            electorate: sum(
                worth(weights[key]) * papers
                for whose, weights, papers, _ in self.groups
                if whose == electorate and key in weights
            )
            for electorate in self.totals
        }

    def named(self, keys):
        """Papers that name at least one of ``keys``, each electorate on its own."""
        keys = set(keys)
        return {
            electorate: sum(
                papers for whose, weights, papers, _ in self.groups if whose == electorate and keys & set(weights)
            )
            for electorate in self.totals
        }


def gcd(a, b):
    while b:
        a, b = b, a % b
    return a


class Run:
    """One run of Equal Shares in exact arithmetic.

    All money is kept as whole numbers over one common denominator (``scale`` to a euro), so nothing is ever rounded. An option
    with supporters who together have its cost is paid so that every unit of weight pays the same price, except those who
    have less left and pay all of it. Its effective votes are cost / price; the highest wins.
    """

    def __init__(self, costs, papers, shares, order, thorough=False, shaped=False):
        self.costs, self.papers, self.thorough, self.shaped = costs, papers, thorough, shaped
        self.scale = 1
        for share in shares.values():
            self.scale = self.scale * share.denominator // gcd(self.scale, share.denominator)
        start = {electorate: int(share * self.scale) for electorate, share in shares.items()}
        self.money = [start[electorate] for electorate, _, _, _ in papers.groups]
        self.supporters = papers.supporters
        self.order = order
        self.rounds, self.winners = [], []
        self.shape = []
        self.last = {}

    def price(self, key):
        """What one unit of weight pays, as a fraction of euros; None when the supporters have too little."""
        open_cost = self.costs[key] * self.scale
        waiting = [
            (self.money[number], weight, count) for number, weight, count in self.supporters[key] if self.money[number]
        ]
        if sum(money * count for money, _, count in waiting) < open_cost:
            return None
        weight_left = sum(weight * count for _, weight, count in waiting)
        if any(weight != 1 for _, weight, _ in waiting):
            waiting.sort(key=lambda entry: Fraction(entry[0], entry[1]))
        else:
            waiting.sort()
        for money, weight, count in waiting:
            if money * weight_left >= open_cost * weight:  # from here on everybody can pay the same price
                break
            open_cost -= money * count
            weight_left -= weight * count
        price = Fraction(open_cost, weight_left * self.scale)
        if self.shaped:
            asked, whole = price.numerator * self.scale, price.denominator
            poor = [number for number, weight, _ in self.supporters[key] if self.money[number] * whole < asked * weight]
            self.shape.append((key, tuple(poor)))
        return price

    def effective(self, key):
        price = self.price(key)
        return None if price is None else self.costs[key] / price

    def candidates(self):
        """{option: effective votes} of those that could win now. Effective votes only ever fall, so most need no new look."""
        if self.thorough or self.shaped:
            found = {key: self.effective(key) for key in self.costs if key not in self.winners}
            return {key: value for key, value in found.items() if value is not None}
        best, found = 0, {}
        for key in sorted(
            (key for key in self.costs if key not in self.winners), key=lambda key: -self.last.get(key, 10**30)
        ):
            if self.last.get(key, 10**30) < best:
                break
            value = self.effective(key)
            self.last[key] = -1 if value is None else value
            if value is not None:
                found[key] = value
                best = max(best, value)
        return found

    def play(self):
        while True:
            found = self.candidates()
            if not found:
                return self
            best = max(found.values())
            equal = [key for key in found if found[key] == best]
            winner, tie = self.order.first(equal)
            self.shape.append((winner, tuple(equal)))
            self.pay(winner, found, tie)

    def pay(self, winner, found, tie):
        price = self.price(winner)
        before, old_scale = self.money, self.scale
        self.scale *= price.denominator // gcd(price.denominator, self.scale)
        grow = self.scale // old_scale
        asked = price.numerator * (self.scale // price.denominator)  # in units of the new scale, per unit of weight
        self.money = [money * grow for money in self.money]
        payers, poor = {}, {}
        for number, weight, count in self.supporters[winner]:
            had = self.money[number]
            if had:
                whose = self.papers.groups[number][0]
                payers[whose] = payers.get(whose, 0) + count
                if had < asked * weight:
                    poor[whose] = poor.get(whose, 0) + count
                self.money[number] = had - min(had, asked * weight)
        common = self.scale
        for money in self.money:
            common = gcd(common, money)
        if common > 1:
            self.scale //= common
            self.money = [money // common for money in self.money]
        self.winners.append(winner)
        if self.thorough:
            self.rounds.append(self.record(winner, found, tie, price, before, old_scale, payers, poor))

    def record(self, winner, found, tie, price, before, old_scale, payers, poor):
        """The round as docs/open-data.md writes it: rests rounded down, payments as differences of rests."""
        payments, paid = [], dict.fromkeys(self.papers.totals, 0)
        for number, (whose, _, count, _) in enumerate(self.papers.groups):
            amount = before[number] * UNIT // old_scale - self.money[number] * UNIT // self.scale
            if amount:
                payments.append([number, amount])
                paid[whose] += amount * count
        ranked = sorted(found, key=lambda key: (-found[key], self.order.rank(key)))
        totals = self.papers.totals
        return {
            "winner": winner,
            "effective": found[winner] * MICRO // 1,
            "each": -(-price * UNIT // 1),
            "tie": tie,
            "candidates": [[key, found[key] * MICRO // 1] for key in ranked],
            "payers": {whose: payers.get(whose, 0) for whose in totals},
            "poor": {whose: poor.get(whose, 0) for whose in totals},
            "paid": paid,
            "payments": payments,
        }


def descending(tally):
    """A tally as a sort key, most first: people before organisations, and never added up."""
    return [-tally.get(electorate, 0) for electorate in ELECTORATES]


class Order:
    """Who goes first among equals: lower cost, then more votes, then the public lot."""

    def __init__(self, costs, votes, seed):
        self.costs, self.votes = costs, {key: descending(votes[key]) for key in costs}
        self.lots = sorted(costs, key=lambda key: hashlib.sha256((seed + key).encode("utf-8")).hexdigest())

    def rank(self, key):
        return (self.costs[key], self.votes[key], self.lots.index(key))

    def first(self, keys):
        """(the first of ``keys``, what decided: None, cost, votes or lot)."""
        keys = sorted(keys, key=self.rank)
        if len(keys) == 1:
            return keys[0], None
        first, second = self.rank(keys[0]), self.rank(keys[1])
        return keys[0], next(name for name, a, b in zip(("cost", "votes", "lot"), first, second) if a != b)


def greedy(costs, budget, scores, order):
    """Most votes first; what does not fit any more is passed over. Returns the trace's ``order``."""
    named = [key for key in costs if any(scores[key].values())]
    named.sort(key=lambda key: (descending(scores[key]), costs[key], order.lots.index(key)))
    return funded(costs, budget, named)


def funded(costs, budget, keys):
    left, listed = budget, []
    for key in keys:
        fits = costs[key] <= left
        left -= costs[key] if fits else 0
        listed.append({"key": key, "funded": fits, "left_eur": left})
    return listed


def winners_of(listed):
    return [one["key"] for one in listed if one["funded"]]


# --- results ----------------------------------------------------------------------------------------------------------
MOST_STEPS = 200_000


def approvals(papers, keys):
    """The groups as Equal Shares needs them; options outside of ``keys`` are cut out of every paper."""
    return {
        electorate: [{key: weight for key, weight in weights.items() if key in keys} for weights in choices]
        for electorate, choices in papers.items()
    }


class Trace(dict):
    """The trace of a count by Equal Shares; ``again`` (or None) counts the same papers once more."""

    again = None


def equal_shares(question, budget, costs, choices, seed, rule, electorate, endow):
    """The trace of one count by Equal Shares, without ``losers``, and what is needed to check those.

    ``choices``: {electorate: [{option: weight}]}; ``endow``: step and papers to {electorate: share as a fraction of euros}.
    """
    with_points = rule == "points/1"
    naming = {one: papers for one, papers in approvals(choices, costs).items() if any(papers)}
    papers = Papers(naming, (lambda w: [[key, w[key]] for key in sorted(w)]) if with_points else sorted)
    votes = {key: papers.tally(key) for key in costs}
    points = {key: papers.tally(key, lambda weight: weight) for key in costs}
    order = Order(costs, votes, seed)
    # An option that costs more than the budget (a pot of R3 may have such options) is never paid.
    wanted = [key for key in costs if any(votes[key].values()) and costs[key] <= budget]
    payable = {key: costs[key] for key in wanted}
    trace = Trace()
    trace.update(
        {
            "v": 1,
            "rule": rule,
            "question": question,
            "electorate": electorate,
            "budget_eur": budget,
            "papers": papers.totals,
            "options": [
                {
                    "key": key,
                    "cost_eur": costs[key],
                    "votes": votes[key],
                    **({"points": points[key]} if with_points else {}),
                }
                for key in costs
            ],
            "lots": order.lots,
            "groups": [
                {"electorate": whose, "choice": choice, "papers": count} for whose, _, count, choice in papers.groups
            ],
            "start": None,
            "share": None,
            "step": 0,
            "runs": 0,
            "overrun": None,
            "rounds": [],
        }
    )
    run = None
    if not papers.groups:
        trace.update(ended="no_papers", winners=[])
    elif sum(costs[key] for key in wanted) <= budget:
        ranked = sorted(wanted, key=lambda key: (order.votes[key], order.rank(key)))
        trace.update(ended="all_fit", winners=ranked)
    else:
        step, over, cost = first_overrun(question, budget, payable, papers, order, endow)
        run = Run(payable, papers, endow(step - 1, papers.totals), order, thorough=True).play()
        trace.update(
            ended="overrun",
            start=in_units(endow(0, papers.totals)),
            share=in_units(endow(step - 1, papers.totals)),
            step=step - 1,
            runs=step + 1,
            overrun={"step": step, "share": in_units(endow(step, papers.totals)), "winners": over, "cost_eur": cost},
            rounds=run.rounds,
            winners=run.winners,
        )
    trace["spent_eur"] = sum(costs[key] for key in trace["winners"])
    trace["left_eur"] = budget - trace["spent_eur"]
    trace["success"] = papers.named(trace["winners"])
    advised = winners_of(greedy(costs, budget, points if with_points else votes, order))
    spent = sum(costs[key] for key in advised)
    trace["greedy"] = {
        "winners": advised,
        "spent_eur": spent,
        "left_eur": budget - spent,
        "success": papers.named(advised),
    }
    return trace, papers, run


FEW_GROUPS = 200


def first_overrun(question, budget, costs, papers, order, endow):
    """(the first step whose winners cost more than the budget, those winners, their cost).

    With few groups of papers there can be thousands of steps, and most of them are alike, so those between two runs of the same
    shape are passed over. This is exact: as long as who wins, who could win and who pays with their last money stay the
    same, every amount in a run is a straight line over the share, and so is each difference that decides something. A difference
    that has the same sign at both ends has it in between. (Shares of two electorates are rounded, so there nothing is passed over.)
    """
    shaped = len(papers.groups) <= FEW_GROUPS and len(papers.totals) == 1
    runs = {}

    def at(step):
        if step not in runs:
            need(step < MOST_STEPS, "steps", f"{question}: zu viele Schritte", f"{question}: too many steps")
            runs[step] = Run(costs, papers, endow(step, papers.totals), order, shaped=shaped).play()
        return runs[step]

    def cost(step):
        return sum(costs[key] for key in at(step).winners)

    need(
        cost(0) <= budget,
        "steps",
        f"{question}: schon der erste Schritt ist zu teuer",
        f"{question}: the first step overruns",
    )
    step, stride = 0, 1
    while True:
        if shaped and at(step).shape == at(step + stride).shape:
            step, stride = step + stride, stride * 2
        elif stride > 1:
            stride //= 2
        elif cost(step + 1) > budget:
            return step + 1, at(step + 1).winners, cost(step + 1)
        else:
            runs.pop(step, None)
            step += 1


class Again:
    """Counts the same papers once more, where something is different: a cost, or some more papers. Winners only."""

    def __init__(self, question, budget, costs, papers, seed, electorate):
        self.question, self.budget, self.costs, self.papers = question, budget, costs, papers
        self.seed, self.electorate = seed, electorate
        self.most = 10 * papers.totals.get(electorate, 0) + 10  # more papers than this are not searched

    def wins_for(self, key, euros):
        return key in self.winners({**self.costs, key: euros}, self.papers)

    def wins_with(self, key, more):
        return key in self.winners(self.costs, self.papers.joined(self.electorate, key, more))

    def winners(self, costs, papers):
        votes = {key: papers.tally(key) for key in costs}
        payable = {key: cost for key, cost in costs.items() if any(votes[key].values()) and cost <= self.budget}
        if sum(payable.values()) <= self.budget:
            return set(payable)
        order, endow = Order(costs, votes, self.seed), everybody_equal(self.budget)
        step, _, _ = first_overrun(self.question, self.budget, payable, papers, order, endow)
        return set(Run(payable, papers, endow(step - 1, papers.totals), order).play().winners)


def in_units(shares):
    return {electorate: share * UNIT // 1 for electorate, share in shares.items()}


def losers(trace, papers, run, costs):
    """Why each of the others did not win, as docs/open-data.md defines it; ``enough`` is looked at apart."""
    listed = []
    paid = [(played["winner"], dict(map(tuple, played["payments"]))) for played in trace["rounds"]]
    for key in costs:
        if key not in trace["winners"]:
            could = [
                number
                for number, played in enumerate(trace["rounds"], 1)
                if any(name == key for name, _ in played["candidates"])
            ]
            last = trace["rounds"][could[-1] - 1] if could else None
            loser = {
                "key": key,
                "reason": reason(trace, key, last),
                "round": could[-1] if could else None,
                "by": last["winner"] if last else None,
            }
            listed.append({**loser, **money_of(trace, papers, run, key, costs, paid)})
    return listed


def reason(trace, key, last):
    option = next(one for one in trace["options"] if one["key"] == key)
    if not any(option["votes"].values()):
        return "no_votes"
    if option["cost_eur"] > trace["budget_eur"]:
        return "too_dear"
    if trace["overrun"] and key in trace["overrun"]["winners"]:
        return "not_completed"
    if last is None:
        return "too_few"
    return "beaten" if last["candidates"][1][0] == key else "already_used"


def money_of(trace, papers, run, key, costs, paid):
    """What the supporters of an option had, spent and have left, each electorate on its own."""
    zero = dict.fromkeys(papers.totals, 0)
    had, left, spent = dict(zero), dict(zero), {whose: {} for whose in zero}
    for number, (whose, weights, count, _) in enumerate(papers.groups):
        if run and key in weights:
            had[whose] += trace["share"][whose] * count
            left[whose] += run.money[number] * UNIT // run.scale * count
            for winner, amounts in paid:
                if number in amounts:
                    spent[whose][winner] = spent[whose].get(winner, 0) + amounts[number] * count
    ballot = list(costs)
    return {
        "had": had,
        "used": {whose: had[whose] - left[whose] for whose in had},
        "left": left,
        "spent_on": {
            whose: sorted(map(list, spent[whose].items()), key=lambda pair: (-pair[1], ballot.index(pair[0])))
            for whose in spent
        },
        "support": 1000 * sum(left.values()) // (costs[key] * UNIT),
    }


def everybody_equal(budget):
    """Everybody holds the same: budget / papers, rounded down to whole euros, and one euro more with each step."""

    def endow(step, totals):
        ((electorate, papers),) = totals.items()
        return {electorate: Fraction(budget // papers + step)}

    return endow


def two_shares(budget, per_mille):
    """Rule R2: people hold ``per_mille`` of all money at every step, organisations the rest, rounded down to a unit."""

    def endow(step, totals):
        parts = {PEOPLE: per_mille, ORGANISATIONS: 1000 - per_mille}
        leading = next(one for one in ELECTORATES if parts[one] and totals.get(one))
        whole = budget * parts[leading] // (1000 * totals[leading]) + step
        return {
            one: Fraction(whole * UNIT * parts[one] * totals[leading] // (parts[leading] * total), UNIT)
            for one, total in totals.items()
        }

    return endow


def head(question, budget, costs, seed, rule, electorate, papers, votes, named="votes"):
    """(what all traces begin with, the order among equals)."""
    order = Order(costs, votes, seed)
    trace = {
        "v": 1,
        "rule": rule,
        "question": question,
        "electorate": electorate,
        "budget_eur": budget,
        "papers": papers,
        "options": [{"key": key, "cost_eur": costs[key], named: votes[key]} for key in costs],
        "lots": order.lots,
    }
    return trace, order


def finish(trace, costs, winners):
    trace["winners"] = winners
    trace["spent_eur"] = sum(costs[key] for key in winners)
    trace["left_eur"] = trace["budget_eur"] - trace["spent_eur"]
    return trace


def most_votes(question, budget, costs, choices, seed, rule, electorate):
    """``greedy/1``"""
    papers = Papers(approvals(choices, costs), sorted)
    votes = {key: papers.tally(key) for key in costs}
    trace, order = head(question, budget, costs, seed, rule, electorate, papers.totals, votes)
    trace["order"] = greedy(costs, budget, votes, order)
    finish(trace, costs, winners_of(trace["order"]))
    trace["success"] = papers.named(trace["winners"])
    return trace


def majority(question, budget, costs, choices, seed, rule, electorate):
    """``majority/1``: more yes than no is accepted; the widest margin is paid first, as long as the money lasts."""
    ((whose, cast),) = choices.items()
    cast = [one for one in ({key: choice[key] for key in choice if key in costs} for choice in cast) if one]
    answers = {}
    for key in costs:
        said = [choice.get(key, "abstain") for choice in cast]
        answers[key] = {whose: {answer: said.count(answer) for answer in ("yes", "no", "abstain")}}
    yes = {key: {whose: answers[key][whose]["yes"]} for key in costs}
    margin = {key: yes[key][whose] - answers[key][whose]["no"] for key in costs}
    trace, order = head(question, budget, costs, seed, rule, electorate, {whose: len(cast)}, yes)
    trace["options"] = [{"key": key, "cost_eur": costs[key], "answers": answers[key]} for key in costs]
    trace["accepted"] = sorted(
        (key for key in costs if margin[key] > 0), key=lambda key: (-margin[key], order.rank(key))
    )
    trace["order"] = funded(costs, budget, trace["accepted"])
    return finish(trace, costs, winners_of(trace["order"]))


def rankings(question, budget, costs, choices, seed, rule, electorate):
    """What both rules for rankings begin with: (trace, order, the rankings)."""
    ((whose, cast),) = choices.items()
    cast = [one for one in (tuple(key for key in choice if key in costs) for choice in cast) if one]
    votes = {key: {whose: sum(key in one for one in cast)} for key in costs}
    trace, order = head(question, budget, costs, seed, rule, electorate, {whose: len(cast)}, votes)
    return trace, order, cast


def schulze(*given):
    """``schulze/1``, with winning votes: who is reached by no stronger path than it reaches others by, wins."""
    trace, order, cast = rankings(*given)
    keys = [one["key"] for one in trace["options"]]
    costs = {one["key"]: one["cost_eur"] for one in trace["options"]}
    places = [{key: place for place, key in enumerate(one)} for one in cast]
    last = len(keys)
    prefer = [[sum(one.get(a, last) < one.get(b, last) for one in places) for b in keys] for a in keys]
    everything = range(last)
    paths = [[prefer[i][j] if prefer[i][j] > prefer[j][i] else 0 for j in everything] for i in everything]
    for through in everything:
        for i in everything:
            for j in everything:
                if i != j:
                    paths[i][j] = max(paths[i][j], min(paths[i][through], paths[through][j]))
    beaten = {key: sum(paths[j][i] > paths[i][j] for j in everything) for i, key in enumerate(keys)}
    ranked = sorted(keys, key=lambda key: (beaten[key], order.rank(key)))
    unbeaten = [key for key in keys if not beaten[key]]
    tie = order.first(unbeaten)[1] if unbeaten else None
    trace.update(prefer=prefer, paths=paths, ranking=ranked, tie=tie)
    return finish(trace, costs, ranked[:1] if cast else [])


def instant_runoff(*given):
    """``irv/1``: who is first on the fewest papers drops out, until one is first on more than half of those left."""
    trace, order, cast = rankings(*given)
    costs = {one["key"]: one["cost_eur"] for one in trace["options"]}
    there = {key for one in cast for key in one}
    trace["rounds"] = []
    while there:
        tops = [next((key for key in one if key in there), None) for one in cast]
        first = sorted(there, key=lambda key: (-tops.count(key), order.rank(key)))
        counts = [[key, tops.count(key)] for key in first]
        fewest = [key for key, count in counts if count == counts[-1][1]]
        over = counts[0][1] * 2 > sum(count for _, count in counts) or len(there) == 1
        out = None if over else fewest[-1]
        tie = None if over or len(fewest) == 1 else order.first(fewest[-2:])[1]
        trace["rounds"].append({"first": counts, "exhausted": tops.count(None), "out": out, "tie": tie})
        if over:
            return finish(trace, costs, [first[0]])
        there.discard(out)
    return finish(trace, costs, [])


COUNTS = {"greedy/1": most_votes, "majority/1": majority, "schulze/1": schulze, "irv/1": instant_runoff}


class Count:
    """Counts one question by the ballot's rule."""

    def __init__(self, ballot, question, groups, seed):
        self.ballot, self.question, self.seed = ballot, question, seed
        self.choices = {electorate: groups[question.key, electorate].choices for electorate in ELECTORATES}
        self.papers = {electorate: groups[question.key, electorate].papers for electorate in ELECTORATES}

    def alone(self, electorate):
        """The trace of one electorate's own count; None when no paper names an option."""
        return self.trace(electorate, [electorate]) if self.choices[electorate] else None

    def trace(self, electorate, electorates, budget=None, without=(), endow=None):
        """What the trace of a count must be."""
        costs = {key: cost for key, cost in self.question.costs.items() if key not in without}
        budget = self.question.budget if budget is None else budget
        choices = {one: self.choices[one] for one in electorates}
        given = self.question.key, budget, costs, choices, self.seed, self.ballot.rule, electorate
        if self.ballot.rule in COUNTS:
            return COUNTS[self.ballot.rule](*given)
        trace, papers, run = equal_shares(*given, endow or everybody_equal(budget))
        trace["losers"] = losers(trace, papers, run, costs)
        if endow is None:  # with two shares nothing is searched
            trace.again = Again(self.question.key, budget, costs, papers, self.seed, *electorates)
        return trace


RESULT = {
    "winners": ("winner", "andere Gewinner als beim Nachzählen", "other winners than in the recount"),
    "papers": ("result", "andere Zahl von Stimmzetteln", "another number of papers"),
    "options": ("result", "andere Stimmenzahlen oder Kosten", "other votes or costs"),
    "rounds": ("payments", "andere Runden oder Zahlungen", "other rounds or payments"),
    "spent_eur": ("money", "andere Summe ausgegeben", "another sum spent"),
    "left_eur": ("money", "anderer Rest", "another rest"),
    "losers": ("reasons", "andere Gründe", "other reasons"),
}


def compare(report, found, expected, where, quick):
    """Each field of a trace with the recount's. Returns how many figures of what would have been enough were counted again."""
    if found is None or expected is None:
        need(
            found is expected,
            "result",
            f"{where}: Auszählung fehlt oder ist zu viel",
            f"{where}: a count is missing or one too many",
        )
        return 0
    fields(found, " ".join(expected), where)
    for name, value in expected.items():
        theirs = [lesser(loser, where) for loser in found[name]] if name == "losers" else found[name]
        if not same(theirs, value):
            code, german, english = RESULT.get(name, ("result", f"{name} ist anders", f"{name} differs"))
            report.fault(
                code,
                f"{where}: {german}{first_difference(theirs, value)}",
                f"{where}: {english}{first_difference(theirs, value)}",
            )
    return check_enough(report, found, expected.again, where) if "losers" in expected and not quick else 0


def check_enough(report, found, again, where):
    """What would have been enough for each that lost: with the figure it wins, and with one less it does not."""
    losers = found["losers"]
    if all(loser["enough"][name] is None for loser in losers for name in loser["enough"]):
        if again and losers:
            report.note(
                "enough",
                f"{where}: was knapp gereicht hätte, ist nicht angegeben",
                f"{where}: what would have been enough is not given",
            )
        return 0
    need(again, "enough", f"{where}: hier wird nichts gesucht", f"{where}: nothing is searched here")
    for loser in losers:
        key = loser["key"]
        for name, right in (("cheaper_eur", enough_cheaper), ("more_papers", enough_more)):
            need(
                right(again, key, loser["enough"][name]),
                "enough",
                f"{where}: {key}: {name} stimmt nicht: {loser['enough'][name]}",
                f"{where}: {key}: {name} is wrong: {loser['enough'][name]}",
            )
    return 2 * len(losers)


def enough_cheaper(again, key, euros):
    cost = again.costs[key]
    if euros is None:  # not even for one euro
        return cost < 2 or not again.wins_for(key, 1)
    if not 0 < euros < cost or not again.wins_for(key, cost - euros):
        return False
    return euros == 1 or not again.wins_for(key, cost - euros + 1)


def enough_more(again, key, papers):
    if papers is None:  # not even with the most that is tried: 1, 2, 4, 8 ...
        return not again.wins_with(key, 1 << again.most.bit_length() - 1)
    if not 0 < papers <= again.most or not again.wins_with(key, papers):
        return False
    return papers == 1 or not again.wins_with(key, papers - 1)


LOSER = "key reason round by had used left spent_on support enough"


def lesser(loser, where):
    fields(loser, LOSER, where)
    enough = fields(loser["enough"], "cheaper_eur more_papers", where)
    good = all(number is None or is_count(number) for number in enough.values())
    need(good, "reasons", f"{where}: unmögliche Zahlen", f"{where}: impossible figures")
    return {name: value for name, value in loser.items() if name != "enough"}


def first_difference(theirs, ours):
    """A short hint where two values part."""
    path = ""
    while type(theirs) is type(ours) and type(ours) in (list, dict) and len(theirs) == len(ours):
        places = range(len(ours)) if type(ours) is list else sorted(ours)
        try:
            place = next(place for place in places if theirs[place] != ours[place])
        except (KeyError, StopIteration):
            break
        path, theirs, ours = f"{path}[{place}]", theirs[place], ours[place]
    return f" {path}: {str(theirs)[:80]} != {str(ours)[:80]}"


def check_result(report, ballot, log, question, groups, files, quick):
    where = f"results/{question.key}.json"
    result = fields(read_json(files.read(where), where), "v question people organisations decided", where)
    need(
        same([result["v"], result["question"]], [VERSION, question.key]),
        "result",
        f"{where}: fremd",
        f"{where}: of another question",
    )
    before = report.faults
    count = Count(ballot, question, groups, log.seed or "")
    traces, enough = {}, 0
    for electorate in ELECTORATES:
        place = f"{where}, {GERMAN[electorate]}"
        if count.choices[electorate] is None:
            check_totals(result[electorate], ballot, question, electorate, count.papers[electorate], place)
            traces[electorate] = result[electorate]
        else:
            traces[electorate] = count.alone(electorate)
            enough += compare(report, result[electorate], traces[electorate], place, quick)
    enough += check_decision(report, count, traces, result["decided"], f"{where}, {GERMAN['decided']}", quick)
    if report.faults > before:
        return
    winners = ", ".join(result["decided"]["winners"]) or "-"
    if count.choices[PEOPLE] is None:
        report.note(
            "withheld",
            f"{question.key}: weniger als {SMALL} Stimmzettel, daher nicht nachzählbar; entschieden laut Verwaltung: {winners}",
            f"{question.key}: fewer than {SMALL} papers, so it cannot be recounted; decided, as the administration says: {winners}",
        )
        return
    report.ok(
        "result",
        f"{question.key}: nachgezählt, gleiche Gewinner in gleicher Reihenfolge, gleiche Zahlungen; entschieden: {winners}",
        f"{question.key}: counted again, same winners in the same order, same payments; decided: {winners}",
    )
    if enough:
        report.ok(
            "enough",
            f"{question.key}: was knapp gereicht hätte, ist nachgezählt ({enough} Angaben)",
            f"{question.key}: what would have been enough was counted again ({enough} figures)",
        )


def check_totals(found, ballot, question, electorate, papers, where):
    """Of a small group there are only totals: at least they must be possible."""
    names = "v rule question electorate budget_eur papers options winners spent_eur left_eur withheld"
    fields(found, names, where)
    head = [found[name] for name in ("v", "rule", "question", "electorate", "budget_eur", "papers", "withheld")]
    good = same(head, [VERSION, ballot.rule, question.key, electorate, question.budget, {electorate: papers}, True])
    good = good and [[one["key"], one["cost_eur"]] for one in found["options"]] == [
        list(each) for each in question.costs.items()
    ]
    good = good and all(possible_figures(one, ballot, electorate, papers) for one in found["options"])
    need(good and possible(found, question), "result", f"{where}: unmögliche Summen", f"{where}: impossible totals")


def possible_figures(option, ballot, electorate, papers):
    """Whether an option has the figures of its rule, for this electorate alone, and none is more than the papers can give."""
    most = {"majority/1": {"answers": papers}, "points/1": {"votes": papers, "points": papers * ballot.max_points}}
    most = most.get(ballot.rule, {"votes": papers})
    if set(option) != {"key", "cost_eur", *most} or any(list(option[name]) != [electorate] for name in most):
        return False
    if ballot.rule == "majority/1":
        said = option["answers"][electorate]
        return (
            sorted(said) == ["abstain", "no", "yes"]
            and all(map(is_count, said.values()))
            and sum(said.values()) == papers
        )
    return all(is_count(option[name][electorate]) and option[name][electorate] <= most[name] for name in most)


def possible(found, question):
    """Whether winners are options, each once, and cost what is said, within the budget."""
    winners = found["winners"]
    good = type(winners) is list and all(key in question.costs for key in winners) and len(set(winners)) == len(winners)
    spent = sum(question.costs[key] for key in winners) if good else -1
    return good and found["spent_eur"] == spent <= question.budget and found["left_eur"] == question.budget - spent


DECIDED = "rule parameter winners spent_eur left_eur barred counts"


def check_decision(report, count, traces, found, where, quick):
    """What the decision rule makes of the two electorates. Returns as ``compare``."""
    ballot, question = count.ballot, count.question
    fields(found, DECIDED, where)
    need(possible(found, question), "money", f"{where}: unmögliche Summen", f"{where}: impossible totals")
    barred, counts, winners = decide(count, traces)
    for name, value in (("rule", ballot.decision_rule), ("parameter", ballot.parameter), ("barred", barred)):
        need(same(found[name], value), "result", f"{where}: {name} ist anders", f"{where}: {name} differs")
    if count.choices[PEOPLE] is None and ballot.decision_rule != "R0":
        for trace in found["counts"]:
            need(
                trace is None or trace.get("withheld") is True,
                "small",
                f"{where}: zu viel gezeigt",
                f"{where}: shows too much",
            )
        return 0
    need(len(found["counts"]) == len(counts), "result", f"{where}: Auszählungen fehlen", f"{where}: counts are missing")
    enough = 0
    for number, (theirs, ours) in enumerate(zip(found["counts"], counts), 1):
        enough += compare(report, theirs, ours, f"{where}, {number}", quick)
    if not same(found["winners"], winners):
        report.fault(
            "winner",
            f"{where}: andere Gewinner als beim Nachzählen: {found['winners']} statt {winners}",
            f"{where}: other winners than in the recount: {found['winners']} instead of {winners}",
        )
    return enough


def decide(count, traces):
    """(barred, the traces that decide, winners in order) under the ballot's decision rule."""
    ballot, question = count.ballot, count.question
    if ballot.decision_rule == "R0":
        return [], [], won(traces[PEOPLE])
    barred = []
    if ballot.decision_rule == "R1":
        barred = [one for one in (support(traces, key, ballot.parameter) for key in question.costs) if one]
    if count.choices[PEOPLE] is None:
        return barred, [], []
    if ballot.decision_rule == "R1":
        # The other rules are counted anew only where something is barred; then the trace says "decided".
        name = "decided" if barred or ballot.rule not in COUNTS else PEOPLE
        counts = [count.trace(name, [PEOPLE], without=[one["key"] for one in barred])]
    elif ballot.decision_rule == "R2":
        parts = {PEOPLE: ballot.parameter, ORGANISATIONS: 1000 - ballot.parameter}
        voting = [one for one in ELECTORATES if parts[one] and count.choices[one]]
        counts = [count.trace("decided", voting, endow=two_shares(question.budget, ballot.parameter))]
    else:
        pot = question.budget * ballot.parameter // 1000
        first = count.trace(PEOPLE, [PEOPLE], budget=pot)
        second = count.trace(ORGANISATIONS, [ORGANISATIONS], budget=question.budget - pot, without=won(first))
        counts = [first, second]
    return barred, counts, [key for trace in counts for key in won(trace)]


def won(trace):
    return trace["winners"] if trace else []


def support(traces, key, percent):
    """R1: {"key", papers naming it per electorate} when that is less than ``percent`` of an electorate's papers; else None.

    With yes, no and abstain, papers that say yes name an option.
    """
    named = {}
    for electorate, trace in traces.items():
        option = next(one for one in trace["options"] if one["key"] == key) if trace else {"votes": {}}
        said = option["answers"][electorate]["yes"] if "answers" in option else option["votes"].get(electorate, 0)
        named[electorate] = said
    papers = {electorate: trace["papers"][electorate] if trace else 0 for electorate, trace in traces.items()}
    if all(named[electorate] * 100 >= percent * papers[electorate] for electorate in ELECTORATES):
        return None
    return {"key": key, **named}


# --- Pabulib files ----------------------------------------------------------------------------------------------------
def check_pabulib(report, ballot, log, question, electorate, groups, files):
    """The same papers, options and winners must stand in the file for other counting programs."""
    group, where = groups[question.key, electorate], f"papers/{question.key}-{electorate}.pb"
    wanted = ballot.method in ("approval", "points") and group.choices
    need(
        bool(wanted) == (where in files),
        "pabulib",
        f"{where} fehlt oder ist zu viel",
        f"{where} is missing, or one too many",
    )
    if not wanted:
        return
    meta, projects, votes = read_pabulib(files.read(where).decode("utf-8"), where)
    unit = int(meta["budget"]) // question.budget
    good = unit in (1, 100) and int(meta["budget"]) == unit * question.budget
    good = good and [int(meta["num_projects"]), int(meta["num_votes"])] == [len(projects), len(votes)]
    good = good and {one["project_id"]: int(one["cost"]) for one in projects} == {
        key: cost * unit for key, cost in question.costs.items()
    }
    good = good and len(projects) == len(question.costs)
    need(
        good, "pabulib", f"{where}: andere Vorschläge, Kosten oder Zahlen", f"{where}: other projects, costs or numbers"
    )
    cast = sorted(sorted(paper(vote, ballot.method)) for vote in votes)
    alike = cast == sorted(sorted(weights.items()) for weights in group.choices)
    alike = alike and len({vote["voter_id"] for vote in votes}) == len(votes)
    need(
        alike,
        "pabulib",
        f"{where}: andere Stimmzettel als in den Öffnungen",
        f"{where}: other papers than in the openings",
    )
    result = read_json(files.read(f"results/{question.key}.json"), where)[electorate]
    for one in projects:
        named = sum(1 for weights in group.choices if one["project_id"] in weights)
        scored = sum(weights.get(one["project_id"], 0) for weights in group.choices)
        good = int(one.get("votes", named)) == named and int(one.get("score", scored)) == scored
        good = good and ("selected" not in one or (one["selected"] == "1") == (one["project_id"] in won(result)))
        need(good, "pabulib", f"{where}: {one['project_id']} stimmt nicht", f"{where}: {one['project_id']} differs")
    report.ok("pabulib", f"{where}: dieselben Stimmzettel und Gewinner", f"{where}: the same papers and winners")


def paper(vote, method):
    keys = vote["vote"].split(",")
    points = [int(number) for number in vote["points"].split(",")] if method == "points" else [1] * len(keys)
    need(
        len(points) == len(keys),
        "pabulib",
        "Zettel mit falscher Zahl von Punkten",
        "A paper with a wrong number of points",
    )
    return list(zip(keys, points))


def read_pabulib(text, where):
    """(meta as a dict, projects and votes as lists of dicts)."""
    sections, name = {"META": [], "PROJECTS": [], "VOTES": []}, None
    for row in csv.reader(io.StringIO(text), delimiter=";"):
        if len(row) == 1 and row[0] in sections:
            name = row[0]
        else:
            need(name, "pabulib", f"{where}: kein Abschnitt", f"{where}: no section")
            sections[name].append(row)
    tables = {}
    for name, rows in sections.items():
        need(
            rows and all(len(row) == len(rows[0]) for row in rows),
            "pabulib",
            f"{where}: {name} lückenhaft",
            f"{where}: {name} is ragged",
        )
        tables[name] = [dict(zip(rows[0], row)) for row in rows[1:]]
    return {row["key"]: row["value"] for row in tables["META"]}, tables["PROJECTS"], tables["VOTES"]


# --- the whole check --------------------------------------------------------------------------------------------------
def verify(path, find=None, checkpoint=None, key=None, quick=False):
    """Check everything at ``path``. :raises Unreadable: when there is nothing to check"""
    report = Report()
    files = report.run("ZIP-Datei", "ZIP file", lambda report: open_files(path, report))
    if files is None:
        return report
    ballot = report.run(
        "configuration.json", "configuration.json", lambda report: Ballot(files.read("configuration.json"))
    )
    if ballot is None:
        return report
    report.facts.update(ballot=ballot.key, configuration=ballot.sha256, public_key=ballot.public_key)
    report.run("Dateien", "Files", check_files, ballot, files)
    report.run("manifest.txt", "manifest.txt", check_seal, ballot, files)
    if key is not None:
        report.run("Schlüssel", "Key", check_key, ballot, key)
    log = report.run("Protokoll", "Log", check_log, ballot, files)
    if log is None:
        return report
    report.run("Prüfpunkte", "Checkpoints", check_checkpoints, ballot, log, files)
    if checkpoint is not None:
        report.run("Ihr Prüfpunkt", "Your checkpoint", check_kept, ballot, log, checkpoint)
    groups = report.run("Stimmzettel", "Papers", check_openings, ballot, log, files)
    if groups is None:
        return report
    report.run("Beteiligung", "Turnout", check_turnout, ballot, log, groups, files)
    check_results(report, ballot, log, groups, files, quick)
    if find is not None:
        report.run("Ihr Stimmzettel", "Your paper", find_paper, ballot, log, groups, find)
    return report


def check_results(report, ballot, log, groups, files, quick):
    for question in ballot.questions.values():
        name = f"Ergebnis {question.key}", f"Result {question.key}"
        report.run(*name, check_result, ballot, log, question, groups, files, quick)
        for electorate in ELECTORATES:
            name = f"{question.key}-{electorate}.pb"
            report.run(name, name, check_pabulib, ballot, log, question, electorate, groups, files)
    if quick:
        report.note(
            "quick",
            "Was knapp gereicht hätte, ist nicht nachgezählt (--quick)",
            "What would have been enough was not counted again (--quick)",
        )


def check_key(report, ballot, key):
    need(
        key == ballot.public_key,
        "key",
        "Die Unterlagen sind mit einem anderen Schlüssel unterschrieben als dem angegebenen",
        "The records are signed with another key than the one given",
    )
    report.ok("key", "Der Schlüssel ist der, den Sie angegeben haben", "The key is the one that you have given")


def check_kept(report, ballot, log, path):
    """A checkpoint that somebody kept must be a beginning of this log."""
    try:
        with open(path, "rb") as file:
            note = file.read(200_000).decode("utf-8")
    except OSError as problem:
        raise Unreadable(f"{path}: {problem.strerror}", f"{path}: {problem.strerror}") from None
    text, signatures = read_note(note, path)
    known = [one for one in signatures if (one[0], one[1]) in ballot.keys]
    check_signatures(text, known, ballot.keys, path)
    origin, size, root = read_checkpoint(text, path)
    good = origin == ballot.origin and size <= len(log.lines) and roots_at(log.lines, [size])[size] == root
    need(
        good,
        "fork",
        f"{path}: Dieses Protokoll ist nicht die Fortsetzung Ihres Prüfpunkts. Heben Sie beides auf und machen Sie es öffentlich",
        f"{path}: this log does not continue your checkpoint. Keep both and make it public",
    )
    report.ok(
        "kept",
        f"Ihr Prüfpunkt mit {size} Einträgen ist der Anfang dieses Protokolls",
        f"Your checkpoint with {size} entries is the beginning of this log",
    )


CONSONANTS, VOWELS = "bdfghjklmnprstvz", "aiou"


def digits_of(text):
    """The beginning of a commitment, from hexadecimal digits or from the six words of a receipt; None otherwise."""
    text = text.strip().lower()
    if re.match(r"[0-9a-f]{8,64}\Z", text):
        return text
    words = text.replace("-", " ").split()
    digits = ""
    for word in words:
        if not re.match(rf"(?:[{CONSONANTS}][{VOWELS}]){{2}}[{CONSONANTS}]\Z", word):
            return None
        bits = 0
        for letter in word:
            bits = bits * 16 + CONSONANTS.index(letter) if letter in CONSONANTS else bits * 4 + VOWELS.index(letter)
        digits += f"{bits:04x}"
    return digits if len(words) == 6 else None


def find_paper(report, ballot, log, groups, text):
    digits = digits_of(text)
    need(digits, "find", "Bitte 64 Zeichen oder sechs Wörter angeben", "Please give 64 characters or six words")
    where = [
        (f"gezählt in {question}, {GERMAN[electorate]}", f"counted in {question}, {electorate}")
        for (question, electorate), group in groups.items()
        for commitment in group.commitments
        if commitment.startswith(digits)
    ]
    if any(commitment.startswith(digits) for commitment in log.replaced):
        where.append(("von Ihnen selbst ersetzt oder zurückgezogen", "replaced or withdrawn by yourself"))
    where += [
        (f"für ungültig erklärt: {reason}", f"declared invalid: {reason}")
        for commitment, reason in sorted(log.invalidated.items())
        if commitment.startswith(digits)
    ]
    need(where, "find", "Dieser Stimmzettel kommt nicht vor", "This paper does not occur")
    for german, english in where:
        report.ok("find", f"Ihr Stimmzettel: {german}", f"Your paper: {english}")


SYMBOL = {"ok": "OK     ", "note": "HINWEIS", "fault": "FEHLER "}


def show(report, out):
    for kind, _, german, english in report.lines:
        out.write(f"{SYMBOL[kind]}  {clean(german)}\n         {clean(english)}\n")
    out.write("\n")
    if report.faults:
        out.write(f"Es stimmt NICHT: {report.faults} Fehler.\nIt is NOT in order: {report.faults} faults.\n")
        return
    if any(code == "withheld" for _, code, _, _ in report.lines):
        out.write(
            "Es stimmt: Jeder Stimmzettel des Protokolls ist enthalten. Was veröffentlicht ist, ist unverändert und richtig\n"
            "gezählt. Was oben mit HINWEIS zurückgehalten ist, lässt sich von hier aus nicht nachzählen.\n"
            "All is well: every paper of the log is included. What is published is unchanged and counted correctly.\n"
            "What is withheld above (HINWEIS) cannot be recounted from here.\n\n"
        )
    else:
        out.write("Es stimmt: Jeder Stimmzettel des Protokolls ist enthalten, unverändert und richtig gezählt.\n")
        out.write("All is well: every paper of the log is included, unchanged and counted correctly.\n\n")
    out.write("Bitte mit anderen Quellen vergleichen / Please compare with other sources:\n")
    for name in ("configuration", "public_key", "leaves", "root"):
        out.write(f"  {name:14}{report.facts[name]}\n")
    out.write(
        "Nicht prüfbar ist von hier aus, ob nur Berechtigte abgestimmt haben und ob jemand Stimmen mitlesen konnte.\n"
        "What cannot be checked from here: whether only those entitled voted, and whether somebody could read votes.\n"
    )


def clean(text):
    """One line without control characters: files may hold some to confuse terminals."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)[:600]


def main(arguments=None, out=None):
    out = out or sys.stdout
    if hasattr(out, "reconfigure"):
        out.reconfigure(errors="replace")  # old terminals lack some letters; that must not stop a check
    parser = argparse.ArgumentParser(
        prog="verify.py", description="Prüft die Unterlagen einer Abstimmung. / Checks the records of a ballot."
    )
    parser.add_argument("path", help="ZIP-Datei oder Ordner / ZIP file or folder")
    parser.add_argument(
        "--quick", action="store_true", help="ohne „was gereicht hätte“ / without “what would have been enough”"
    )
    parser.add_argument("--json", action="store_true", help="Ergebnis als JSON / result as JSON")
    parser.add_argument("--find", metavar="C", help="einen Stimmzettel suchen / look for a paper")
    parser.add_argument("--checkpoint", metavar="FILE", help="ein aufgehobener Prüfpunkt / a checkpoint that was kept")
    parser.add_argument("--key", metavar="KEY", help="der erwartete Schlüssel / the key that is expected")
    options = parser.parse_args(arguments)
    try:
        report = verify(options.path, options.find, options.checkpoint, options.key, options.quick)
    except Unreadable as problem:
        if options.json:
            out.write(json.dumps({"valid": False, "unreadable": problem.english}) + "\n")
        else:
            out.write(f"Nicht lesbar: {clean(problem.german)}\nCannot be read: {clean(problem.english)}\n")
        return 2
    if options.json:
        lines = [
            {"kind": kind, "code": code, "de": german, "en": english} for kind, code, german, english in report.lines
        ]
        answer = {"valid": not report.faults, "faults": report.faults, "facts": report.facts, "lines": lines}
        out.write(json.dumps(answer, ensure_ascii=False, indent=1) + "\n")
    else:
        show(report, out)
    return 1 if report.faults else 0


if __name__ == "__main__":
    sys.exit(main())
