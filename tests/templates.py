"""Templates that a process of the tests has compiled are read by all the others, and by those of the next run."""

import hashlib
from functools import cache
from pathlib import Path

import jinja2
from jinja2.bccache import Bucket

from bihaelt import i18n, rendering
from bihaelt.i18n import Language

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "build" / "templates"


@cache
def words_of(language: Language | None) -> str:
    """What stands in a compiled template besides its source: the language's words and how they are put there."""
    digest = hashlib.sha256(Path(rendering.__file__).read_bytes())
    for key in language.chain if language else ():
        file = i18n.TRANSLATIONS / key / "LC_MESSAGES" / "messages.mo"
        digest.update(file.read_bytes() if file.exists() else b"")
    return f"{language.babel if language else 'none'}-{digest.hexdigest()[:16]}"


class Compiled(jinja2.FileSystemBytecodeCache):
    """Every language has templates of its own, with its words in them."""

    def get_bucket(self, environment: jinja2.Environment, name: str, filename: str | None, source: str) -> Bucket:
        kind = words_of(getattr(environment, "language", None))
        bucket = Bucket(environment, self.get_cache_key(f"{kind} {name}", filename), self.get_source_checksum(source))
        self.load_bytecode(bucket)
        return bucket


def compiled() -> Compiled:
    FOLDER.mkdir(parents=True, exist_ok=True)
    return Compiled(str(FOLDER))
