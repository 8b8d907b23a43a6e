"""A copy of the whole office in one file, taken while it works, and the way back.

Laws: all tables are read in one snapshot; sealed columns stay sealed, and the keys are not in the copy; what was copied is
counted and hashed, and a copy that is not whole is not restored; only an empty database is restored into. The copy is of rows,
not of a database's files: it goes from SQLite to PostgreSQL and back, and from an older schema to the newest.
"""

import hashlib
import json
import os
import tarfile
import tempfile
from base64 import b64encode
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection, Engine, MetaData, Table, select, text
from sqlalchemy.orm import Session

from bot.evidence_store import EvidenceMissing, EvidenceStore
from bot.keys import sealed_columns
from models import schema
from models.base import Base
from models.sealed import KEYRING, key_of

FORMAT = 2
UNHASHED = 1  # the format in which files of evidence were only counted
MANIFEST = "manifest.json"
BATCH = 500  # rows read or written at once
#: Of the moment, not of the office: who leads, how much was sent in which second, who last lived.
PASSING = frozenset({"alembic_version", "office", "pulse", "sent_second"})


class NotCopied(Exception):
    """No copy was written; the text says why, in Chinese and English."""


@dataclass(frozen=True, slots=True)
class Part:
    """One table of a copy."""

    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a copy says of itself.

    `key` sealed when it was taken, `keys` are all that are needed to open it; `files` are the SHA-256 of the evidence as it
    lies in the copy, by address; `missing` is evidence that was not there to be copied.
    """

    format: int
    copied_at: datetime
    revision: str
    key: str
    tables: dict[str, Part]
    evidence: int
    missing: list[str] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)
    keys: list[str] = field(default_factory=list)


def copy(engine: Engine, evidence: EvidenceStore, file: Path, now: datetime) -> Manifest:
    """Write the copy, whole or not at all.

    Raises:
        NotCopied: there is no such folder, or no room in it, or it is not ours; or the database is half restored.
    """
    aside = file.with_name(f".{file.name}.part")
    try:
        with (
            os.fdopen(os.open(aside, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as raw,
            tarfile.open(fileobj=raw, mode="w") as tar,
        ):
            manifest = _fill(tar, engine, evidence, now)
        with aside.open("rb") as written:
            os.fsync(written.fileno())
        aside.replace(file)
    except OSError as why:
        raise NotCopied(
            f"没有写成备份 / No copy was written: {why.filename or file}: {why.strerror or why}"
        ) from None
    finally:
        with suppress(OSError):
            aside.unlink(missing_ok=True)
    return manifest


def _is_no_ruin(connection: Connection) -> None:
    """A timer that goes on while an office is being put back would write over a good copy."""
    with Session(connection) as session:
        if schema.restoring(session) is not None:
            raise NotCopied(
                "数据库恢复到一半,没有写成备份 / No copy was written: the database is half restored."
            )


def _fill(
    tar: tarfile.TarFile, engine: Engine, evidence: EvidenceStore, now: datetime
) -> Manifest:
    parts: dict[str, Part] = {}
    keys: set[bytes] = set()
    with _snapshot(engine) as connection:
        _is_no_ruin(connection)
        revision = schema.revision_of(connection)
        tables = tables_of(connection)
        for table in tables:
            with tempfile.TemporaryFile() as lines:
                parts[table.name] = _write_rows(connection, table, lines, keys)
                _add(tar, f"tables/{table.name}.jsonl", lines)
        addresses = sorted(_addresses(connection, tables))
    files: dict[str, str] = {}
    missing = []
    for address in addresses:
        sealed = _add_evidence(tar, evidence, address)
        if sealed is None:
            missing.append(address)
        else:
            files[address] = hashlib.sha256(sealed).hexdigest()
            keys.add(key_of(sealed))
    manifest = Manifest(
        FORMAT,
        now,
        str(revision),
        KEYRING.newest.id.hex(),
        parts,
        len(files),
        missing,
        files,
        sorted(key.hex() for key in keys),
    )
    said = json.dumps(asdict(manifest) | {"copied_at": now.isoformat()}, indent=1).encode()
    _add(tar, MANIFEST, BytesIO(said))
    return manifest


def _snapshot(engine: Engine) -> Connection:
    """One moment of the database, however long the reading takes."""
    if engine.dialect.name != "postgresql":
        return engine.connect()  # in WAL a reading transaction sees one moment
    connection = engine.connect().execution_options(
        isolation_level="REPEATABLE READ", postgresql_readonly=True
    )
    connection.execute(text("set local statement_timeout = 0"))
    connection.execute(text("set local idle_in_transaction_session_timeout = 0"))
    return connection


def _write_rows(connection: Connection, table: Table, lines: IO[bytes], keys: set[bytes]) -> Part:
    """Write a table; `keys` gets the ids of those that its sealed cells need."""
    model = Base.metadata.tables.get(table.name)
    names = set() if model is None else {column.name for column in sealed_columns(model)}
    places = [place for place, column in enumerate(table.columns) if column.name in names]
    digest, count = hashlib.sha256(), 0
    ordered = select(table).order_by(*table.primary_key.columns)
    for row in connection.execution_options(yield_per=BATCH).execute(ordered):
        keys.update(key_of(bytes(row[place])) for place in places if row[place] is not None)
        line = json.dumps([_said(cell) for cell in row], ensure_ascii=False).encode() + b"\n"
        if count == 0:
            head = json.dumps([column.name for column in table.columns]).encode() + b"\n"
            lines.write(head)
            digest.update(head)
        lines.write(line)
        digest.update(line)
        count += 1
    return Part(count, digest.hexdigest())


def _addresses(connection: Connection, tables: list[Table]) -> Iterator[str]:
    for table in tables:
        if table.name == "evidence" and "address" in table.columns:
            kept = select(table.c.address).where(table.c.address.is_not(None)).distinct()
            yield from connection.scalars(kept)


def _add_evidence(tar: tarfile.TarFile, evidence: EvidenceStore, address: str) -> bytes | None:
    try:
        sealed = evidence.sealed(address)
    except EvidenceMissing:
        return None
    _add(tar, f"evidence/{address}", BytesIO(sealed))
    return sealed


def _add(tar: tarfile.TarFile, name: str, content: IO[bytes]) -> None:
    member = tarfile.TarInfo(name)
    member.size = content.seek(0, os.SEEK_END)
    member.mode = 0o600
    content.seek(0)
    tar.addfile(member, content)


def tables_of(connection: Connection) -> list[Table]:
    """The tables as they are, parents first: an older schema has other columns than the models."""
    found = MetaData()
    found.reflect(connection)
    return [table for table in found.sorted_tables if table.name not in PASSING]


def _said(cell: Any) -> Any:  # noqa: ANN401 - whatever a column holds
    if isinstance(cell, bytes | memoryview):
        return {"b": b64encode(bytes(cell)).decode()}
    if isinstance(cell, datetime):
        aware = cell if cell.tzinfo else cell.replace(tzinfo=UTC)
        return {"t": aware.astimezone(UTC).isoformat()}
    if isinstance(cell, date):
        return {"d": cell.isoformat()}
    if isinstance(cell, Decimal):
        return {"n": str(cell)}
    if isinstance(cell, dict | list):
        return {"j": cell}
    return cell
