"""What a head is asked when he decides, and what those whom it concerns are told.

Law 9: a notice names number, level, community and what to do; the reason opens on a tap.
"""

from cases.routing import Why
from cases.views import NoticeView
from handlers.buttons import Tap, Verb
from handlers.cards import Button, Card
from handlers.desk.desk_lines import Row, heading, open_button, staff_notice, story_button
from handlers.desk.desk_screens import stamp
from handlers.heads.supervise_screens import named
from handlers.words import Say, case_of, cut, lines, moment
from locales import P_, Word
from models.vocabulary import Part, TaskKind

WHY: dict[Why, Word] = {
    Why.OWN_GRID: P_("word", "of the grid"),
    Why.OWN_COMMUNITY: P_("word", "of the community"),
    Why.AREA_ABOVE: P_("word", "of the area above"),
    Why.SPECIALISED: P_("word", "specialised"),
    Why.LANGUAGE: P_("card", "speaks Korean"),
    Why.NEXT_IN_LINE: P_("card", "next in line"),
    Why.DEPUTY: P_("card", "standing in for somebody away"),
    Why.JOINT_TEAM: P_("card", "of the joint team"),
    Why.ON_DUTY: P_("card", "on duty"),
    Why.AWAY: P_("card", "away, and nobody else is left"),
    Why.OWN_OFFICE: P_("card", "of that office itself, and nobody else is left"),
    Why.ON_SHIFT: P_("word", "on duty by the rota"),
}

_ASKED: dict[str, Word] = {
    "reassign": P_("screen", "{number} Why does it go to somebody else? Please write it."),
    "order": P_("screen", "{number} What is to be done, and why? Please write it."),
    "request": P_("screen", "{number} What do you request of the court? Please write it."),
    "thaw": P_("screen", "{number} Why is the freeze lifted? Please write it."),
    "freeze": P_("screen", "{number} Why is the judge frozen? Please write it."),
}


def reassign_to(view: NoticeView, say: Say) -> Card:
    case, part = case_of(view), str(view.facts.get("part", Part.MEDIATOR))
    picks = view.facts.get("picks", [])
    rows: list[Row] = []
    told = []
    for person_id, zh, ko, role, why in picks:
        name = named((zh, ko, role), say)
        tap = Tap(Verb.REASSIGN_TO, case.id, case.turn, f"{part}-{person_id}")
        rows.append((Button(cut(name, 40), tap),))
        told.append(
            say(
                # L10n: Read by heads; {who} is an office and a name, {why} are short reasons.
                P_("screen", "{who}: {why}"),
                who=cut(name, 60),
                why=say.list(say.plain(WHY[Why(code)]) for code in why),
            )
        )
    asked = P_("screen", "To whom?") if picks else P_("screen", "Nobody else can be reached.")
    back = say.button(P_("staff button", "Back to the card"), Tap(Verb.OPEN, case.id, case.turn))
    text = lines(heading(case, say), say(asked), *told)
    return Card(text, say.language, inline=(*rows, (back,)))


def ask_reason(view: NoticeView, say: Say) -> Card:
    word = _ASKED.get(str(view.facts.get("what")), _ASKED["order"])
    return Card(say(word, number=case_of(view).short), say.language)


def order_when(view: NoticeView, say: Say) -> Card:
    case = case_of(view)
    rows = tuple(
        (
            say.button(
                # L10n: Read by a handler; {day} is a day.
                P_("staff button", "{day}"),
                Tap(Verb.ORDER_DUE, case.id, case.turn, stamp(moment(iso))),
                day=say.day_hour(moment(iso)),
            ),
        )
        for iso in view.facts.get("days", [])
    )
    asked = say(
        # L10n: Read by heads; {number} is the short case number.
        P_(
            "screen",
            "{number} Answered by when? You may also write it, for example 11月26日 14:00.",
        ),
        number=case.short,
    )
    return Card(asked, say.language, inline=rows)


def reassigned(view: NoticeView, say: Say) -> Card:
    """To whoever had it."""
    what = say(P_("notice", "it is in other hands now"))
    more = say(P_("notice", "The head of the office has given it to another person. Thank you."))
    return staff_notice(view, say, what, more)


def frozen(view: NoticeView, say: Say) -> Card:
    what = say(P_("notice", "frozen by the head of the tribunal"))
    more = say(
        P_(
            "notice",
            "You cannot return it until the freeze is lifted. Contacts, notes and an agreement can still be recorded.",
        )
    )
    return staff_notice(view, say, what, more)


def unfrozen(view: NoticeView, say: Say) -> Card:
    what = say(P_("notice", "the freeze is lifted"))
    more = say(
        P_(
            "notice",
            "You can close, extend and return it again. The terms of the case go on as they were.",
        )
    )
    return staff_notice(view, say, what, more)


def task_answered(view: NoticeView, say: Say) -> Card:
    """To the head who ordered or requested it."""
    task = view.task
    request = task is not None and task.kind is TaskKind.REQUEST
    answered = (
        P_("notice", "the court has answered") if request else P_("notice", "order answered")
    )
    case = case_of(view)
    more = say(P_("notice", "The answer stands in what happened."))
    rows = ((story_button(case, say),), (open_button(case, say),))
    return staff_notice(view, say, say(answered), heading(case, say), more, rows=rows)
