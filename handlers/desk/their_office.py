"""With which office a dispute is: chosen from a list, those named in the report first; a human says it, never a machine (11)."""

from cases.access import Doing, access_case
from cases.actions.naming_office import name_office
from cases.opponents import suggested
from handlers.buttons import Tap, Verb
from handlers.dialogue import Talk
from handlers.screens import Screen
from models.vocabulary import Station

NONE = "none"


def ask(talk: Talk, tap: Tap) -> None:
    case = access_case(talk.work, tap.id, by=talk.person, doing=Doing.NAME_OFFICE)
    talk.edit(Screen.OFFICE_WHICH, case=case, offices=[str(one) for one in suggested(case)])


def chosen(talk: Talk, tap: Tap) -> None:
    """`arg`: the kind of office, or that it is none after all."""
    station = None if tap.arg == NONE else Station(tap.arg)
    case = name_office(talk.work, tap.id, talk.person, station)
    talk.edit(Screen.CARD, case=case)


TAPS = {Verb.OFFICE: ask, Verb.OFFICE_IS: chosen}
