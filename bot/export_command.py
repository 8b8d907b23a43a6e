"""The command `gridwhistle export`: the ledger of a month, in the office's own columns.

Law: with names, whoever asked for them stands in the journal before anything is written.
"""

from __future__ import annotations

import logging
import re
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from bot.export import Format
    from cases.month_ledger import Line

log = logging.getLogger(__name__)

_MONTH = re.compile(r"(20\d{2})-(0[1-9]|1[0-2])")


def export(
    month: Annotated[str, typer.Option(help="Month in which the cases were registered: 2026-11.")],
    out: Annotated[Path, typer.Option(help="File to write: .xlsx or .csv; Excel opens both.")],
    columns: Annotated[
        Path | None, typer.Option(help="The office's own columns in their order: column,heading.")
    ] = None,
    *,
    form: Annotated[
        str | None,
        typer.Option("--format", help="csv or xlsx, whatever the file is called. xlsx keeps 01."),
    ] = None,
    with_names: Annotated[
        bool, typer.Option("--with-names", help="Names and telephones too; --by says for whom.")
    ] = False,
    by: Annotated[
        str, typer.Option(help="Roster code of whoever asks for names; the journal keeps it.")
    ] = "",
) -> None:
    """Write the ledger of a month, in the office's own columns. Guarded cases: number and level only."""
    from bot.clock import SystemClock
    from bot.export import table, written
    from bot.ledger import looking, writing
    from bot.settings import without_token
    from cases.month_ledger import ColumnsUnclear, ledger
    from cases.month_ledger import columns as read_columns
    from cases.work import Rules, Work

    first = _first_day(month)
    chosen_form = _form(form, out)
    if with_names and not by:
        raise typer.BadParameter(
            "要姓名，请用 --by 写明谁要 / names need --by: who asks for them", param_hint="--by"
        )
    try:
        chosen = read_columns(columns) if columns else read_columns()
    except (ColumnsUnclear, OSError) as unclear:
        raise typer.BadParameter(str(unclear), param_hint="--columns") from unclear
    settings, now = without_token(), SystemClock().now()

    def lines(session: Session) -> list[Line]:
        return ledger(Work(session, now, Rules.load()), first, names=with_names)

    with looking(settings) as store:
        found = store.read(lines)
    if with_names:  # noted down before anything leaves the office
        with writing(settings) as store:
            store.transact(lambda session: _note_down(session, now, first, by))
    out.write_bytes(written(table(found, chosen), chosen_form))
    typer.echo(f"{out}: {len(found)} 件 건 cases")


def _form(named: str | None, out: Path) -> Format:
    """As it is named, else as the file is called."""
    from bot.export import Format

    try:
        return Format(named.lower() if named else out.suffix.lower().removeprefix("."))
    except ValueError:
        raise typer.BadParameter(
            "只能写 .xlsx 或 .csv，Excel 都能打开 / .xlsx and .csv are written; Excel opens both",
            param_hint="--format" if named else "--out",
        ) from None


def _first_day(month: str) -> date:
    found = _MONTH.fullmatch(month)
    if found is None:
        raise typer.BadParameter(
            "月份写成 2026-11 / a month is written 2026-11", param_hint="--month"
        )
    return date(int(found[1]), int(found[2]), 1)


def _note_down(session: Session, now: datetime, month: date, by: str) -> None:
    """Who asked for names, in the journal of each case and in the office's log."""
    from bot.whose import person_of
    from cases.month_ledger import audit
    from cases.work import Rules, Work

    person = person_of(session, by)
    if person is None:
        raise typer.BadParameter(f"名册上没有 {by} / {by} is not on the roster", param_hint="--by")
    audit(Work(session, now, Rules.load()), month, person)
    log.warning(
        "names were exported",
        extra={"action": "names_exported", "by": by, "month": f"{month:%Y-%m}"},
    )
