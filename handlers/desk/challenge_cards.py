"""回避 at the desks: the head decides with two buttons; the handler reads only that it is being looked at."""

from cases.access import Relation
from cases.views import CaseView, NoticeView, TaskView
from handlers.buttons import Tap, Verb
from handlers.cards import Card
from handlers.desk.desk_lines import Row, open_button, staff_notice
from handlers.words import Html, Say, case_of, cut, lines
from locales import P_, Word
from models.vocabulary import Challenge, Part, Side

_WHY: dict[str, Word] = {
    Challenge.RELATED: P_("card", "Reason: tied to the other side"),
    Challenge.UNFAIR: P_("card", "Reason: not handled fairly"),
}


def challenge_lines(view: NoticeView, say: Say) -> tuple[Html, ...]:
    """About whom, from which side, and why."""
    case, task = case_of(view), view.task
    facts = task.facts if task else {}
    handler = case.judge if facts.get("part") == Part.JUDGE else case.mediator
    found: list[Html] = []
    if handler is not None:
        found.append(
            say(
                # L10n: Read by heads; {who} is an office and a name.
                P_("card", "About: {who}"),
                who=say.person(handler.person),
            )
        )
    side = Side.REPORTER if facts.get("by") == case.reporter.id else Side.OTHER
    found.append(say(_FROM[side]))
    if facts.get("words"):
        found.append(
            say(
                # L10n: Read by heads; {words} is what a party wrote.
                P_("card", "Reason as written: {words}"),
                words=cut(str(facts["words"]), 500),
            )
        )
    elif facts.get("why") in _WHY:
        found.append(say(_WHY[str(facts["why"])]))
    if not _may_decide(case, task):
        found.append(say(P_("card", "Only the head of the tribunal decides. Please telephone.")))
    return tuple(found)


_FROM: dict[Side, Word] = {
    Side.REPORTER: P_("card", "Asked by the side that reported"),
    Side.OTHER: P_("card", "Asked by the other side"),
}


def challenge_rows(case: CaseView, task: TaskView, say: Say) -> tuple[Row, ...]:
    """Somebody else, or not; where the reader may not decide, the case alone."""
    if not _may_decide(case, task):
        return ((open_button(case, say),),)
    return (
        (
            say.button(P_("staff button", "Replace"), Tap(Verb.REPLACE, task.id)),
            say.button(P_("staff button", "Do not replace"), Tap(Verb.KEEP, task.id)),
        ),
        (open_button(case, say),),
    )


def _may_decide(case: CaseView, task: TaskView | None) -> bool:
    """About a judge the court's own head alone (law 14)."""
    judge = task is not None and task.facts.get("part") == Part.JUDGE
    heads = {Relation.COURT_SUPERVISOR} if judge else {Relation.SUPERVISOR, Relation.COORDINATOR}
    return bool(heads & case.relations)


def held(view: NoticeView, say: Say) -> Card:
    """To the handler: no reason, no name."""
    if view.facts.get("over"):
        return staff_notice(view, say, say(P_("notice", "it is yours again; please go on")))
    waiting = say(P_("notice", "who handles it is being looked at; please wait"))
    return staff_notice(view, say, waiting)


def held_card(view: NoticeView, say: Say) -> Card:
    """Until the head has decided, nothing of the case opens to the handler."""
    case = case_of(view)
    return Card(
        lines(
            Html(f"<b>{say.tag(case)}</b>"),
            say(
                P_(
                    "card",
                    "Who handles it is being looked at. Until then there is nothing for you to do; your terms rest.",
                )
            ),
        ),
        say.language,
    )


def ask_keep_why(_view: NoticeView, say: Say) -> Card:
    asked = say(
        P_("screen", "Why not? Please write it: the person who asked reads it as you write it.")
    )
    return Card(asked, say.language)
