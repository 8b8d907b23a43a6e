"""The door: START with or without a poster's code or an invitation, "my cases", and a new report."""

import re

from cases import areas
from cases.actions import joining, second_factor
from cases.actions.mediation import parties
from handlers.desk import desk
from handlers.dialogue import Step, Talk
from handlers.grid import officer_desk, together
from handlers.heads import office_desks
from handlers.parties import case_list
from handlers.reporting import report, unsent
from handlers.screens import Screen
from models.person import Person
from models.vocabulary import Language

_POSTER = re.compile(r"g_([0-9]{6,20})_(zh|ko)")
_LANGUAGES = {"zh": Language.ZH, "ko": Language.KO}


def start(talk: Talk) -> None:
    """START. A payload may be a poster's code, a roster invitation, or the other side's link."""
    payload = talk.heard.text.partition(" ")[2].strip()
    if poster := _POSTER.fullmatch(payload):
        _poster(talk, poster[1], _LANGUAGES[poster[2]])
    elif payload.startswith("i_") and joining.CODE not in payload:  # a code is counted: /join
        _joined(talk, payload[2:])
    elif payload.startswith("p_"):
        _joined_as_other_side(talk, payload[2:])
    elif payload.startswith(together.JOINS):
        together.join(talk, payload.removeprefix(together.JOINS))
    elif talk.is_officer or talk.is_staff:
        home(talk)
    else:
        unsent.another_matter(talk)


def home(talk: Talk) -> None:
    """Where a person of this kind begins."""
    if talk.is_officer:
        officer_desk.home(talk)
    elif talk.is_staff:
        office_desks.home(talk)
    else:
        report.door(talk)


def mine(talk: Talk) -> None:
    """One's own disputes; whoever has none and works here sees the desk."""
    if talk.is_staff and not case_list.own_cases(talk):
        desk.home(talk)
    else:
        case_list.show(talk)


def new_report(talk: Talk) -> None:
    """Anybody may report a matter of their own, staff too; a second one while the first is being said is asked about."""
    unsent.another_matter(talk)


def _poster(talk: Talk, code: str, chosen: Language) -> None:
    area = areas.by_code(talk.work, code)
    if talk.is_officer or talk.is_staff:
        talk.person.language = chosen
        home(talk)
    else:
        unsent.another_matter(talk, area=area, language=chosen)


def _joined(talk: Talk, secret: str) -> None:
    """A link of the roster; where the roster knows a telephone, its last digits are asked first."""
    entry = second_factor.asks(talk.work, secret)
    if entry is not None:
        talk.person.language = talk.person.language or entry.language
        talk.fresh(joining=secret)
        talk.ask(Step.JOIN_DIGITS, Screen.JOIN_DIGITS)
    else:
        _welcome(talk, joining.join_roster(talk.work, secret, talk.person))


def digits_said(talk: Talk) -> None:
    """The last digits of the telephone; wrong ones are counted."""
    secret = str(talk.answers.get("joining", ""))
    tried = second_factor.answer(talk.work, secret, talk.person, talk.heard.text)
    if tried.entry is not None:
        _welcome(talk, tried.entry)
    elif tried.left:
        talk.ask(Step.JOIN_DIGITS, Screen.JOIN_DIGITS, left=tried.left)
    else:
        talk.finish()
        talk.say(Screen.JOIN_LOCKED)


def _welcome(talk: Talk, entry: Person) -> None:
    newcomer = Talk.resume(talk.work, entry, talk.heard)
    newcomer.fresh()
    duties = [
        [duty.role, duty.area.name_zh, duty.area.name_ko]
        for duty in joining.duties_of(talk.work, entry)
    ]
    newcomer.say(Screen.JOINED, duties=duties)


def _joined_as_other_side(talk: Talk, secret: str) -> None:
    case = joining.join_as_other_side(talk.work, secret, talk.person)
    talk.fresh(case_id=case.id)
    talk.say(Screen.JOINED_OTHER, case=case, parties=len(parties(talk.work, case)))
