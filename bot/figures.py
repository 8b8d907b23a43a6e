"""The figures of a month as a table for an operator: every rate with its denominator, small numbers withheld.

Law 11: no figure is about a person, and nobody is ranked.
"""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from bot.terms import CLOCKS, Term, both
from bot.whose import place as place_of
from cases.office import below
from cases.statistics import SMALL, Figures, Month, Rate, month_of
from cases.work import Work
from handlers.desk.ending_screens import OUTCOMES
from locales import Word

_RATES = {
    "response": (Term("响应率", "응답률"), "taken in time / due"),
    "solved": (Term("解决率", "해결률"), "C01-C05 / (closed - C11-C14, C16)"),
    "satisfied": (Term("满意率", "만족률"), "(satisfied + mostly) / rated"),
}


def lines(session: Session, work: Work, month: Month, place: str) -> Iterator[str]:
    """The table, a line at a time.

    Raises:
        PlaceUnclear: no area, or several, answer to `place`.
    """
    area = place_of(work, place) if place else None
    areas = below(session, [area.id]) if area else None
    figures = month_of(session, month, work.now, areas)
    where = f"{area.name_zh} {area.name_ko} ({area.code})" if area else "全部 전부 all"
    yield f"{month.year}-{month.month:02} · {where}"
    yield from _counts(figures)
    for name, rate in (
        ("response", figures.response),
        ("solved", figures.solved),
        ("satisfied", figures.satisfied),
    ):
        term, meaning = _RATES[name]
        yield f"{term} {_rate(rate)} · {meaning}"


def _counts(figures: Figures) -> Iterator[str]:
    yield f"登记 등록 registered: {len(figures.registered)}"
    yield f"结案 종결 closed: {len(figures.closed_in_all)}"
    for outcome, ids in figures.closed.items():
        yield f"  {outcome} {_word(OUTCOMES[outcome])}: {len(ids)}"
    yield f"在办 처리중 open: {len(figures.open)}"
    yield f"重新办理 재처리 opened again: {len(figures.reopened)}"
    yield f"逾期 기한 지남 late: {len(figures.late_in_all)}"
    for clock, late in figures.late.items():
        yield f"  {CLOCKS[clock]}: {len(late)}"
    yield f"结案后有异议 종결후 이의 closed, and the reporter says otherwise: {len(figures.contradicted)}"


def _rate(rate: Rate) -> str:
    if rate.is_small:
        return f"不足{SMALL}件,不显示 {SMALL}건 미만 withheld, fewer than {SMALL}"
    return f"{rate.part}/{rate.whole} = {rate.part / rate.whole:.1%}"


def _word(word: Word) -> str:
    return str(both(word))
