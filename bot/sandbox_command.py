"""The command `gridwhistle sandbox`: everything on this machine, in Yanji or with an office's own lists."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bot.sandbox.town import Founding

_WRONG = 1


def sandbox(
    *,
    keep: Annotated[
        Path | None, typer.Option(help="Keep the practice office's database in this folder.")
    ] = None,
    port: Annotated[
        int, typer.Option(help="Port of the sandbox's Telegram; 0 takes a free one.")
    ] = 0,
    host: Annotated[
        str,
        typer.Option(help="Where the page listens; not loopback: its address bears a token."),
    ] = "127.0.0.1",
    page_port: Annotated[int, typer.Option(help="Port of the page; 0 takes a free one.")] = 0,
    browser: Annotated[
        bool | None,
        typer.Option(help="Open the page in a browser; by default on a terminal."),
    ] = None,
    stay: Annotated[
        bool, typer.Option(help="Stay up without a terminal too, until a signal.")
    ] = False,
    day: Annotated[bool, typer.Option(help="Play the day in Yanji first.")] = True,
    roster: Annotated[
        Path | None,
        typer.Option(help="Practise with an office's own people: its roster, xlsx or csv."),
    ] = None,
    areas: Annotated[
        list[str] | None,
        typer.Option(help="Their areas: files, or names as in `import areas`; else what ships."),
    ] = None,
    verbose: Annotated[bool, typer.Option(help="Show the bot's log too.")] = False,
) -> None:
    """Everything on this machine, without a token or the internet: a Telegram, the bot, and the town of Yanji.

    One page shows everybody's phone. A day is played; then, on the page or on a terminal, you can become anybody of the
    town. Without a terminal it ends when the day is over. With --roster it is the office's own town, and no day is played.
    """
    if areas and roster is None:
        raise typer.BadParameter("--areas goes with --roster")
    typer.echo(
        "延吉的街道和社区是真的,网格和人都是虚构的 / 연길의 가두와 사회구역은 실제이고 격자와 사람은 꾸민것입니다"
        if roster is None
        else f"用{roster.name}练习,谁也不会收到真的消息 / {roster.name}(으)로 련습합니다. 누구도 진짜 소식을 받지 않습니다"
    )
    import logging  # all imports after the first line, which must come at once

    from bot import logs
    from bot.sandbox.practice import Wish, practise
    from bot.settings import LogKind

    logs.configure(LogKind.TEXT, logging.INFO if verbose else logging.ERROR)
    wish = Wish(
        day=day and roster is None,
        console=sys.stdin.isatty(),
        stay=stay,
        browser=sys.stdin.isatty() if browser is None else browser,
        colours=sys.stdout.isatty() and "NO_COLOR" not in os.environ,
        port=port,
        host=host,
        page_port=page_port,
        founding=_founding(roster, areas or []),
    )
    folder = nullcontext(str(keep)) if keep else tempfile.TemporaryDirectory()
    with folder as name:
        good = asyncio.run(practise(Path(name), typer.echo, wish))
    raise typer.Exit(0 if good else _WRONG)


def _founding(roster: Path | None, areas: list[str]) -> Founding:
    """Yanji, or the town that an office's own lists make."""
    from bot.importing import unreadable
    from bot.sandbox.own_town import OwnTown
    from bot.sandbox.town import IN_YANJI, Founding
    from bot.tables import FileUnreadable

    if roster is None:
        return IN_YANJI
    try:
        return Founding("own", OwnTown.read(roster, areas).found)
    except FileUnreadable as refused:
        raise unreadable(roster.name, refused) from None
