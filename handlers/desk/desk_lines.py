"""Lines and buttons that the cards and notices of staff share.

Laws: the first line names number, level, community and what to do, never a person or the story; of a RED or guarded
case a notice says the number and "please open", and nothing more (law 13).
"""

from collections.abc import Iterator

from cases.access import Relation
from cases.views import CaseView, HandlerView, NoticeView
from handlers.buttons import Tap, Verb
from handlers.cards import Button, Card
from handlers.words import MARKED, OFFICES, Html, Say, case_of, cut, lines
from locales import P_, Word
from models.vocabulary import Channel, Level, Part, Role

Row = tuple[Button, ...]


def veiled(case: CaseView) -> bool:
    """Whether a notice may say no more than the number."""
    return case.guarded or case.level is Level.RED


def lock_line(view: NoticeView, say: Say, what: Html) -> Html:
    """What a stranger may read: number, level, community, what to do."""
    case = case_of(view)
    level = say.level(case.level) if case.level in MARKED else ""
    if veiled(case):
        # L10n: staff, lock screen, danger; level: 〔紧急〕 or empty
        return say(P_("notice", "{level}{number} please open"), level=level, number=case.short)
    # L10n: staff, lock screen; level: 〔重大〕 or empty; what: what to do and by when
    return say(
        # L10n: Read by staff; {level} is the mark of the level, {number} is the short case number, {community} is the name of the community, {what} is a short phrase.
        P_("notice", "{level}{number} {community} · {what}"),
        level=level,
        number=case.short,
        community=say.community(case.place),
        what=what,
    )


def staff_notice(
    view: NoticeView, say: Say, what: Html, *more: Html | None, rows: tuple[Row, ...] = ()
) -> Card:
    """A notice to staff: the lock line, and below it the rest, unless the case is veiled."""
    case = case_of(view)
    first = lock_line(view, say, what)
    if veiled(case):
        return Card(first, say.language, inline=((open_button(case, say),),))
    return Card(lines(first, *more), say.language, inline=rows or ((open_button(case, say),),))


def open_button(case: CaseView, say: Say) -> Button:
    return say.button(P_("staff button", "Open"), Tap(Verb.OPEN, case.id, case.turn))


def open_case_button(case: CaseView, say: Say) -> Button:
    return say.button(
        # L10n: Read by staff; {number} is the short case number.
        P_("staff button", "Open {number}"),
        Tap(Verb.OPEN, case.id, case.turn),
        number=case.short,
    )


def story_button(case: CaseView, say: Say) -> Button:
    return say.button(P_("staff button", "See what happened"), Tap(Verb.STORY, case.id, case.turn))


def word_button(case: CaseView, part: Part | None, say: Say) -> Button:
    if part is Part.JUDGE:
        label = P_("staff button", "A word to the mediator")
    else:
        label = P_("staff button", "Make a note")
    return say.button(label, Tap(Verb.WORD, case.id, case.turn))


def take_button(own: HandlerView, turn: int, say: Say) -> Button:
    return say.button(take_label(own), Tap(Verb.TAKE, own.assignment_id, turn))


def take_label(own: HandlerView) -> Word:
    if own.part is Part.JUDGE:
        return P_("staff button", "Report in")
    return P_("staff button", "Take the case")


def take_for_rows(case: CaseView, say: Say) -> tuple[Row, ...]:
    """To a judge's assistant: report in for the judge, while the offer is his."""
    judge = case.judge
    pending = judge is not None and judge.taken_at is None and judge.person.role is Role.JUDGE
    if judge is None or not pending or Relation.ASSISTANT not in case.relations:
        return ()
    label = P_("staff button", "Report in for the judge")
    return ((say.button(label, Tap(Verb.TAKE_FOR, judge.assignment_id, case.turn)),),)


def back_button(own: HandlerView, turn: int, say: Say) -> Button:
    if own.part is Part.JUDGE:
        label = P_("staff button", "Recusal, or not mine")
    else:
        label = P_("staff button", "I cannot take this")
    return say.button(label, Tap(Verb.BACK, own.assignment_id, turn))


def contact_rows(case: CaseView, say: Say) -> tuple[Row, ...]:
    """One tap is the whole record of a contact."""
    return (
        (
            say.button(P_("staff button", "Reached"), Tap(Verb.REACHED, case.id, case.turn)),
            say.button(
                P_("staff button", "Nobody answered"), Tap(Verb.NO_ANSWER, case.id, case.turn)
            ),
        ),
        (day_button(case, say),),
    )


def day_button(case: CaseView, say: Say) -> Button:
    return say.button(P_("staff button", "A day was agreed"), Tap(Verb.DAY, case.id, case.turn))


def done_button(task_id: int, say: Say) -> Button:
    return say.button(P_("staff button", "Done"), Tap(Verb.TASK_DONE, task_id))


def heading(case: CaseView, say: Say) -> Html:
    """124-1〔重大〕 kind · people · amount; without the story the number alone."""
    facts = [say.kind(case)] if case.story else []
    if case.people:
        facts.append(
            say.label(
                # L10n: Read by staff; {count} is a number.
                P_("card", "{count} people"),
                count=case.people,
            )
        )
    if case.amount:
        facts.append(say.money(case.amount))
    return say.title(case, " · ".join(fact for fact in facts if fact))


def origin(view: NoticeView, say: Say) -> Html:
    """Where, and who brought it at which hour."""
    case = case_of(view)
    when = say.soon(case.registered_at, view.now)
    if case.channel is Channel.GRID_OFFICER:
        name = say.named(case.reporter.name)
        # L10n: name: the grid officer
        return say(
            P_("card", "{place} · grid officer {name}, whistle of {when}"),
            place=say.place(case.place),
            name=_without_title(name, say),
            when=when,
        )
    return say(
        # L10n: Read by staff; {place} is the place, from the street down, {when} is a day and hour.
        P_("card", "{place} · reported by a resident {when}"),
        place=say.place(case.place),
        when=when,
    )


def _without_title(name: str, say: Say) -> str:
    return name.removeprefix(say.plain(OFFICES[Role.GRID_OFFICER])).strip()


def uncontacted(view: NoticeView, say: Say, own: HandlerView) -> Html:
    """No contact is on record; by when; and to whom it goes then."""
    case = case_of(view)
    place = say.place(case.place)
    if own.contact_due is None:
        return say(
            # L10n: Read by staff; {place} is the place, from the street down.
            P_("card", "{place} · no contact on record; the term has passed."),
            place=place,
        )
    when = say.soon(own.contact_due, view.now)
    if not case.next_mediators:
        return say(
            # L10n: Read by staff; {place} is the place, from the street down, {when} is a day and hour.
            P_("card", "{place} · no contact on record; due {when}."),
            place=place,
            when=when,
        )
    # L10n: who: the next mediator
    return say(
        P_("card", "{place} · no contact on record; due {when}, then it passes to {who}."),
        place=place,
        when=when,
        who=say.person(case.next_mediators[0]),
    )


def additions(case: CaseView, say: Say) -> Iterator[Html]:
    """What was added later, as written; in a guarded case also where the person is."""
    for added in case.additions:
        # L10n: Read by staff; {when} is a day and hour, {words} is what somebody wrote.
        word = P_("card", "{when} added: {words}")
        if added.place:
            # L10n: Read by the duty desk; {when} is a day and hour, {words} are latitude and longitude.
            word = P_("card", "{when} the person is at: {words}")
        elif added.by_other_side:
            # L10n: Read by staff; {when} is a day and hour, {words} is what the other side wrote.
            word = P_("card", "{when} the other side added: {words}")
        yield say(word, when=say.day_hour(added.at), words=cut(added.words, 300))
