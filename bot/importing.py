"""The commands that bring an office's own lists in: `gridwhistle import areas | roster | rota`, `gridwhistle template`.

Laws: a plan first, and nothing is written without --apply; every faulty row is named in three languages, the rest can
still be applied; applying twice changes nothing. Exit code 1 when a row was refused.
"""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from bot.tables import FileUnreadable, Table
    from cases.area_file import AreaPlan
    from cases.roster_plan import RosterPlan
    from cases.sheet import Fault
    from cases.work import Rules, Work
    from models.vocabulary import RosterChange

importing = typer.Typer(
    no_args_is_help=True, help="Bring in lists of areas and people; a plan first."
)
_SHOWN = 20  # lines of each kind; --all shows every one
_REFUSED_ROWS = 1


class Unwelcome(Exception):
    """The command cannot be done so; the text says why, in Chinese, Korean and English."""


Apply = Annotated[
    bool, typer.Option("--apply", help="Write it; without this only the plan is shown.")
]
All = Annotated[bool, typer.Option("--all", help="Show every line of the plan and every fault.")]


@importing.command()
def areas(
    file: Annotated[
        str,
        typer.Argument(help="A csv, xlsx or geojson file, or yanbian, erdao, dehui, counties."),
    ],
    *,
    apply: Apply = False,
    all_: All = False,
) -> None:
    """Bring in areas: code, level, names, aliases, parent, phone, hours, a point or a border."""
    from bot.settings import without_token
    from bot.shipped import shipped
    from cases import area_file
    from models.vocabulary import RosterChange

    table = shipped(file) or read_file(Path(file), "areas", area_file.NEEDED)

    def planned(work: Work) -> AreaPlan:
        return area_file.plan(work.session, table.rows)

    made = planned_with(without_token(), planned, write=apply)
    say_heads("areas", table, made.faults, all_=all_)
    say_list("新增 추가 new", [f"{one.code} {one.name}" for one in made.added], all_=all_)
    say_list(
        "修改 변경 changed",
        [
            f"{one.code} {one.name}: {', '.join(sorted(one.values)) or 'parent'}"
            for one in made.changed
        ],
        all_=all_,
    )
    typer.echo(f"不变 그대로 unchanged: {made.unchanged}")
    if apply and not made.is_empty:
        counted = {"new": len(made.added), "changed": len(made.changed)}
        todo = [(size, _silent(step)) for size, step in area_file.steps(made)]
        carry_out(without_token(), [*todo, _noted(RosterChange.AREA_LIST, counted)])
    say_end(made.faults, empty=made.is_empty, applied=apply)


@importing.command()
def roster(
    file: Annotated[
        Path, typer.Argument(help="An xlsx or csv file; see `gridwhistle template roster`.")
    ],
    *,
    apply: Apply = False,
    whole: Annotated[
        str,
        typer.Option(
            help="Code of an area: the file is its whole roster, who is not in it leaves."
        ),
    ] = "",
    all_: All = False,
) -> None:
    """Bring in people and what they answer for; one row is one duty."""
    from bot.settings import without_token
    from cases import roster as rosters
    from cases.areas import by_code
    from cases.roster_rows import NEEDED
    from cases.roster_steps import steps
    from models.vocabulary import RosterChange

    table = read_file(file, "roster", NEEDED)

    def planned(work: Work) -> RosterPlan:
        within = by_code(work, whole) if whole else None
        if whole and within is None:
            raise Unwelcome(f"没有这个区域 / 그런 구역이 없습니다 / no such area: {whole}")
        return rosters.plan(work, table.rows, whole=within.id if within else None)

    made = planned_with(without_token(), planned, write=apply)
    say_heads("roster", table, made.faults, all_=all_)
    for title, codes in (
        ("新增人员 새 사람 new people", [one.code for one in made.people]),
        (
            "修改人员 사람 변경 changed people",
            [f"{one.code}: {', '.join(sorted(one.values))}" for one in made.changed_people],
        ),
        ("新增职责 새 직책 new duties", [f"{one.code}: {one.post.role}" for one in made.duties]),
        (
            "修改职责 직책 변경 changed duties",
            [f"{one.code}: {', '.join(sorted(one.values))}" for one in made.changed_duties],
        ),
        ("终止职责 직책 종료 ended duties", [one.code for one in made.ended]),
        ("离任 리직 leaving", [one.code for one in made.leaving]),
    ):
        say_list(title, codes, all_=all_)
    typer.echo(f"不变 그대로 unchanged: {made.unchanged}")
    if made.kept:
        say_list("管理员保留 관리자 그대로 administrators kept", made.kept, all_=all_)
    if made.not_in_file and not whole:
        typer.echo(
            f"不在文件里的人 파일에 없는 사람 not in the file: {made.not_in_file}\n"
            "  → 整份名册请加 --whole 区域编码 / 전체 명부이면 --whole 구역코드 / for a whole roster: --whole CODE"
        )
    faults = list(made.faults)
    if apply and not made.is_empty:
        counted = {
            "new": len(made.people) + len(made.duties),
            "changed": len(made.changed_people) + len(made.changed_duties),
            "ended": len(made.ended),
            "leaving": len(made.leaving),
        }
        todo = [*steps(made), _noted(RosterChange.PEOPLE_LIST, counted)]
        late = carry_out(without_token(), todo)
        say_faults("roster", late, all_=True)
        faults += late
    say_end(faults, empty=made.is_empty, applied=apply)


def read_file(path: Path, kind: str, needed: Iterable[str]) -> Table:
    from bot.tables import FileUnreadable, read

    try:
        return read(path, kind, needed)
    except FileUnreadable as refused:
        raise unreadable(path.name, refused) from None


def unreadable(name: str, refused: FileUnreadable) -> Unwelcome:
    """Why nothing of a file can be taken, as a sentence."""
    from bot.import_words import FILES

    return Unwelcome(f"{name} {refused.what}: {' / '.join(FILES[refused.reason])}")


def planned_with(settings: Any, planned: Callable[[Work], Any], *, write: bool) -> Any:  # noqa: ANN401 - either kind of plan
    """Look only, unless the plan is to be applied: then the database is made when it is not there."""
    from bot.clock import SystemClock
    from bot.ledger import looking, writing
    from cases.work import Rules, Work

    now = SystemClock().now()
    opened = writing(settings) if write else looking(settings)
    with opened as store:
        return store.read(lambda session: planned(Work(session, now, Rules.load())))


def carry_out(
    settings: Any,  # noqa: ANN401 - the settings, imported late
    steps: Sequence[tuple[int, Callable[[Work], Iterable[Fault]]]],
) -> list[Fault]:
    """Each step in its own transaction, so that the bot goes on writing in between."""
    from bot.clock import SystemClock
    from bot.ledger import writing
    from cases.work import Rules

    late: list[Fault] = []
    now, rules, began = SystemClock().now(), Rules.load(), time.monotonic()
    whole = sum(size for size, _ in steps)
    with (
        writing(settings) as store,
        typer.progressbar(length=whole, label="写入 기록 writing", file=_stderr()) as bar,
    ):
        for size, step in steps:
            late += store.transact(_within(step, now, rules))
            bar.update(size)
    typer.echo(f"完成 완료 done: {whole} ({time.monotonic() - began:.1f} s)")
    return late


def _noted(
    kind: RosterChange, counted: Mapping[str, int]
) -> tuple[int, Callable[[Work], Iterable[Fault]]]:
    """The last step of a file: it is written down that it was brought in."""
    from cases.roster_record import note_list

    return 0, lambda work: note_list(work, kind, counted)


def _silent(step: Callable[[Session], None]) -> Callable[[Work], list[Fault]]:
    def done(work: Work) -> list[Fault]:
        step(work.session)
        return []

    return done


def _within(
    step: Callable[[Work], Iterable[Fault]], now: datetime, rules: Rules
) -> Callable[[Session], list[Fault]]:
    from cases.work import Work

    return lambda session: list(step(Work(session, now, rules)))


def _stderr() -> Any:  # noqa: ANN401 - the stream as it is now: tests replace it
    import sys

    return sys.stderr


def say_heads(kind: str, table: Table, faults: Sequence[Fault], *, all_: bool) -> None:
    typer.echo(f"读到 읽음 read: {len(table.rows)}")
    if table.ignored:
        typer.echo(f"没有用的列 쓰지 않은 칸 unused columns: {', '.join(table.ignored)}")
    say_faults(kind, faults, all_=all_)


def say_faults(kind: str, faults: Sequence[Fault], *, all_: bool) -> None:
    """Refused rows are all named: they are what somebody has to mend. Remarks are many and only shown in part."""
    from bot.import_words import sentence

    refused = [fault for fault in faults if fault.refuses]
    for fault in refused:
        typer.echo(f"! {sentence(kind, fault)}")
    remarks = [fault for fault in faults if not fault.refuses]
    for fault in remarks if all_ else remarks[:_SHOWN]:
        typer.echo(f"? {sentence(kind, fault)}")
    rest = Counter(fault.reason for fault in ([] if all_ else remarks[_SHOWN:]))
    for reason, count in rest.items():
        typer.echo(f"? … {reason}: {count}")


def say_list(title: str, lines: Sequence[str], *, all_: bool) -> None:
    typer.echo(f"{title}: {len(lines)}")
    for line in lines if all_ else lines[:_SHOWN]:
        typer.echo(f"  {line}")
    if len(lines) > _SHOWN and not all_:
        typer.echo("  …")


def say_end(faults: Sequence[Fault], *, empty: bool, applied: bool) -> None:
    refused = len({fault.row for fault in faults if fault.refuses})
    if refused:
        typer.echo(f"没有收下的行 받지 않은 줄 rows refused: {refused}")
    if not applied and not empty:
        typer.echo(
            "这只是计划,加 --apply 写入 / 이것은 계획입니다. --apply로 기록합니다 / a plan only; add --apply"
        )
    if refused:
        raise typer.Exit(_REFUSED_ROWS)


def template(
    kind: Annotated[str, typer.Argument(help="areas, roster or rota.")],
    out: Annotated[Path, typer.Option(help="The xlsx file to write.")] = Path("template.xlsx"),
    lang: Annotated[str, typer.Option(help="Language of the headings: zh or ko.")] = "zh",
) -> None:
    """Write an empty spreadsheet with our headings, an example and the words that its cells may hold."""
    from bot.template import KINDS, write

    if kind not in KINDS or lang not in {"zh", "ko"}:
        raise typer.BadParameter("areas, roster or rota; --lang zh or ko")
    if out.exists():
        raise Unwelcome(f"文件已存在 / 파일이 이미 있습니다 / the file is there already: {out}")
    write(kind, lang, out)
    typer.echo(str(out))
