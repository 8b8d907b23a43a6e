"""The way back from a copy: an empty database and the evidence store are filled from it, and brought to the newest schema.

Laws: a copy that is not whole, or whose key is not here, is not begun with; only an empty database is restored into.
"""

import hashlib
import json
import lzma
import tarfile
import zlib
from base64 import b64decode
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

from sqlalchemy import JSON, Connection, Engine, Table, delete, func, select, text
from sqlalchemy.orm import Session

from bot.backup import BATCH, FORMAT, MANIFEST, UNHASHED, Manifest, Part, tables_of
from bot.evidence_store import EvidenceStore
from models import schema
from models.office import Stamp
from models.schema import Standing
from models.sealed import KEYRING

_BEGUN = "begun"


class NotRestored(Exception):
    """A copy cannot be restored so; the text says why and what to do, in Chinese and English."""


def restore(engine: Engine, evidence: EvidenceStore, file: Path) -> Manifest:
    """Fill an empty database and the evidence store; at the newest schema when this returns.

    The database is marked: no bot works with it until schema.end_restoring. One that stands so, filled from this very copy, gets
    the evidence, some of it perhaps again, and is brought to the newest schema.

    Raises:
        NotRestored: the copy is not whole, not ours, or the database is not empty.
    """
    with _verified(file) as (tar, manifest):
        if not _is_filled_from(engine, manifest):
            _is_empty(engine)
            schema.downgrade(engine, "base")  # an empty one may stand at another revision
            schema.upgrade(engine, manifest.revision)
            _fill(engine, tar, manifest)
        for member in tar.getmembers():
            folder, _, address = member.name.partition("/")
            if folder == "evidence":
                evidence.put_sealed(address, _content(tar, member.name))
    schema.upgrade(engine)
    return manifest


def _fill(engine: Engine, tar: tarfile.TarFile, manifest: Manifest) -> None:
    """All rows, with the mark which copy they are of; the mark that it was begun is there before."""
    with Session(engine) as session, session.begin():
        schema.begin_restoring(session, _BEGUN)
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("set local statement_timeout = 0"))
        if schema.revision_of(connection) != manifest.revision:
            raise NotRestored(
                "有程序正在用这个数据库,请先全部停下 / A program works with this database; stop all of them first."
            )
        connection.execute(delete(Stamp))
        for table in tables_of(connection):
            if table.name in manifest.tables:
                _fill_table(connection, table, _rows(tar, table))
        with Session(connection) as session:
            schema.begin_restoring(session, _mark(manifest))
            session.commit()  # with the rows, not before them


@contextmanager
def _verified(file: Path) -> Iterator[tuple[tarfile.TarFile, Manifest]]:
    """A copy of which every byte was looked at.

    Raises:
        NotRestored: it cannot be read, or is not whole, not ours, or newer than this program.
    """
    with ExitStack() as opened:
        try:
            tar = opened.enter_context(tarfile.open(file))
            manifest = read(tar)
            _verify(tar, manifest)
        except (tarfile.TarError, EOFError, zlib.error, lzma.LZMAError):  # whoever packed it too
            raise _damaged() from None
        except OSError as why:
            raise NotRestored(
                f"备份文件读不出来 / The copy cannot be read: {file}: {why.strerror or why}"
            ) from None
        yield tar, manifest


def read(tar: tarfile.TarFile) -> Manifest:
    """What a copy says of itself.

    Raises:
        NotRestored: it is no copy of ours, or was not finished.
    """
    try:
        said = json.loads(_content(tar, MANIFEST))
        if said["format"] > FORMAT or schema.standing(said["revision"]) is Standing.NEWER:
            raise NotRestored(
                "这个备份来自更新的版本,请先升级 / This copy is of a newer version; upgrade first."
            )
        tables = {name: Part(**part) for name, part in said.pop("tables").items()}
        at = datetime.fromisoformat(said.pop("copied_at"))
        manifest = Manifest(copied_at=at, tables=tables, **said)
    except (AttributeError, KeyError, TypeError, ValueError):
        raise _damaged() from None
    if schema.standing(manifest.revision) is Standing.FOREIGN:
        raise _damaged()
    return manifest


def _verify(tar: tarfile.TarFile, manifest: Manifest) -> None:
    for key in sorted({manifest.key, *manifest.keys}):
        if not KEYRING.knows(bytes.fromhex(key)):
            raise NotRestored(
                f"密钥文件里没有备份所用的密钥 {key},请先放回当时的密钥文件 / "
                f"The key {key} of this copy is not in the key file; put that key file in its place first."
            )
    for name, part in manifest.tables.items():
        try:
            content = _content(tar, f"tables/{name}.jsonl")
        except KeyError:
            raise _damaged() from None
        if hashlib.sha256(content).hexdigest() != part.sha256:
            raise _damaged()
    kept = [one.name for one in tar.getmembers() if one.name.startswith("evidence/")]
    if len(kept) != manifest.evidence:
        raise _damaged()
    if manifest.format == UNHASHED:
        return
    for name in kept:
        known = manifest.files.get(name.removeprefix("evidence/"))
        if hashlib.sha256(_content(tar, name)).hexdigest() != known:
            raise _damaged()


def _mark(manifest: Manifest) -> str:
    """Which copy it was: its moment, and what was in it."""
    parts = json.dumps([[name, part.sha256] for name, part in sorted(manifest.tables.items())])
    return f"{manifest.copied_at.isoformat()} {hashlib.sha256(parts.encode()).hexdigest()}"


def _is_filled_from(engine: Engine, manifest: Manifest) -> bool:
    """Whether this copy was put in already, and only the end was not reached."""
    return schema.copy_in_restoring(engine) == _mark(manifest)


def _is_empty(engine: Engine) -> None:
    with engine.connect() as connection:
        filled = [
            table.name
            for table in tables_of(connection)
            if table.name != "stamp" and connection.scalar(select(func.count()).select_from(table))
        ]
    if filled:
        raise NotRestored(
            "数据库里已有数据,只能恢复到空数据库 / "
            "There is data in the database; only an empty one can be restored into."
        )


def _fill_table(connection: Connection, table: Table, rows: Iterable[dict[str, Any]]) -> None:
    for column in table.columns:
        if isinstance(column.type, JSON):
            column.type.none_as_null = True
    batch: list[dict[str, Any]] = []
    for row in _parents_first(table, rows):
        batch.append(row)
        if len(batch) == BATCH:
            connection.execute(table.insert(), batch)
            batch = []
    if batch:
        connection.execute(table.insert(), batch)
    if connection.dialect.name == "postgresql" and "id" in table.primary_key.columns:
        connection.execute(
            text(
                f"select setval(pg_get_serial_sequence('\"{table.name}\"', 'id'), "  # noqa: S608 - a name of our own schema
                f'(select coalesce(max(id), 0) + 1 from "{table.name}"), false)'
            )
        )


def _parents_first(table: Table, rows: Iterable[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    """A row that another row of its table points at comes before it."""
    above = [key.parent.name for key in table.foreign_keys if key.column.table is table]
    if not above:
        return rows
    known = {row["id"]: row for row in rows}
    ordered: dict[Any, dict[str, Any]] = {}

    def place(row: dict[str, Any]) -> None:
        line = [row]
        while (parent := known.get(line[-1][above[0]])) is not None and parent[
            "id"
        ] not in ordered:
            line.append(parent)
        for one in reversed(line):
            ordered.setdefault(one["id"], one)

    for row in known.values():
        place(row)
    return ordered.values()


def _rows(tar: tarfile.TarFile, table: Table) -> Iterator[dict[str, Any]]:
    with _opened(tar, f"tables/{table.name}.jsonl") as lines:
        names = json.loads(lines.readline() or "[]")
        for line in lines:
            yield {name: _meant(cell) for name, cell in zip(names, json.loads(line), strict=True)}


def _meant(cell: Any) -> Any:  # noqa: ANN401 - whatever a column holds
    if not isinstance(cell, dict):
        return cell
    ((kind, value),) = cell.items()
    match kind:
        case "b":
            return b64decode(value)
        case "t":
            return datetime.fromisoformat(value)
        case "d":
            return date.fromisoformat(value)
        case "n":
            return Decimal(value)
        case _:
            return value


def _content(tar: tarfile.TarFile, name: str) -> bytes:
    with _opened(tar, name) as content:
        return content.read()


def _opened(tar: tarfile.TarFile, name: str) -> IO[bytes]:
    content = tar.extractfile(name)
    if content is None:
        raise KeyError(name)
    return content


def _damaged() -> NotRestored:
    return NotRestored(
        "备份文件不完整或已损坏,请用另一份 / The copy is damaged or not whole; take another one."
    )
