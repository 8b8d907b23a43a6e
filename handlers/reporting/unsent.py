"""What was said and not submitted: gone on with, thrown away, or put aside for a second matter."""

import re

from cases import drafts
from cases.actions import intake
from handlers.buttons import Tap
from handlers.dialogue import Step, Talk
from handlers.grid import officer
from handlers.heard import Kind
from handlers.parties import my_cases
from handlers.reporting import missing, report, telling
from handlers.screens import Screen
from models.area import Area
from models.vocabulary import Language

_BY_OFFICER = frozenset({Step.OFFICER, Step.OFFICER_LINE})
_SHORT = 40  # letters: an answer; a matter takes more to say
_LIKE_AN_ANSWER = re.compile(r"[0-9０-９]")


def another_matter(
    talk: Talk, *, area: Area | None = None, language: Language | None = None
) -> None:
    """A second report while one is being said: is it the same matter or another one? Nothing is lost either way."""
    answers = talk.answers
    if not drafts.is_unsent(answers):
        report.door(talk, area=area, language=language)
    elif area is not None and answers.get("area_id") in {None, area.id}:
        talk.person.language = language or talk.person.language
        talk.remember(area_id=area.id)  # the poster's code is the place that was missing
        go_on_here(talk)
    else:
        talk.say(
            Screen.SECOND_MATTER,
            owner=talk.person.id,
            turn=talk.draft.turn,
            area=area.id if area else 0,
        )


def begin_another(talk: Talk, tap: Tap) -> None:
    """Another matter: what was said so far is put aside, and told so."""
    if tap.turn != talk.draft.turn:
        missing.tell_where_it_stands(talk)
        return
    report.door(talk, area=talk.work.session.get(Area, tap.id) if tap.id else None)


def go_on(talk: Talk, tap: Tap) -> None:
    """Go on with what is being said (id 0), or with what was put aside; the latter takes the place of the former."""
    if tap.id == 0:
        if tap.turn == talk.draft.turn and drafts.is_unsent(talk.answers):
            go_on_here(talk)
        else:
            missing.tell_where_it_stands(talk)
        return
    row = drafts.put_aside_by(talk.work, talk.person, tap.id)
    if row is None:
        missing.tell_where_it_stands(talk)
        return
    talk.fresh()
    drafts.take_up(talk.work, talk.draft, row)
    go_on_here(talk)


def throw_away(talk: Talk, tap: Tap) -> None:
    """The explicit "do not submit": words and files are deleted; a second tap finds nothing more."""
    if tap.id:
        row = drafts.put_aside_by(talk.work, talk.person, tap.id)
        if row is not None:
            drafts.drop(talk.work, row, by_person=True)
        talk.answer(Screen.DISCARDED)
    elif tap.turn == talk.draft.turn and drafts.is_unsent(talk.answers):
        drafts.drop(talk.work, talk.draft, by_person=True)
        talk.finish()
        talk.say(Screen.DISCARDED)
    else:
        missing.tell_where_it_stands(talk)


def belongs(talk: Talk, tap: Tap) -> None:
    """What was written belongs to the case that is open, the person says."""
    if tap.turn != talk.draft.turn or not drafts.is_unsent(talk.answers):
        missing.tell_where_it_stands(talk)
        return
    case = intake.add_to_case(
        talk.work,
        tap.id,
        talk.person,
        words=telling.words_of(talk) or None,
        evidence=tuple(talk.answers.get("evidence", [])),
    )
    talk.finish(case_id=case.id)
    talk.ask(Step.AFTER, Screen.ADDED, case=case, what="words")


def corrected(talk: Talk) -> bool:
    """Whether a message edits words that are not submitted yet; the card or the open question is said anew by `again`."""
    written = [number for number, _ in talk.answers.get("words", [])]
    if not talk.heard.edited or talk.heard.message_id not in written:
        return False
    telling.keep_words(talk)
    return True


def late_answer(talk: Talk) -> bool:
    """Whether a message looks like the answer to yesterday's question, or edits what has its number: whose is it, is asked."""
    heard = talk.heard
    if talk.step is not Step.IDLE or heard.kind is not Kind.TEXT or talk.is_staff:
        return False
    short = len(heard.text) <= _SHORT and _LIKE_AN_ANSWER.search(heard.text) is not None
    case = my_cases.only_open_case(talk) if short or heard.edited else None
    if case is None or talk.is_officer:
        return False
    talk.fresh()
    telling.keep_words(talk)
    talk.ask(
        Step.MATTER,
        Screen.WHICH_MATTER,
        case=case,
        owner=talk.person.id,
        turn=talk.draft.turn,
    )
    return True


def go_on_here(talk: Talk) -> None:
    """The next question of what is being said."""
    asked_in = talk.answers.get("asked_in", talk.step)
    if talk.is_officer and asked_in in _BY_OFFICER:
        officer.card(talk, at_once=True)
    else:
        missing.ask_what_is_missing(talk)


def remind(talk: Talk) -> None:
    """What waits, the newest first, under the person's own cases."""
    for row in drafts.waiting(talk.work, talk.person)[:1]:
        until = drafts.kept_until(row) or row.next_at
        talk.answer(Screen.SET_ASIDE, unsent=row.id, until=until.isoformat())
