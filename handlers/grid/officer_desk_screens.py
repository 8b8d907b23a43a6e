"""The grid officer's desk in words: what to do today, how the grid's cases stand; of others' cases number, kind and stage."""

from collections.abc import Iterator

from cases.views import CaseView, NoticeView, TaskView
from handlers.buttons import Tap, Verb
from handlers.cards import Button, Card
from handlers.desk.desk_lines import Row, open_button, open_case_button, staff_notice, veiled
from handlers.desk.task_cards import task_what
from handlers.words import STAGES, Html, Say, case_of, lines
from locales import P_
from models.vocabulary import Category


def officer_home(view: NoticeView, say: Say) -> Card:
    """How to report; and, to an officer, the list of the day."""
    where = (
        say(
            # L10n: Read by a grid officer; {place} is the place, from the street down.
            P_("screen", "{place}: your grid."),
            place=say.place(view.place),
        )
        if view.place
        else None
    )
    how = say(
        P_(
            "screen",
            "To blow the whistle, forward the message, write one sentence, or speak. Photos are welcome too.",
        )
    )
    if not view.facts.get("desk"):
        return Card(lines(where, how), say.language, forget=True)
    return Card(
        lines(where, *_today(view, say), *_grid(view, say), how),
        say.language,
        inline=_rows(view, say),
    )


def _today(view: NoticeView, say: Say) -> Iterator[Html]:
    if not view.tasks:
        yield say(P_("card", "You have nothing to do now."))
        return
    yield say(
        # L10n: Read by a grid officer; {count} is a number.
        P_("card", "To do today: {count}"),
        count=len(view.tasks),
    )
    for case, task in view.tasks:
        yield _task_line(case, task, view, say)


def _task_line(case: CaseView, task: TaskView, view: NoticeView, say: Say) -> Html:
    if veiled(case) or task.due is None:
        return Html(say.tag(case))
    return say(
        # L10n: Read by a grid officer; {number} is the short case number, {what} is what to do, {when} is a day and hour.
        P_("card", "{number} {what}, by {when}"),
        number=say.tag(case),
        what=task_what(task, say),
        when=say.soon(task.due, view.now),
    )


def _grid(view: NoticeView, say: Say) -> Iterator[Html]:
    for case in view.cases:
        yield say(
            # L10n: Read by a grid officer; {number} is the short case number, {kind} is the category of the dispute, {stage} is its stage.
            P_("card", "{number} {kind} · {stage}"),
            number=say.tag(case),
            kind=say.kind(case),
            stage=say.plain(STAGES[case.stage]),
        )


def _rows(view: NoticeView, say: Say) -> tuple[Row, ...]:
    tasks: list[Row] = [
        (
            say.button(
                # L10n: Read by a grid officer; {number} is the short case number.
                P_("staff button", "To do: {number}"),
                Tap(Verb.TASK, task.id),
                number=case.short,
            ),
        )
        for case, task in view.tasks
    ]
    cases: list[Row] = [(open_case_button(case, say),) for case in view.cases]
    return (*tasks, *cases, (_name_button(view, say),))


def _name_button(view: NoticeView, say: Say) -> Button:
    named = bool(view.facts.get("named"))
    label = (
        P_("staff button", "Parties read my name: stop it")
        if named
        else P_("staff button", "Let parties read my name")
    )
    return say.button(label, Tap(Verb.NAMED, view.reader.id, 0, "no" if named else "yes"))


def consent_due(view: NoticeView, say: Say) -> Card:
    """The next morning: were the people asked? Until then no name leaves the case."""
    case = case_of(view)
    labour = case.category is Category.LABOUR
    what = (
        P_("notice", "please ask the workers today")
        if labour
        else P_("notice", "please ask the people today")
    )
    why = P_("notice", "Until they agree, nobody sees their names and telephones.")
    agreed = say.button(P_("staff button", "They agreed"), Tap(Verb.CONSENTED, case.id, case.turn))
    return staff_notice(
        view, say, say(what), say(why), rows=((agreed,), (open_button(case, say),))
    )
