"""The command `gridwhistle poster`: one PDF with the poster of a grid, or of every grid of a street."""

import asyncio
import re
from pathlib import Path
from typing import Annotated

import typer

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{3,31}")


def poster(
    area: Annotated[str, typer.Option(help="Code or name of a grid, a community or a street.")],
    out: Annotated[Path, typer.Option(help="The PDF to write.")] = Path("poster.pdf"),
    bot: Annotated[
        str, typer.Option(help="The bot's name after the @; else Telegram is asked.")
    ] = "",
) -> None:
    """Make the poster of a grid, or of every grid of a community or street in one file."""
    from sqlalchemy import select
    from sqlalchemy.orm import Session

    from bot.cli import bot_name
    from bot.clock import SystemClock
    from bot.importing import Unwelcome
    from bot.ledger import looking
    from bot.poster import Sheet, pdf, sheets_of, smallest
    from bot.settings import Settings, without_token
    from bot.whose import place
    from cases.coverage import Gap, coverage
    from cases.office import below
    from cases.work import Rules, Work
    from models.area import Area

    if bot and not _NAME.fullmatch(bot):
        raise typer.BadParameter("letters, digits and _", param_hint="--bot")
    if out.exists():
        raise Unwelcome(f"文件已存在 / 파일이 이미 있습니다 / the file is there already: {out}")
    settings, now = without_token(), SystemClock().now()

    def sheets(session: Session) -> list[Sheet]:
        work = Work(session, now, Rules.load())
        found = place(work, area)
        within = below(session, [found.id])
        loose = coverage(session, work.today, within).gaps.get(Gap.NOWHERE, [])
        if loose:
            raise Unwelcome(
                f"责任链到头没有人,不印海报 / 책임이 끊어진 구역은 포스터를 만들지 않습니다 / "
                f"no poster where the chain ends nowhere: {', '.join(loose[:3])}"
            )
        rows = session.scalars(select(Area).where(Area.id.in_(within)).order_by(Area.code)).all()
        return sheets_of(list(smallest(found, rows)), settings.hotline)

    with looking(settings) as store:
        made = store.read(sheets)
    try:
        out.write_bytes(pdf(made, bot or asyncio.run(bot_name(Settings.load()))))
    except ValueError as refused:
        raise Unwelcome(f"太多了 / 너무 많습니다 / too many: {refused}") from None
    typer.echo(f"{out}: {len(made)}")
