"""What is read about the office that a dispute is with."""

from cases.access import MAY, Doing, Relation
from cases.views import CaseView, NoticeView
from handlers.buttons import Tap, Verb
from handlers.cards import Card
from handlers.desk.desk_lines import Row, heading
from handlers.stations import STATIONS
from handlers.words import Html, Say, case_of, lines
from locales import P_
from models.vocabulary import CLOSED, Station

_CENTRE = frozenset({Relation.SUPERVISOR, Relation.COORDINATOR})
_COURT = frozenset({Relation.COURT_SUPERVISOR})


def may_name(case: CaseView) -> bool:
    """The first word is anybody's who may say it; afterwards the centre's."""
    who = _CENTRE if case.against is not None else case.relations
    return case.stage not in CLOSED and bool(case.relations & MAY[Doing.NAME_OFFICE] & who)


def office_which(view: NoticeView, say: Say) -> Card:
    case = case_of(view)
    said = case.relations & MAY[Doing.NAME_OFFICE]
    may = (
        frozenset({Station.COURT}) if said == _COURT else frozenset(Station)
    )  # of the court its head (14)
    named = [Station(one) for one in view.facts.get("offices", []) if one in may]
    others = [one for one in Station if one in may and one not in named]
    rows: list[Row] = [
        (say.button(STATIONS[one], Tap(Verb.OFFICE_IS, case.id, case.turn, one)),)
        for one in (*named, *others)
        if one is not case.against
    ]
    if case.against is not None:
        word = P_("staff button", "About no office")
        rows.append((say.button(word, Tap(Verb.OFFICE_IS, case.id, case.turn, "none")),))
    back = say.button(P_("staff button", "Back to the card"), Tap(Verb.OPEN, case.id, case.turn))
    asked = say(
        P_(
            "screen",
            "With which office is the dispute? From then on nobody of it handles it or is told of it.",
        )
    )
    hint = (
        say(
            # L10n: Read by staff; {offices} are offices that the report mentions.
            P_("screen", "The report names: {offices}"),
            offices=say.list(say.plain(STATIONS[one]) for one in named),
        )
        if named
        else None
    )
    text = lines(heading(case, say), against_line(case, say), hint, asked)
    return Card(text, say.language, inline=(*rows, (back,)))


def against_line(case: CaseView, say: Say) -> Html | None:
    if case.against is None:
        return None
    return say(
        # L10n: {office} is an office.
        P_("card", "It is about {office}: nobody of it handles this."),
        office=say.plain(STATIONS[case.against]),
    )
