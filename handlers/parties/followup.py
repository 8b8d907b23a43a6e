"""The resident's answers on the way to the closure: contacted, kept, closed, rated. Each binds its case by its button."""

from cases.access import Doing, access_case
from cases.actions import closing, promise
from handlers.buttons import Tap, Verb
from handlers.dialogue import Step, Talk
from handlers.screens import Screen
from models.vocabulary import Kept, Rating


def contacted(talk: Talk, tap: Tap) -> None:
    yes = tap.verb is Verb.CONTACTED
    asked = access_case(talk.work, tap.id, by=talk.person, doing=Doing.ANSWER)
    if not yes and asked.is_open and not promise.contact_is_due(talk.work, asked):
        talk.edit(Screen.CONTACT_SORRY, case=asked)
        return
    case = promise.answer_contact(talk.work, tap.id, talk.person, contacted=yes)
    talk.edit(Screen.CONTACT_OK if yes else Screen.CONTACT_SORRY, case=case)


def kept(talk: Talk, tap: Tap) -> None:
    """Each side answers for itself; only the reporter is asked whether it may be closed."""
    answer = Kept(tap.arg)
    promise.refuse_older_promise(talk.work, tap.id)
    case = promise.answer_kept(talk.work, tap.id, talk.person, answer)
    if answer is not Kept.ALL:
        talk.edit(Screen.KEPT_SORRY, case=case)
        talk.fresh(case_id=case.id)
        talk.go(Step.SORRY_WORDS)
    elif talk.person.id == case.reporter_id:
        talk.edit(Screen.KEPT_CLOSE, case=case)
    else:
        talk.edit(Screen.KEPT_THANKS, case=case)


def terms(talk: Talk, tap: Tap) -> None:
    case = access_case(talk.work, tap.id, by=talk.person, doing=Doing.ANSWER)
    talk.answer(Screen.TERMS, case=case)


def close(talk: Talk, tap: Tap) -> None:
    promise.refuse_older_promise(talk.work, tap.id)
    case = closing.agree_to_close(talk.work, tap.id, talk.person)
    talk.edit(Screen.CLOSING_WAITS if case.is_open else Screen.RATE, case=case)


def watch(talk: Talk, tap: Tap) -> None:
    case = promise.watch_longer(talk.work, tap.id, talk.person)
    talk.edit(Screen.WATCHING, case=case)


def rate(talk: Talk, tap: Tap) -> None:
    case = closing.rate(talk.work, tap.id, talk.person, Rating(tap.arg))
    talk.edit(Screen.RATED, case=case)


def visited(talk: Talk, tap: Tap) -> None:
    well = tap.verb is Verb.WELL
    case = promise.answer_follow_up(talk.work, tap.id, talk.person, well=well)
    talk.edit(Screen.FOLLOW_UP_WELL if well else Screen.KEPT_SORRY, case=case)
