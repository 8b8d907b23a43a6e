"""Photos, voices and files of a report that has no number yet: looked through one by one, and taken out again."""

from typing import Any

from cases import drafts
from handlers.buttons import Tap
from handlers.dialogue import Talk
from handlers.reporting import missing
from handlers.screens import Screen
from models.evidence import Evidence
from models.vocabulary import EvidenceKind


def show(talk: Talk) -> None:
    """Each file with a button that takes it out."""
    talk.say(Screen.FIX_FILES, **_facts(talk))


def take_out(talk: Talk, tap: Tap) -> None:
    """This file is not sent; a second tap finds it gone already."""
    ids = talk.answers.get("evidence", [])
    if tap.turn != talk.draft.turn:
        missing.tell_where_it_stands(talk)
        return
    if tap.id in ids:
        drafts.forget_files(talk.work, talk.person.id, [tap.id])
        talk.remember(evidence=[one for one in ids if one != tap.id])
        _hear_again(talk)
    if talk.answers.get("evidence"):
        talk.edit(Screen.FIX_FILES, **_facts(talk))
    else:
        missing.ask_what_is_missing(talk)


def done(talk: Talk, tap: Tap) -> None:
    """Back to the card that names who will see it."""
    if tap.turn == talk.draft.turn and drafts.is_unsent(talk.answers):
        missing.ask_what_is_missing(talk)
    else:
        missing.tell_where_it_stands(talk)


def _hear_again(talk: Talk) -> None:
    """Without its voice message a report has no length of one."""
    seconds = [row.seconds or 0 for row in _rows(talk) if row.kind is EvidenceKind.VOICE]
    answers = dict(talk.answers)
    answers.pop("voice", None)
    talk.draft.answers = answers | ({"voice": seconds[-1]} if seconds else {})


def _facts(talk: Talk) -> dict[str, Any]:
    return {
        "owner": talk.person.id,
        "turn": talk.draft.turn,
        "attached": [
            [row.id, row.kind, row.seconds, row.announced_at.isoformat()] for row in _rows(talk)
        ],
    }


def _rows(talk: Talk) -> list[Evidence]:
    ids = talk.answers.get("evidence", [])
    return [row for row in (talk.work.session.get(Evidence, one) for one in ids) if row]
