"""The people concerned: the officer hands out one code, each follows on an own phone, and may leave."""

from cases.actions import concerned
from cases.views import number_of
from handlers.buttons import Tap
from handlers.dialogue import Talk
from handlers.screens import Screen
from models.vocabulary import Language

JOINS = "w_"  # before the secret in the start parameter of the code


def hand_out(talk: Talk, tap: Tap) -> None:
    """The code as a picture and a link; the secret is shown and not kept."""
    case, secret = concerned.call_together(talk.work, tap.id, talk.person)
    talk.answer(
        Screen.CONCERNED_CODE,
        case=case,
        link=f"https://t.me/{talk.bot_username}?start={JOINS}{secret}",
        until=concerned.good_until(talk.work).isoformat(),
        room=concerned.room(case),
    )


def join(talk: Talk, secret: str) -> None:
    """The code was opened: who it is for, in the own language, and how the case stands."""
    case = concerned.join_as_concerned(
        talk.work, secret, talk.person, language=_of_the_phone(talk)
    )
    talk.fresh(case_id=case.id)
    talk.answer(Screen.JOINED_CONCERNED, case=case)
    talk.answer(Screen.STATUS, case=case)


def leave(talk: Talk, tap: Tap) -> None:
    case = concerned.leave(talk.work, tap.id, talk.person)
    talk.edit(Screen.LEFT, number=number_of(case).short)


def _of_the_phone(talk: Talk) -> Language | None:
    """What the phone is set to, where the person has not chosen yet."""
    code = (talk.heard.language_code or "")[:2]
    return {"ko": Language.KO, "zh": Language.ZH}.get(code)
