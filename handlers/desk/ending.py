"""Ending a case from the desk: which outcome, what it needs, what is shown before it is recorded; and the second word.

Law: nothing is recorded before the card that shows it was confirmed; a card shows its turn, and an older one acts on nothing (7).
"""

from cases import outcomes
from cases.access import Doing, access_case
from cases.actions import closing
from cases.actions.assignment import access_mediation
from cases.actions.proposals import Said
from cases.errors import NoSuchCase
from cases.numbers import CaseNumber, NumberTypo, parse
from cases.outcomes import ENDINGS, Asked
from cases.shown import shown, tries
from cases.views import number_of
from handlers import reasons
from handlers.buttons import Tap
from handlers.dialogue import Step, Talk
from handlers.reasons import Reason
from handlers.screens import Screen
from models.case import Case
from models.vocabulary import Organ, Outcome

#: What is asked in words; the rest is asked by buttons.
_IN_WORDS = (Asked.WORDS, Asked.RULING, Asked.RECEIPT, Asked.MAIN_CASE)


def which(talk: Talk, tap: Tap) -> None:
    """Every outcome that exists from here, and what the others still need."""
    case = _case_to_end(talk, tap)
    record = shown(talk.work, case)
    tried = tries(talk.work, case)
    rows = outcomes.possible(case)
    talk.edit(
        Screen.END_WHICH,
        case=case,
        ready=[row.outcome for row in rows if row.shown <= record],
        lacking=[
            [row.outcome, sorted(row.shown - record)] for row in rows if not row.shown <= record
        ],
        tries=[tried.count, tried.ways, tried.apart.days],
    )


def outcome(talk: Talk, tap: Tap) -> None:
    """The outcome was chosen; what it needs is asked, one thing at a time."""
    case = _case_to_end(talk, tap)
    talk.fresh(case_id=case.id, turn=case.turn, outcome=tap.arg)
    _ask_next(talk, case, tapped=True)


def organ(talk: Talk, tap: Tap) -> None:
    case = _case_to_end(talk, tap)
    if "outcome" not in talk.answers or talk.answers.get("case_id") != case.id:
        talk.edit(Screen.CARD, case=case)
        return
    talk.remember(organ=tap.arg)
    _ask_next(talk, case, tapped=True)


def words_said(talk: Talk) -> None:
    """The reason, the ruling, the receipt, or the number under which it goes on; as written."""
    case = _case(talk)
    asked = _asked_in_words(talk)
    text = talk.heard.text.strip()
    if not text or asked is None:
        talk.say(Screen.END_WORDS, case=case, outcome=talk.answers["outcome"], asked=asked)
        return
    if asked is Asked.MAIN_CASE:
        talk.remember(main=_case_of_number(talk, text).id)
    else:
        talk.remember(words=text)
    _ask_next(talk, case, tapped=False)


def confirmed(talk: Talk, tap: Tap) -> None:
    """The ending as shown is recorded, or proposed to the second person."""
    answers = talk.answers
    if talk.step is not Step.END_CONFIRM or answers.get("case_id") != tap.id:
        case = access_case(talk.work, tap.id, by=talk.person, doing=Doing.OPEN)
        talk.edit(Screen.CARD, case=case)
        return
    case = closing.propose_closing(
        talk.work,
        tap.id,
        talk.person,
        Outcome(answers["outcome"]),
        _said(talk),
        turn=tap.turn,
    )
    talk.fresh()
    talk.edit(Screen.CARD, case=case)


def approve(talk: Talk, tap: Tap) -> None:
    case = closing.approve_closing(talk.work, tap.id, talk.person, turn=tap.turn)
    talk.edit(Screen.APPROVED, case=case)


def ask_why_not(talk: Talk, tap: Tap) -> None:
    reasons.ask(talk, tap, _NOT_APPROVED)


def why_not_said(talk: Talk) -> None:
    reasons.said(talk, _NOT_APPROVED)


def contest(talk: Talk, tap: Tap) -> None:
    """A side says that it is not as recorded: the head is told, and nothing else changes by it."""
    case = closing.contest(talk.work, tap.id, talk.person, tap.arg)
    talk.edit(Screen.CONTESTED, case=case)


def _refuse(talk: Talk, case: Case, words: str, turn: int) -> Case:
    return closing.refuse_closing(talk.work, case.id, talk.person, words, turn=turn)


_NOT_APPROVED = Reason(Step.NOT_APPROVED, Screen.NOT_APPROVED_WHY, Doing.APPROVE, _refuse)


def _case_to_end(talk: Talk, tap: Tap) -> Case:
    """Whoever let the term lapse hears at the first tap that his head decides, and not at the last."""
    return access_mediation(talk.work, tap.id, by=talk.person, doing=Doing.CLOSE, turn=tap.turn)


def _ask_next(talk: Talk, case: Case, *, tapped: bool) -> None:
    answers = talk.answers
    asked = ENDINGS[Outcome(answers["outcome"])].asked
    speak = talk.edit if tapped else talk.say
    if Asked.ORGAN in asked and "organ" not in answers:
        talk.go(Step.END_ORGAN)
        speak(Screen.END_ORGAN, case=case, outcome=answers["outcome"])
    elif (wanted := _asked_in_words(talk)) is not None:
        talk.ask(
            Step.END_WORDS,
            Screen.END_WORDS,
            case=case,
            outcome=answers["outcome"],
            asked=wanted,
        )
    else:
        talk.go(Step.END_CONFIRM)
        speak(
            Screen.END_CONFIRM,
            case=case,
            outcome=answers["outcome"],
            organ=answers.get("organ"),
            words=answers.get("words"),
            main=_main_number(talk),
            second=outcomes.needs_a_second(case, Outcome(answers["outcome"])),
        )


def _asked_in_words(talk: Talk) -> Asked | None:
    """What is still to be written."""
    answers = talk.answers
    has = {Asked.MAIN_CASE: "main" in answers}
    asked = ENDINGS[Outcome(answers["outcome"])].asked
    return next(
        (one for one in asked if one in _IN_WORDS and not has.get(one, "words" in answers)), None
    )


def _said(talk: Talk) -> Said:
    answers = talk.answers
    chosen = answers.get("organ")
    return Said(answers.get("words") or "", Organ(chosen) if chosen else None, answers.get("main"))


def _main_number(talk: Talk) -> str | None:
    main = talk.answers.get("main")
    return number_of(talk.work.session.get_one(Case, main)).short if main else None


def _case_of_number(talk: Talk, typed: str) -> Case:
    """The case that a handler means by a number.

    Raises:
        NoSuchCase: there is none, or it was mistyped.
    """
    area6 = _case(talk).area6
    try:
        number = parse(typed, area6=area6, year=talk.work.today.year)
    except NumberTypo as typo:
        raise NoSuchCase from typo
    found = _found(talk, number) if number else None
    if found is None:
        raise NoSuchCase
    return found


def _found(talk: Talk, number: CaseNumber) -> Case | None:
    return (
        talk.work.session.query(Case)
        .filter_by(year=number.year, area6=number.area6, sequence=number.sequence)
        .one_or_none()
    )


def _case(talk: Talk) -> Case:
    return talk.work.session.get_one(Case, talk.answers["case_id"])
