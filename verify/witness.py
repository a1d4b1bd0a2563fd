#!/usr/bin/env python3
"""Zeuge für das Protokoll einer Abstimmung. / A witness of the log of a ballot held with bihaelt.

    python3 witness.py key NAME     macht einen Schlüssel und zeigt die Zeile für die Stadt / makes a key, shows the line for the city
    python3 witness.py sign URL     prüft das Protokoll und zeichnet es gegen / checks the log and countersigns it
    python3 witness.py check URL    prüft nur / only checks

URL ist die Seite der Abstimmung, zum Beispiel / is the page of the vote, for example https://stadt.example/de/ballots/3
Der Ordner (--folder) hält den Schlüssel und was zuletzt gesehen wurde. Bitte sichern und niemandem geben. / The folder holds the
key and what was seen last. Please keep it safe, and to yourself. Am besten läuft „sign“ jede Stunde. / Best run "sign" every hour.

Ende / exit status: 0 in Ordnung / all is well, 1 das Protokoll wurde verändert / the log was changed, 2 nicht erreichbar, nicht
lesbar oder nicht angenommen / not reached, not readable, or not accepted.

What a witness promises: "I have signed this log only if it continues what I signed before." So nobody can show one log to some
people and another one to others, or take entries out, without a witness noticing. A witness sees no votes and no people.

Diese Datei braucht nur Python 3.9 oder neuer und keine weiteren Pakete. / This file needs Python 3.9 or newer and no packages. It
shares no code with the platform and was written from docs/open-data.md. Signing here takes a different time for different keys:
run it on a computer of your own.

SPDX-License-Identifier: EUPL-1.2
"""

import argparse
import base64
import hashlib
import json
import os
import re
import secrets
import sys
import urllib.error
import urllib.parse
import urllib.request

SECONDS = 30
MOST_BYTES = 50 << 20
NAME = re.compile(r"[^\s+]{1,100}\Z")
CHECKPOINT = re.compile(r"([^\n]+)\n(0|[1-9][0-9]{0,15})\n([A-Za-z0-9+/]{43}=)\n\Z")
HEX = re.compile(r"[0-9a-f]{64}\Z")


class Alarm(Exception):
    """The log is not what it was. This is what witnesses are for."""


class Trouble(Exception):
    """Nothing is known: the log cannot be reached or read, or the signature was not accepted."""


def say(german, english):
    sys.stdout.write(f"{german}\n  {english}\n")


# --- Ed25519 (RFC 8032, section 5.1) ----------------------------------------------------------------------------------
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_1 = pow(2, (P - 1) // 4, P)


def add(a, b):
    """Extended homogeneous coordinates (X, Y, Z, T) as in section 5.1.4."""
    e = (a[1] - a[0]) * (b[1] - b[0]) % P
    f = (a[1] + a[0]) * (b[1] + b[0]) % P
    g = 2 * a[3] * b[3] * D % P
    h = 2 * a[2] * b[2] % P
    i, j, k, m = f - e, h - g, h + g, f + e
    return (i * j % P, k * m % P, j * k % P, i * m % P)


def times(number, point):
    result = (0, 1, 1, 0)
    while number:
        if number & 1:
            result = add(result, point)
        point = add(point, point)
        number >>= 1
    return result


def compress(point):
    inverse = pow(point[2], P - 2, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def decompress(data):
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


BASE = decompress((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def expanded(secret):
    digest = hashlib.sha512(secret).digest()
    scalar = int.from_bytes(digest[:32], "little")
    return scalar & ((1 << 254) - 8) | (1 << 254), digest[32:]


def public_of(secret):
    return compress(times(expanded(secret)[0], BASE))


def sign(secret, message):
    scalar, prefix = expanded(secret)
    public = compress(times(scalar, BASE))
    nonce = int.from_bytes(hashlib.sha512(prefix + message).digest(), "little") % ORDER
    point = compress(times(nonce, BASE))
    challenge = int.from_bytes(hashlib.sha512(point + public + message).digest(), "little") % ORDER
    return point + ((nonce + challenge * scalar) % ORDER).to_bytes(32, "little")


def valid(public, message, signature):
    point, scalar = decompress(public), int.from_bytes(signature[32:], "little")
    if len(signature) != 64 or point is None or scalar >= ORDER:
        return False
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    minus = (P - point[0], point[1], 1, P - point[3])
    return compress(add(times(scalar, BASE), times(challenge, minus))) == signature[:32]


# --- keys and signed notes (https://c2sp.org/signed-note, https://c2sp.org/tlog-checkpoint) ----------------------------
def unbase64(text):
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        raise Trouble("Das ist kein Base64. / This is no base64.") from None
    if base64.b64encode(data).decode() != text:
        raise Trouble("Das Base64 hat Bits übrig. / This base64 has bits left over.")
    return data


def key_hash(name, public):
    return hashlib.sha256(name.encode() + b"\n\x01" + public).digest()[:4]


def key_line(name, public):
    encoded = base64.b64encode(b"\x01" + public).decode()
    return f"{name}+{key_hash(name, public).hex()}+{encoded}"


def read_key(line):
    """Name and 32 bytes of a public key of the form name+hash+base64."""
    name, _, rest = line.partition("+")
    encoded = rest.partition("+")[2]
    data = unbase64(encoded)
    if len(data) != 33 or data[:1] != b"\x01" or key_line(name, data[1:]) != line:
        raise Trouble("Das ist kein Schlüssel. / This is no key: " + line[:100])
    return name, data[1:]


def signature_line(name, secret, text):
    public = public_of(secret)
    blob = key_hash(name, public) + sign(secret, text.encode())
    return f"— {name} {base64.b64encode(blob).decode()}"


def opened(note, log):
    """(text, size, root) of a checkpoint that the log's key ``log`` (name+hash+base64) has signed."""
    name, public = read_key(log)
    text, gap, lines = note.rpartition("\n\n")
    match = CHECKPOINT.match(text + "\n")
    if not gap or not lines.endswith("\n") or not match:
        raise Trouble("Der Prüfpunkt ist nicht lesbar. / The checkpoint cannot be read.")
    if match[1] != name:
        raise Alarm(
            f"Das Protokoll nennt sich jetzt {match[1]}, nicht {name}. / The log now calls itself {match[1]}, not {name}."
        )
    for line in lines[:-1].split("\n"):
        parts = line.split(" ")
        if len(parts) == 3 and parts[:2] == ["—", name]:
            data = unbase64(parts[2])
            if data[:4] == key_hash(name, public) and valid(public, (text + "\n").encode(), data[4:]):
                return text + "\n", int(match[2]), unbase64(match[3])
    raise Alarm(
        "Der Prüfpunkt trägt keine gültige Unterschrift des Protokolls. / The checkpoint has no valid signature of the log."
    )


# --- the tree (RFC 9162, section 2.1.4.2) -----------------------------------------------------------------------------
def leaf_hash(data):
    return hashlib.sha256(b"\0" + data).digest()


def node_hash(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


def consistent(old, old_root, new, new_root, proof):
    """Whether the log of ``new`` leaves begins with the log of ``old`` leaves (at least one)."""
    if old == new:
        return not proof and old_root == new_root
    if not 0 < old < new or not proof:
        return False
    steps = list(proof) if old & (old - 1) else [old_root, *proof]
    node, last = old - 1, new - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    was = now = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            was, now = node_hash(step, was), node_hash(step, now)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            now = node_hash(now, step)
        node, last = node >> 1, last >> 1
    return last == 0 and was == old_root and now == new_root


# --- the network ------------------------------------------------------------------------------------------------------
def fetch(address, fields=None):
    """The body of an answer; a GET, or with ``fields`` a POST of a form."""
    data = urllib.parse.urlencode(fields).encode() if fields is not None else None
    try:
        with urllib.request.urlopen(urllib.request.Request(address, data=data), timeout=SECONDS) as answer:  # noqa: S310  main checks
            body = answer.read(MOST_BYTES + 1)
    except urllib.error.HTTPError as error:
        raise Trouble(f"{address}: {error.code} {error.read(500).decode('utf-8', 'replace')}") from None
    except (OSError, ValueError) as error:
        raise Trouble(f"{address}: {error}") from None
    if len(body) > MOST_BYTES:
        raise Trouble(f"{address}: zu groß / too large")
    return body


def fetch_json(address):
    body = fetch(address)
    try:
        value = json.loads(body)
    except ValueError:
        raise Trouble(f"{address}: kein JSON / no JSON") from None
    if not isinstance(value, dict):
        raise Trouble(f"{address}: kein JSON-Objekt / no JSON object")
    return body, value


# --- what is kept -----------------------------------------------------------------------------------------------------
def write(path, text):
    """Replace a file as a whole, on the disk before anything is sent: a witness must not forget what it has signed."""
    draft = f"{path}.{secrets.token_hex(4)}"
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(draft, path)


def key_file(folder):
    return os.path.join(folder, "witness-key.json")


def state_file(folder, url):
    return os.path.join(folder, "log-" + hashlib.sha256(url.encode()).hexdigest()[:16] + ".json")


def load(path):
    try:
        with open(path, encoding="utf-8") as file:
            return json.load(file)
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise Trouble(f"{path}: {error}") from None


def first_state(url):
    """What is known before the first time: the configuration, whose hash is the log's first entry."""
    body, configuration = fetch_json(url + "/log/configuration.json")
    sha256 = hashlib.sha256(body).hexdigest()
    leaf = json.dumps({"sha256": sha256, "type": "configuration", "v": 1}, sort_keys=True, separators=(",", ":"))
    named = [each.get("public_key") for each in configuration.get("witnesses", []) if isinstance(each, dict)]
    say(
        f"Zum ersten Mal hier. Fingerabdruck der Regeln: {sha256}",
        f"First time here. Fingerprint of the rules: {sha256}",
    )
    return {
        "url": url, "log": str(configuration.get("public_key")), "witnesses": named, "configuration": sha256,
        "size": 1, "root": leaf_hash(leaf.encode()).hex(), "note": "",
    }  # fmt: skip


# --- the acts ---------------------------------------------------------------------------------------------------------
def make_key(folder, name):
    if not NAME.match(name):
        raise Trouble(
            "Der Name hat keine Leerzeichen und kein Plus, zum Beispiel presse.example. / "
            "The name has no blanks and no plus, for example press.example."
        )
    os.makedirs(folder, mode=0o700, exist_ok=True)
    if os.path.exists(key_file(folder)):
        raise Trouble(f"Hier ist schon ein Schlüssel. / There is a key already: {key_file(folder)}")
    secret = secrets.token_bytes(32)
    write(key_file(folder), json.dumps({"name": name, "secret": secret.hex()}))
    say("Bitte geben Sie der Stadt diese Zeile:", "Please give this line to the city:")
    sys.stdout.write(key_line(name, public_of(secret)) + "\n")


def own_key(folder):
    kept = load(key_file(folder))
    if kept is None:
        raise Trouble('Zuerst: "witness.py key NAME". / First: "witness.py key NAME".')
    return kept["name"], bytes.fromhex(kept["secret"])


def checked(folder, url):
    """The log as it is now, after it was compared with what was seen last. Returns (state, text of the checkpoint)."""
    state = load(state_file(folder, url)) or first_state(url)
    note = fetch(url + "/log/checkpoint.txt").decode("utf-8", "replace")
    try:
        text, size, root = opened(note, state["log"])
        compare(url, state, size, root)
    except Alarm:
        keep_evidence(folder, state, note)
        raise
    say(
        f"Das Protokoll hat {size} Einträge und setzt fort, was zuletzt gesehen wurde ({state['size']}).",
        f"The log has {size} entries and continues what was seen last ({state['size']}).",
    )
    state.update(size=size, root=root.hex(), note=note)
    return state, text


def compare(url, state, size, root):
    """Raises Alarm when the log is not the one that was seen, grown."""
    seen = state["size"]
    if size < seen:
        raise Trouble(
            f"Das ist ein älterer Stand ({size} statt {seen} Einträge). Bitte später noch einmal; bleibt es so, sagen Sie es "
            f"öffentlich. / This is an older state ({size} entries, not {seen}). Please try later; tell the public if it stays."
        )
    proof = []
    if size > seen:
        _, answer = fetch_json(f"{url}/log/proof?from={seen}&to={size}")
        given = answer.get("proof")
        if not isinstance(given, list) or not all(isinstance(step, str) and HEX.match(step) for step in given):
            raise Trouble("Der Beweis ist nicht lesbar. / The proof cannot be read.")
        proof = [bytes.fromhex(step) for step in given]
    if not consistent(seen, bytes.fromhex(state["root"]), size, root, proof):
        raise Alarm(
            f"Das Protokoll mit {size} Einträgen setzt das mit {seen} Einträgen nicht fort. / "
            f"The log with {size} entries does not continue the one with {seen} entries."
        )


def keep_evidence(folder, state, note):
    """Both checkpoints in one file, for the public."""
    os.makedirs(folder, mode=0o700, exist_ok=True)
    path = os.path.join(folder, "alarm-" + secrets.token_hex(4) + ".txt")
    write(path, f"{state['url']}\n{state['log']}\n{state['configuration']}\n\n{state['note']}\n{note}")
    say(f"Beide Prüfpunkte stehen in {path}.", f"Both checkpoints are kept in {path}.")


def countersign(folder, url):
    name, secret = own_key(folder)
    state, text = checked(folder, url)
    if key_line(name, public_of(secret)) not in state["witnesses"]:
        raise Trouble(
            "Diese Abstimmung nennt Ihren Schlüssel nicht. / This vote does not name your key: "
            + key_line(name, public_of(secret))
        )
    write(state_file(folder, url), json.dumps(state, ensure_ascii=False))
    fetch(url + "/log/countersignatures", {"size": str(state["size"]), "line": signature_line(name, secret, text)})
    say(f"Gegengezeichnet: {state['size']} Einträge.", f"Countersigned: {state['size']} entries.")


def check(folder, url):
    state, _ = checked(folder, url)
    os.makedirs(folder, mode=0o700, exist_ok=True)
    write(state_file(folder, url), json.dumps(state, ensure_ascii=False))


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("act", choices=("key", "sign", "check"))
    parser.add_argument("what", metavar="NAME|URL")
    parser.add_argument("--folder", default="witness", help="Ordner für Schlüssel und Stand / folder for key and state")
    given = parser.parse_args(arguments)
    try:
        if given.act == "key":
            make_key(given.folder, given.what)
            return 0
        url = given.what.split("?")[0].split("#")[0].rstrip("/")
        if not re.match(r"https?://[^/]+/.+", url):
            raise Trouble("Das ist keine Adresse einer Abstimmung. / This is no address of a vote: " + url)
        (countersign if given.act == "sign" else check)(given.folder, url)
    except Alarm as alarm:
        sys.stderr.write(f"ALARM: {alarm}\n")
        return 1
    except Trouble as trouble:
        sys.stderr.write(f"{trouble}\n")
        return 2
    except (AttributeError, KeyError, TypeError, ValueError) as error:  # a hostile or broken server can answer anything
        sys.stderr.write(f"Nicht lesbar / not readable: {type(error).__name__}: {error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
