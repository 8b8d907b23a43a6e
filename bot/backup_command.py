"""`gridwhistle backup FILE` and `gridwhistle restore FILE`.

Law: the keys are never in the copy, and both commands say so.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from bot.settings import Settings

INCOMPLETE = 3  # exit code: all rows are in the copy, and some evidence is not
FILE = Annotated[Path, typer.Argument(help="The copy: a .tar, readable only by its owner.")]


def backup(file: FILE) -> None:
    """Copy the whole office, evidence included, while it works. The keys are NOT in the copy. Exit code 3: evidence is missing."""
    from bot.backup import copy
    from bot.clock import SystemClock
    from bot.deadman import felt
    from bot.evidence_elsewhere import kept_by
    from bot.ledger import looking
    from bot.settings import without_token

    settings = without_token()
    with looking(settings) as store:
        manifest = copy(store.reading, kept_by(settings), file, SystemClock().now())
        pulse = "backup_incomplete" if manifest.missing else "backup"
        store.transact(lambda session: felt(session, pulse))
    rows = sum(part.rows for part in manifest.tables.values())
    typer.echo(f"{file}: {rows} 行 rows, {manifest.evidence} 份材料 files")
    for address in manifest.missing:
        typer.echo(f"材料缺失 / evidence is missing: {address}", err=True)
    typer.echo(
        f"密钥不在备份里,请另行保存 / The keys are NOT in it; keep them elsewhere: {settings.key_file}"
    )
    if manifest.missing:  # whoever calls it each night looks at the code alone
        raise typer.Exit(INCOMPLETE)


def restore(file: FILE) -> None:
    """Fill an empty database from a copy. The key file of that time must be in its place first."""
    from bot.clock import SystemClock
    from bot.keys import open_keys
    from bot.restoring import NotRestored
    from bot.settings import without_token

    settings = without_token()
    if not file.exists():
        raise NotRestored(f"没有这个文件 / There is no such file: {file}")
    if not settings.key_file.exists():
        raise NotRestored(
            f"找不到密钥文件,备份里没有密钥 / The key file is missing, and the copy has no keys: {settings.key_file}"
        )
    open_keys(settings)
    told, at = put_back(settings, file, SystemClock().now())
    typer.echo(
        f"已恢复到 {at:%Y-%m-%d %H:%M} UTC,已请{told}人核对案件 / "
        f"Restored to that time; {told} people will be asked to check their cases."
    )


def put_back(settings: "Settings", file: Path, now: "datetime") -> "tuple[int, datetime]":
    """Restore, and leave to each who must look what they will be told; how many, and of when the copy is."""
    from bot.evidence_elsewhere import kept_by
    from bot.office_rules import rules_of
    from bot.restoring import restore as restored_from
    from cases.actions import outage
    from cases.work import Work
    from models import schema
    from models.store import Store

    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    rules = rules_of(settings)
    store = Store(settings.database, pooled=settings.database_pooled)
    try:
        manifest = restored_from(store.engine, kept_by(settings), file)

        def ended(session: "Session") -> int:
            # with the mark, in one transaction: a bot never meets old words that are still to be sent
            told = outage.restored(Work(session, now, rules), manifest.copied_at)
            schema.end_restoring(session)
            return told

        told = store.transact(ended)
    finally:
        store.close()
    return told, manifest.copied_at
