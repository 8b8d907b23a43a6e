"""The command `gridwhistle`: run the bot, play in the sandbox, look after an office."""

from __future__ import annotations

import asyncio
import os
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from bot.backup_command import backup, restore
from bot.coverage_command import coverage
from bot.export_command import export
from bot.importing import importing, template
from bot.poster_command import poster
from bot.rota_command import rota as _rota  # noqa: F401 - hangs itself under `import`
from bot.sandbox_command import sandbox
from bot.webhook_command import asked, webhook

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from bot.settings import Settings

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    help="网格吹哨 · 격자호각: a dispute reported in a grid finds its judge and its mediator.",
)
app.command()(export)
app.command()(template)
app.command()(poster)
app.command()(coverage)
app.command()(sandbox)
app.add_typer(importing, name="import")
app.command()(backup)
app.command()(restore)
app.add_typer(webhook, name="webhook")
_REPOSITORY = Path(__file__).parents[1]
_WRONG = 1  # exit code: something is wrong
_REFUSED = 2  # exit code: this cannot be done so


def main() -> None:
    """Run a command; what an operator can mend is one clear sentence and exit code 2."""
    try:
        app()
    except Exception as error:
        from bot.mendable import how_to_mend

        sentence = how_to_mend(error)
        if sentence is None:
            raise
        _refuse(sentence)


@app.command()
def run() -> None:
    """Run the bot with the settings of the environment, until it is stopped."""
    from bot import logs
    from bot.app import built
    from bot.settings import Settings

    settings = Settings.load()
    logs.configure(settings.log)
    asyncio.run(built(settings).run())


@app.command()
def migrate() -> None:
    """Bring the database to the newest schema; makes it when there is none. One that is newer than this program is refused."""
    from bot.ledger import writing
    from models import schema

    settings = _settings()
    with writing(settings) as store:
        schema.upgrade(store.engine)
        typer.echo(f"数据库已是最新 / The database is at the newest schema: {store.engine.url}")


@app.command()
def seed(town: Annotated[str, typer.Argument(help="Which town: yanji.")]) -> None:
    """Fill an empty sandbox database with an invented roster in a real town. A live database is refused."""
    from bot.clock import SystemClock
    from bot.keys import open_keys
    from bot.sandbox.town import seed_yanji
    from models import schema
    from models.store import Store

    if town != "yanji":
        raise typer.BadParameter("the only town is yanji")
    settings, now = _settings(), SystemClock().now()
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    open_keys(settings)
    store = Store(settings.database)
    try:
        schema.upgrade(store.engine)
        filled = store.transact(lambda session: seed_yanji(session, now))
    finally:
        store.close()
    if filled:
        typer.echo("延吉已就绪,人都是虚构的 / Yanji is ready; everybody in it is invented.")
    else:
        typer.echo("已有区域,没有改动 / There are areas already; nothing was changed.")


@app.command()
def invite(code: Annotated[str, typer.Argument(help="Code of somebody on the roster.")]) -> None:
    """Print a one-time link that makes the Telegram account which opens it this person of the roster."""
    from bot.clock import SystemClock
    from bot.ledger import looking, writing
    from bot.settings import Settings
    from bot.whose import link_of, person_of
    from cases.work import Rules, Work
    from cases.workdays import civil

    settings, now = Settings.load(), SystemClock().now()
    with looking(settings) as store:
        known = store.read(lambda session: person_of(session, code) is not None)
    if not known:
        _refuse(f"名册上没有 {code} / {code} is not on the roster")
    name = asyncio.run(bot_name(settings))

    def invited(session: Session) -> tuple[str, str | None, datetime]:
        work = Work(session, now, Rules.load())
        return link_of(work, code)

    with writing(settings) as store:
        secret, spoken, until = store.transact(invited)
    typer.echo(f"https://t.me/{name}?start=i_{secret}")
    typer.echo(f"口令 말로 전하는 번호 spoken code: {spoken or '–'} (/join)")
    typer.echo(f"有效至 유효기한 good until {civil(until):%Y-%m-%d %H:%M}, 只能用一次 한번만 once")


@app.command()
def route(
    place: Annotated[str, typer.Option(help="Code or name of an area.")],
    category: Annotated[str, typer.Option(help="Kind of dispute, RT01 to RT15.")] = "",
    lang: Annotated[str, typer.Option(help="Language of the report: zh or ko.")] = "zh",
    *,
    red: Annotated[
        bool, typer.Option("--red", help="Danger: who is on duty comes first.")
    ] = False,
) -> None:
    """Say who would get a case, and why. Writes nothing."""
    from bot.clock import SystemClock
    from bot.ledger import looking
    from bot.whose import answer
    from bot.whose import place as place_of
    from cases.work import Rules, Work
    from models.vocabulary import Category, Language

    if category and category not in set(Category):
        raise typer.BadParameter(f"no such kind: {category}", param_hint="--category")
    languages = {"zh": Language.ZH, "ko": Language.KO}
    if lang not in languages:
        raise typer.BadParameter("zh or ko", param_hint="--lang")
    kind = Category(category) if category else None
    settings, now = _settings(), SystemClock().now()
    with looking(settings) as store:

        def lines(session: Session) -> list[str]:
            work = Work(session, now, Rules.load())
            area = place_of(work, place)
            return list(answer(work, area, kind, languages[lang], red=red))

        for line in store.read(lines):
            typer.echo(line)


@app.command()
def check(
    *,
    online: Annotated[
        bool, typer.Option("--online", help="Ask Telegram too: token, webhook.")
    ] = False,
) -> None:
    """Say what is wrong and how to mend it. Exit code 1 when there is anything."""
    from bot.checkup import findings
    from bot.clock import SystemClock

    has_token = bool(os.environ.get("GRIDWHISTLE_BOT_TOKEN"))
    found = list(findings(_settings(), SystemClock().now(), has_token=has_token, online=online))
    for finding in found:
        typer.echo(f"- {finding.zh} / {finding.en}\n  → {finding.mend}")
    if found:
        raise typer.Exit(_WRONG)
    typer.echo("没有发现问题 / Nothing is wrong.")


@app.command()
def case(number: Annotated[str, typer.Argument(help="123-0, 123 or the full number.")]) -> None:
    """Print what happened to a case, without anybody's words."""
    from bot.chronicle import chronicle
    from bot.clock import SystemClock
    from bot.ledger import looking

    now = SystemClock().now()
    with looking(_settings()) as store:
        for line in store.read(lambda session: list(chronicle(session, number, now))):
            typer.echo(line)


@app.command()
def stats(
    month: Annotated[str, typer.Option(help="Which month, as 2026-11.")],
    area: Annotated[str, typer.Option(help="Code or name of an area; all when empty.")] = "",
) -> None:
    """Print the figures of a month, from the journal; rates of small numbers are withheld."""
    from bot.clock import SystemClock
    from bot.figures import lines
    from bot.ledger import looking
    from cases.statistics import Month
    from cases.work import Rules, Work

    try:
        known = Month.numbered(int(month.replace("-", "")))
    except ValueError:
        raise typer.BadParameter("a month, as 2026-11", param_hint="--month") from None
    settings, now = _settings(), SystemClock().now()
    with looking(settings) as store:

        def table(session: Session) -> list[str]:
            return list(lines(session, Work(session, now, Rules.load()), known, area))

        for line in store.read(table):
            typer.echo(line)


@app.command()
def docs(
    *,
    check: Annotated[
        bool, typer.Option("--check", help="Only say whether they are up to date.")
    ] = False,
) -> None:
    """Write the pages that are made from code: docs/lifecycle.md, docs/access.md, docs/settings.md."""
    from bot import pages

    if not check:
        for name in pages.write(_REPOSITORY):
            typer.echo(name)
    elif old := pages.stale(_REPOSITORY):
        _refuse(f"{', '.join(old)}: not what the code says; run `gridwhistle docs`", _WRONG)


@app.command()
def access(
    *, markdown: Annotated[bool, typer.Option(help="As a page: docs/access.md.")] = False
) -> None:
    """Print who may do and see what with a case, in Chinese, Korean and English."""
    from bot import matrix

    for line in matrix.page().splitlines() if markdown else matrix.table():
        typer.echo(line)


def _settings() -> Settings:
    """The settings for commands that never speak with Telegram: they need no token."""
    from bot.settings import without_token

    return without_token()


async def bot_name(settings: Settings) -> str:
    """The bot's name after the @, as Telegram knows it."""
    return (await asked(settings, lambda bot: bot.get_me())).username or ""


def _refuse(sentence: str, code: int = _REFUSED) -> NoReturn:
    typer.echo(sentence, err=True)
    sys.exit(code)
