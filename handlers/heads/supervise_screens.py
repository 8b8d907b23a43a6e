"""What a head reads: the page of the desk, lists of cases, and the figures of a month."""

from collections.abc import Callable, Iterator

from cases.overview import Delay
from cases.views import CaseView, Name, NoticeView, PersonView
from handlers.buttons import Tap, Verb
from handlers.cards import Button, Card
from handlers.desk.desk_lines import Row, open_case_button, veiled
from handlers.desk.ending_screens import OUTCOMES
from handlers.words import STAGES, Html, Say, lines, moment
from locales import P_, Word
from models.vocabulary import Clock, Outcome, Role

#: What has run out.
CLOCKS: dict[Clock, Word] = {
    Clock.ACKNOWLEDGE: P_("word", "taking it"),
    Clock.FIRST_CONTACT: P_("word", "first contact"),
    Clock.MEDIATION_TERM: P_("word", "mediation term"),
    Clock.TASK: P_("word", "task"),
}
_OTHER_CLOCK = P_("word", "term")

DELAYS: dict[Delay, Word] = {
    Delay.UNREACHABLE: P_("word", "does not receive messages"),
    Delay.NOT_OPENED: P_("word", "not opened"),
    Delay.NOT_TAKEN: P_("word", "opened, not taken"),
    Delay.NO_CONTACT: P_("word", "no contact on record"),
    Delay.NO_ANSWER: P_("word", "called, nobody answered"),
    Delay.TERM_OVER: P_("word", "the term is over"),
    Delay.NOT_DONE: P_("word", "not done"),
}

PAGES: dict[str, Word] = {
    "head": P_("staff button", "Governance centre"),
    "court": P_("staff button", "Tribunal"),
    "duty": P_("staff button", "Duty desk"),
    "admin": P_("staff button", "Roster"),
    "hand": P_("staff button", "In my hands"),
}

_LISTS: dict[str, Word] = {
    "red": P_("screen", "Urgent cases: {count}"),
    "waiting": P_("screen", "Waiting for your decision: {count}"),
    "unplaced": P_("screen", "Place unknown: {count}"),
    "registered": P_("screen", "Registered: {count}"),
    "closed": P_("screen", "Closed: {count}"),
    "reopened": P_("screen", "Opened again: {count}"),
    "open": P_("screen", "Open: {count}"),
    "late": P_("screen", "Late: {count}"),
    "contradicted": P_("screen", "Closed, and the reporter says otherwise: {count}"),
}

_RATES: dict[str, Word] = {
    "response": P_("screen", "Taken in time: {part} of {whole}{percent}"),
    "solved": P_("screen", "Solved: {part} of {whole}{percent}"),
    "satisfied": P_("screen", "Satisfied: {part} of {whole}{percent}"),
}


def head_home(view: NoticeView, say: Say) -> Card:
    facts = view.facts
    hat, count = str(facts.get("hat", "head")), int(facts.get("late", 0))
    rows: list[Row] = [*_case_rows(view, say)]
    if count > len(facts.get("lines", [])):
        more = P_("staff button", "Next page")
        rows.append((say.button(more, Tap(Verb.LATE, 1, 0, hat)),))
    for which in ("red", "waiting"):
        number = int(facts.get(which, 0))
        if number:
            tap = Tap(Verb.CASES, 0, 0, f"{hat}-{which}")
            rows.append((Button(say.label(_LISTS[which], count=number), tap),))
    if hat != "duty":
        this_month = P_("staff button", "This month")
        rows.append((say.button(this_month, Tap(Verb.MONTH, int(facts.get("month", 0)), 0, hat)),))
    rows.append((rota_button(say), who_button(say)))
    text = lines(_late_title(say, count), *_late_lines(view, say))
    return Card(text, say.language, inline=(*rows, *page_rows(view, say)))


def rota_button(say: Say) -> Button:
    return say.button(P_("staff button", "Who is on duty"), Tap(Verb.ROTA, 0))


def who_button(say: Say) -> Button:
    return say.button(P_("staff button", "Who would get it?"), Tap(Verb.WHO, 0))


def head_late(view: NoticeView, say: Say) -> Card:
    """One page of what is late."""
    facts = view.facts
    hat = str(facts.get("hat", "head"))
    text = lines(
        _late_title(say, int(facts.get("late", 0))), _page_line(view, say), *_late_lines(view, say)
    )
    pages = turning(view, say, lambda page: Tap(Verb.LATE, page, 0, hat))
    return Card(text, say.language, inline=(*_case_rows(view, say), *pages, _back(hat, say)))


def head_list(view: NoticeView, say: Say) -> Card:
    """One page of a list of cases, whichever it is."""
    facts = view.facts
    hat, which = str(facts.get("hat", "head")), str(facts.get("which", "open"))
    month = int(facts.get("month", 0))
    if month:
        pages = turning(
            view, say, lambda page: Tap(Verb.MONTH_LIST, page, month, f"{hat}-{which}")
        )
        back_word = P_("staff button", "Back to the month")
        back: Row = (say.button(back_word, Tap(Verb.MONTH, month, 0, hat)),)
    else:
        pages = turning(view, say, lambda page: Tap(Verb.CASES, page, 0, f"{hat}-{which}"))
        back = _back(hat, say)
    text = lines(
        _list_title(which, int(facts.get("count", 0)), say),
        _page_line(view, say),
        *(_case_line(case, say) for case in view.cases),
    )
    return Card(text, say.language, inline=(*_case_rows(view, say), *pages, back))


def month(view: NoticeView, say: Say) -> Card:
    facts = view.facts
    number, hat = int(facts.get("month", 0) or 0), str(facts.get("hat", "head"))
    closed = [(Outcome(code), count) for code, count in facts.get("outcomes", [])]
    late = [(Clock(code), count) for code, count in facts.get("overdue", [])]
    counts: list[tuple[str, str]] = [
        (key, say.label(_LISTS[key], count=_count(facts.get(key))))
        for key in ("registered", "open", "reopened", "contradicted")
    ]
    counts[1:1] = [("closed", say.label(_LISTS["closed"], count=sum(n for _, n in closed)))]
    counts[3:3] = [("late", say.label(_LISTS["late"], count=sum(n for _, n in late)))]
    counts += [(code, _label(code, n, say)) for code, n in closed]
    counts += [(code, _label(code, n, say)) for code, n in late]
    rows = tuple(
        (Button(label, Tap(Verb.MONTH_LIST, 0, number, f"{hat}-{key}")),) for key, label in counts
    )
    before = say.button(
        P_("staff button", "The month before"),
        Tap(Verb.MONTH, int(facts.get("before", 0) or 0), 0, hat),
    )
    text = lines(_month_title(number, say), *_rates(view, say))
    return Card(text, say.language, inline=(*rows, (before,), _back(hat, say)))


def _month_title(number: int, say: Say) -> Html:
    return say(
        # L10n: Read by heads; {year} and {month} are numbers.
        P_("screen", "{year}-{month}: every number opens its list."),
        year=number // 100,
        month=number % 100,
    )


def _rates(view: NoticeView, say: Say) -> Iterator[Html]:
    for name, part, whole in view.facts.get("rates", []):
        percent = f" ({part * 100 // whole} %)" if whole else ""
        yield say(_RATES[name], part=part, whole=whole, percent=percent)


def _label(code: Outcome | Clock, count: int, say: Say) -> str:
    word = OUTCOMES[code] if isinstance(code, Outcome) else CLOCKS.get(code, _OTHER_CLOCK)
    # L10n: {what} is an outcome or a term; {count} is a number.
    return say.label(P_("staff button", "– {what}: {count}"), what=say.plain(word), count=count)


def _list_title(which: str, count: int, say: Say) -> Html:
    if which in _LISTS:
        return say(_LISTS[which], count=count)
    code = Outcome(which) if which in set(Outcome) else Clock(which)
    return Html(_label(code, count, say))


def _late_title(say: Say, count: int) -> Html:
    if not count:
        return say(P_("screen", "Nothing is late."))
    return say(_LISTS["late"], count=count)


def _late_lines(view: NoticeView, say: Say) -> Iterator[Html]:
    by_id = {case.id: case for case in view.cases}
    for line in view.facts.get("lines", []):
        case = by_id.get(line["case"])
        if case is not None:
            yield _late_line(case, line, view, say)


def _late_line(case: CaseView, line: dict[str, str], view: NoticeView, say: Say) -> Html:
    """Which case, with whom, which clock, since when, and why; of a veiled one no place and nobody."""
    clock = say.plain(CLOCKS.get(Clock(line["clock"]), _OTHER_CLOCK))
    since = say.soon(moment(line["since"]), view.now)
    if veiled(case):
        return say(
            # L10n: Read by heads; {number} is the case number, {clock} is what has run out, {when} is since when.
            P_("screen", "{number} · {clock}, due {when}"),
            number=say.tag(case),
            clock=clock,
            when=since,
        )
    return say(
        # L10n: Read by heads; {number} is the case number, {community} a place, {who} an office and a name, {clock} what has run out, {when} since when, {why} a short reason.
        P_("screen", "{number} {community} · {who} · {clock}, due {when} · {why}"),
        number=say.tag(case),
        community=say.community(case.place),
        who=named(line.get("who"), say) or say.plain(P_("word", "nobody")),
        clock=clock,
        when=since,
        why=say.plain(DELAYS[Delay(line["why"])]),
    )


def _case_line(case: CaseView, say: Say) -> Html:
    stage = say.plain(STAGES[case.stage])
    if veiled(case):
        # L10n: Read by heads; {number} is the case number, {stage} its stage.
        return say(P_("screen", "{number} · {stage}"), number=say.tag(case), stage=stage)
    return say(
        # L10n: Read by heads; {number} is the case number, {community} a place, {kind} the kind of dispute, {stage} its stage.
        P_("screen", "{number} {community} {kind} · {stage}"),
        number=say.tag(case),
        community=say.community(case.place),
        kind=say.kind(case),
        stage=stage,
    )


def named(who: object, say: Say) -> str:
    """Office and name of somebody who came as a fact: [zh, ko, role]."""
    if not isinstance(who, list | tuple):
        return ""
    zh, ko, role = who
    return say.person(PersonView(0, Name(zh, ko), Role(role) if role else None))


def page_rows(view: NoticeView, say: Say) -> tuple[Row, ...]:
    """The other desks of somebody who holds several duties."""
    return tuple(
        (say.button(PAGES[page], Tap(Verb.PAGE, 0, 0, page)),)
        for page in view.facts.get("others", [])
    )


def _case_rows(view: NoticeView, say: Say) -> tuple[Row, ...]:
    cases = {case.id: case for case in view.cases}
    return tuple((open_case_button(case, say),) for case in cases.values())


def _page_line(view: NoticeView, say: Say) -> Html | None:
    page, pages = int(view.facts.get("page", 0)), int(view.facts.get("pages", 1))
    if pages <= 1:
        return None
    return say(
        # L10n: {page} and {pages} are numbers.
        P_("screen", "Page {page} of {pages}"),
        page=page + 1,
        pages=pages,
    )


def turning(view: NoticeView, say: Say, tap: Callable[[int], Tap]) -> tuple[Row, ...]:
    """One page back, one page on."""
    page, pages = int(view.facts.get("page", 0)), int(view.facts.get("pages", 1))
    row: list[Button] = []
    if page > 0:
        row.append(say.button(P_("staff button", "Page before"), tap(page - 1)))
    if page + 1 < pages:
        row.append(say.button(P_("staff button", "Next page"), tap(page + 1)))
    return (tuple(row),) if row else ()


def _back(hat: str, say: Say) -> Row:
    return (say.button(P_("staff button", "Back to the desk"), Tap(Verb.PAGE, 0, 0, hat)),)


def _count(found: object) -> int:
    return found if isinstance(found, int) else 0
