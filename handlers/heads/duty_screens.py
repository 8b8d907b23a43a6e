"""What the duty desk reads: numbers that open lists, and lists whose lines can be mended.

Law 13: a list names the number of a case and a telephone task, never what the case is about.
"""

from cases.views import Name, NoticeView
from handlers.buttons import Tap, Verb
from handlers.cards import Button, Card
from handlers.desk.desk_lines import Row, heading
from handlers.heads.supervise_screens import named, page_rows, rota_button, turning
from handlers.words import Html, Say, case_of, lines, moment
from locales import P_, Word

_COUNTS: dict[str, tuple[Word, Verb, str]] = {
    "late": (P_("screen", "Late: {count}"), Verb.LATE, "duty"),
    "red": (P_("screen", "Urgent cases: {count}"), Verb.CASES, "duty-red"),
    "waiting": (P_("screen", "Waiting for your decision: {count}"), Verb.CASES, "duty-waiting"),
    "calls": (P_("screen", "Calls of the day: {count}"), Verb.DUTY, "calls"),
    "unplaced": (P_("screen", "Place unknown: {count}"), Verb.CASES, "duty-unplaced"),
    "away": (P_("screen", "Not reachable: {count}"), Verb.DUTY, "away"),
    "dead": (P_("screen", "Messages that could not be processed: {count}"), Verb.DUTY, "dead"),
    "failed": (P_("screen", "Notices that failed: {count}"), Verb.DUTY, "failed"),
}


def duty_home(view: NoticeView, say: Say) -> Card:
    rows: list[Row] = []
    for key, (word, verb, arg) in _COUNTS.items():
        count = int(view.facts.get(key, 0) or 0)
        if count:
            rows.append((Button(say.label(word, count=count), Tap(verb, 0, 0, arg)),))
    asked = P_("screen", "Duty desk") if rows else P_("screen", "Duty desk: nothing waits.")
    return Card(
        say(asked), say.language, inline=(*rows, (rota_button(say),), *page_rows(view, say))
    )


def duty_list(view: NoticeView, say: Say) -> Card:
    facts = view.facts
    which = str(facts.get("which", "calls"))
    rows: list[Row] = []
    told: list[Html] = []
    for line in facts.get("lines", []):
        if isinstance(line, dict):
            told.append(_line(which, line, say))
            rows.append(_buttons(which, line, say))
    title = say(_COUNTS[which][0], count=facts.get("count", 0))
    pages = turning(view, say, lambda page: Tap(Verb.DUTY, page, 0, which))
    back: Row = (say.button(P_("staff button", "Back to the desk"), Tap(Verb.PAGE, 0, 0, "duty")),)
    shown = tuple(row for row in rows if row)
    return Card(lines(title, *told), say.language, inline=(*shown, *pages, back))


def _line(which: str, line: dict[str, object], say: Say) -> Html:
    person = named(line.get("who"), say) or say.plain(P_("word", "unknown"))
    when = say.day_hour(moment(line["when"])) if line.get("when") else ""
    if which == "calls":
        return say(
            # L10n: Read by the duty desk; {number} is the case number, {who} has to call, {when} is a day and hour.
            P_("screen", "{number} call, {who}, by {when}"),
            number=str(line["number"]),
            who=person,
            when=when or "–",
        )
    if which == "away":
        word = P_("screen", "{who}: not reachable since {when}, open cases: {count}")
        if not when:
            # L10n: Read by the duty desk; {who} is an office and a name, {count} a number.
            word = P_("screen", "{who}: never joined, open cases: {count}")
        return say(word, who=person, when=when, count=line.get("count", 0))
    if which == "failed":
        return say(
            # L10n: Read by the duty desk; {number} is the case number, {kind} a code, {who} to whom, {when} a day and hour.
            P_("screen", "{number} {kind} · {who} · {when}"),
            number=str(line.get("number") or "–"),
            kind=str(line["kind"]),
            who=person,
            when=when,
        )
    return say(
        # L10n: Read by the duty desk; {update} is a number, {who} whose message it is, {when} since when.
        P_("screen", "{update} · {who} · {when}"),
        update=line["update"],
        who=person,
        when=when,
    )


def _buttons(which: str, line: dict[str, object], say: Say) -> Row:
    if which == "calls":
        # L10n: Read by staff; {number} is the short case number.
        word = P_("staff button", "Open {number}")
        return (say.button(word, Tap(Verb.OPEN, _int(line["case"])), number=line["number"]),)
    if which == "failed":
        again = P_("staff button", "Send again")
        return (say.button(again, Tap(Verb.RESEND, _int(line["notice"]))),)
    if which == "dead":
        update, bot = _int(line["update"]), str(line["bot"])
        # L10n: {update} is the number of a message.
        retry = P_("staff button", "Try {update} again")
        return (
            say.button(retry, Tap(Verb.RETRY, update, 0, bot), update=update),
            say.button(P_("staff button", "Dealt with"), Tap(Verb.SETTLE, update, 0, bot)),
        )
    return ()


def place_at(view: NoticeView, say: Say) -> Card:
    """Where is it? A tap goes one level down; at the grid it is placed."""
    case, facts = case_of(view), view.facts
    leaves = bool(facts.get("leaves"))
    rows: list[Row] = []
    for area_id, zh, ko in facts.get("areas", []):
        tap = (
            Tap(Verb.PLACE_AT, case.id, case.turn, str(area_id))
            if leaves
            else Tap(Verb.PLACE, case.id, case.turn, str(area_id))
        )
        rows.append((Button(Name(zh, ko).read_in(say.language), tap),))
    here_id = facts.get("area_id")
    pages = turning(
        view, say, lambda page: Tap(Verb.PLACE, case.id, case.turn, f"{here_id}-{page}")
    )
    here: tuple[Row, ...] = ()
    if facts.get("here") and here_id:
        word = P_("staff button", "No more is known: here")
        here = ((say.button(word, Tap(Verb.PLACE_AT, case.id, case.turn, str(here_id))),),)
    back = say.button(P_("staff button", "Back to the card"), Tap(Verb.OPEN, case.id, case.turn))
    place = say.place(view.place) if view.place else ""
    text = lines(
        heading(case, say), Html(say(P_("screen", "Where is it?"))), say(_PLACE, place=place)
    )
    return Card(text, say.language, inline=(*rows, *pages, *here, (back,)))


# L10n: {place} is the name of a place.
_PLACE = P_("screen", "{place}")


def _int(found: object) -> int:
    return int(str(found))
