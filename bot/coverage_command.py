"""The command `gridwhistle coverage`: what an office lacks, each line with its examples. Exit code 1 when there is anything."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated

import typer

from bot.terms import Term
from cases.coverage import Coverage, Gap

#: What is missing, by kind.
GAPS: Mapping[Gap, tuple[Term, str]] = {
    Gap.NOWHERE: (Term("责任链到头没有人", "책임이 끊어진 곳"), "the chain ends nowhere"),
    Gap.JUDGE: (Term("没有法官", "법관이 없는 곳"), "no judge"),
    Gap.MEDIATOR: (Term("没有调解员", "조정원이 없는 곳"), "no mediator"),
    Gap.DEPUTY: (Term("调解员没有替补", "조정원의 대리가 없는 곳"), "no deputy for the mediator"),
    Gap.JUDGE_DEPUTY: (Term("法官没有替补", "법관의 대리가 없는 곳"), "no deputy for the judge"),
    Gap.KOREAN: (
        Term("没有懂朝鲜语的办理人", "조선어를 하는 담당자가 없는 곳"),
        "nobody who works in Korean",
    ),
    Gap.OWN_OFFICE: (
        Term("纠纷涉及该单位时没有别人接手", "해당 단위에 관한 일을 맡을 다른 사람이 없는 곳"),
        "nobody else when it is about their own office",
    ),
}
_SHOWN = 10
_LACKING = 1


def coverage(
    area: Annotated[str, typer.Option(help="Code or name of an area; all when empty.")] = "",
    *,
    all_: Annotated[bool, typer.Option("--all", help="Name every one.")] = False,
) -> None:
    """Say which grids lack a judge, a mediator, a deputy, a Korean speaker or anybody beside the office complained of, and who cannot be reached."""
    from bot.clock import SystemClock
    from bot.ledger import looking
    from bot.settings import without_token
    from bot.whose import place
    from cases import coverage as covers
    from cases.office import below
    from cases.work import Rules, Work

    now = SystemClock().now()
    with looking(without_token()) as store:

        def found(work: Work) -> Coverage:
            within = below(work.session, [place(work, area).id]) if area else None
            return covers.coverage(work.session, work.today, within, now=work.now)

        lacks = store.read(lambda session: found(Work(session, now, Rules.load())))
    for line in lines(lacks, shown=None if all_ else _SHOWN):
        typer.echo(line)
    if not lacks.is_whole:
        raise typer.Exit(_LACKING)


def lines(lacks: Coverage, *, shown: int | None = _SHOWN) -> Iterator[str]:
    """One line for each kind of lack."""
    for gap, (term, english) in GAPS.items():
        if codes := lacks.gaps.get(gap):
            yield _line(str(term), english, codes, shown)
    for zh, ko, en, codes in (
        ("还没有加入", "아직 가입하지 않은 사람", "not joined", lacks.not_joined),
        ("停用了机器人", "대화를 막은 사람", "blocked the bot", lacks.blocked),
        ("外出且无人代理", "대리없이 자리를 비운 사람", "away without a deputy", lacks.away_alone),
        (
            "30天内到期的职责",
            "30일안에 끝나는 직책",
            "duties ending within 30 days",
            [f"{one.code} {one.area} {one.ends}" for one in lacks.ending],
        ),
        (
            "7天内没有人值班的时段",
            "7일안에 당직이 없는 시간",
            "hours of the next 7 days with nobody on duty",
            [str(one) for one in lacks.unmanned],
        ),
    ):
        if codes:
            yield _line(f"{zh} {ko}", en, codes, shown)
    if lacks.is_whole:
        yield "没有缺口 / 빈곳이 없습니다 / nothing is lacking"


def _line(term: str, english: str, codes: Sequence[str], shown: int | None) -> str:
    some = ", ".join(codes[:shown])
    more = " …" if shown is not None and len(codes) > shown else ""
    return f"{term} {english}: {len(codes)}\n  {some}{more}"
