"""Guess first, then ask only what is missing; last comes the card that names who will see the report."""

from sqlalchemy import select

from cases.reading import read
from cases.sensitive import NUMBERS, hide, kinds
from cases.urgency import gate
from handlers.dialogue import Step, Talk
from handlers.heard import Kind
from handlers.reporting import telling
from handlers.screens import Screen
from models.case import Case
from models.evidence import Evidence
from models.vocabulary import EvidenceKind, Sensitive

#: What is neither a photo nor the person's own voice.
_PAPERS = (
    EvidenceKind.DOCUMENT,
    EvidenceKind.AUDIO,
    EvidenceKind.VIDEO,
    EvidenceKind.ANIMATION,
)


def ask_matter(talk: Talk, *, again: bool = False) -> None:
    abroad, area_id = telling.is_abroad(talk), talk.answers.get("area_id")
    talk.ask(Step.MATTER, Screen.ASK_MATTER, area_id=area_id, again=again or abroad, abroad=abroad)


def ask_what_is_missing(talk: Talk) -> None:
    """Guess first; ask only what is missing, then show the submit card."""
    if talk.answers.get("replace"):
        talk.remember(replace=False)
    answers = talk.answers
    if not answers.get("words") and not answers.get("evidence"):
        ask_matter(talk)
    elif "voice" in answers and "danger" not in answers:
        talk.ask(Step.VOICE_DANGER, Screen.VOICE_RECEIVED, seconds=answers["voice"])
    elif answers.get("area_id") is None and not answers.get("place_unknown"):
        talk.ask(Step.PLACE, Screen.ASK_PLACE, abroad=telling.is_abroad(talk))
    else:
        submit_card(talk)


def submit_card(talk: Talk, *, at_once: bool = False) -> None:
    """What will be sent, and to whom: the consent is the button that names them. More may follow, so it waits for it."""
    answers = talk.answers
    text = telling.words_of(talk)
    reading = read(text)
    found = gate(text, talk.work.rules.words)
    more = talk.step is Step.SUBMIT and talk.heard.kind is not Kind.TAP and not at_once
    agreed = frozenset(Sensitive(what) for what in answers.get("agreed", []))
    sensitive = kinds(text)
    category = reading.categories[0].category if reading.categories else None
    talk.ask(
        Step.SUBMIT,
        Screen.SUBMIT,
        hold=more,
        owner=talk.person.id,
        turn=talk.draft.turn,
        matter=hide(text, agreed) or None,
        numbers=bool(sensitive & NUMBERS),
        hidden=sorted(sensitive - NUMBERS - agreed),
        agreed=sorted((sensitive & agreed) - NUMBERS),
        seconds=answers.get("voice"),
        photos=_count(talk, EvidenceKind.PHOTO),
        files=_count(talk, *_PAPERS),
        area_id=answers.get("area_id"),
        abroad=telling.is_abroad(talk),
        category=category,
        language=talk.language,
        other_side=reading.other_side,
        weak=found.doubtful and "weak" not in answers,
    )


def resume(talk: Talk) -> None:
    """Say the open question again."""
    if talk.step in {
        Step.SUBMIT,
        Step.MATTER,
        Step.PLACE,
        Step.VOICE_DANGER,
        Step.FIX,
        Step.PLACE_CONFIRM,
    }:
        ask_what_is_missing(talk)
    else:
        ask_matter(talk)


def tell_where_it_stands(talk: Talk) -> None:
    """An old submit card: the screen of today, and never a second case."""
    case_id = talk.answers.get("case_id")
    case = talk.work.session.get(Case, case_id) if case_id else None
    if case is not None:
        talk.say(Screen.STATUS, case=case)
    else:
        resume(talk)


def _count(talk: Talk, *kinds: EvidenceKind) -> int:
    ids = talk.answers.get("evidence", [])
    if not ids:
        return 0
    rows = talk.work.session.scalars(select(Evidence.kind).where(Evidence.id.in_(ids)))
    return sum(kind in kinds for kind in rows)
