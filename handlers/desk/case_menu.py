"""What else may be done with a case: a second page of buttons, by how the reader stands to it.

The card keeps the one thing to do now; everything rarer waits here, one tap away.
"""

from collections.abc import Callable
from dataclasses import dataclass

from cases.access import MAY, Doing, Relation
from cases.views import CaseView, NoticeView
from handlers.buttons import Tap, Verb
from handlers.cards import Card
from handlers.desk.desk_lines import Row, heading
from handlers.desk.their_office_screens import may_name
from handlers.heads import head_rights
from handlers.words import Say, case_of, lines
from locales import P_, Word
from models.vocabulary import CLOSED, Channel, Level, Part, Stage


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that may be done, and when it is offered to this reader."""

    verb: Verb
    word: Word
    offered: Callable[[CaseView], bool]
    arg: str = ""


def _mediates(case: CaseView) -> bool:
    """The reader took the case as its mediator, and it is open."""
    own = case.own
    return (
        own is not None
        and own.part is Part.MEDIATOR
        and own.taken_at is not None
        and case.stage not in CLOSED
    )


def _under_way(case: CaseView) -> bool:
    return _mediates(case) and not case.guarded and case.stage in _UNDER_WAY


def _decides(case: CaseView) -> bool:
    """The mediator, or the head of the centre or the duty desk."""
    heads = case.relations & {Relation.SUPERVISOR, Relation.COORDINATOR}
    return _mediates(case) or (bool(heads) and case.stage not in CLOSED)


def _spoke_for_others(case: CaseView) -> bool:
    """The officer who brought it; a person whose own dispute it is has the choice on the card."""
    return Relation.REPORTER in case.relations and case.stage not in CLOSED and not case.guarded


_UNDER_WAY = frozenset({Stage.ACCEPTED, Stage.MEDIATING})
_AGREEABLE = frozenset({Stage.ACCEPTED})  # in mediation it stands on the card
_REFERABLE = frozenset({Stage.REGISTERED, Stage.ACCEPTED, Stage.MEDIATING, Stage.SUSPENDED})


def _may_rise(case: CaseView) -> bool:
    """Whoever may blow the whistle on it, while there is a level above."""
    return (
        bool(case.relations & MAY[Doing.RAISE])
        and _open_to_the_grid(case)
        and (case.level is not Level.RED)
    )


def _visited(case: CaseView) -> bool:
    return Relation.GRID_OFFICER in case.relations and _open_to_the_grid(case)


def _has_people(case: CaseView) -> bool:
    """Several people with one claim, and the reader brought them or mediates for them."""
    spoken_for = case.relations >= {Relation.GRID_OFFICER, Relation.REPORTER}
    return (
        (spoken_for or _mediates(case))
        and _open_to_the_grid(case)
        and (case.channel is Channel.GRID_OFFICER)
    )


def _open_to_the_grid(case: CaseView) -> bool:
    return case.stage not in CLOSED and not case.guarded


def _has_a_judge(case: CaseView) -> bool:
    return _mediates(case) and case.judge is not None and case.judge.taken_at is not None


#: What somebody may do who sees the number, the kind and the stage alone.
_WITHOUT_STORY = frozenset({Verb.RAISE, Verb.VISIT})

_OF_HEADS = (
    Item(Verb.PLACE, P_("staff button", "Say where it is"), head_rights.may_place),
    Item(
        Verb.REASSIGN,
        P_("staff button", "Another mediator"),
        lambda case: head_rights.may_reassign(case, Part.MEDIATOR),
        Part.MEDIATOR,
    ),
    Item(
        Verb.REASSIGN,
        P_("staff button", "Another judge"),
        lambda case: head_rights.may_reassign(case, Part.JUDGE),
        Part.JUDGE,
    ),
    Item(
        Verb.ORDER,
        P_("staff button", "Order the mediator"),
        lambda case: head_rights.may_order(case, Part.MEDIATOR),
        Part.MEDIATOR,
    ),
    Item(
        Verb.ORDER,
        P_("staff button", "Order the judge"),
        lambda case: head_rights.may_order(case, Part.JUDGE),
        Part.JUDGE,
    ),
    Item(Verb.REQUEST, P_("staff button", "Request to the court"), head_rights.may_request),
    Item(
        Verb.THAW,
        P_("staff button", "Lift the freeze"),
        lambda case: head_rights.may_thaw(case, Part.MEDIATOR),
        Part.MEDIATOR,
    ),
    Item(
        Verb.THAW,
        P_("staff button", "Lift the judge's freeze"),
        lambda case: head_rights.may_thaw(case, Part.JUDGE),
        Part.JUDGE,
    ),
    Item(Verb.FREEZE, P_("staff button", "Freeze the judge"), head_rights.may_freeze),
)

MENU: tuple[Item, ...] = (
    Item(Verb.RAISE, P_("staff button", "Blow the whistle"), _may_rise),
    Item(Verb.VISIT, P_("staff button", "A visit"), _visited),
    Item(Verb.TOGETHER, P_("staff button", "A code for the people"), _has_people),
    Item(Verb.GUIDE, P_("staff button", "A word to the judge"), _has_a_judge),
    Item(
        Verb.GUIDANCE,
        P_("staff button", "Between judge and mediator"),
        lambda case: bool(case.guidance),
    ),
    Item(Verb.NOBODY_HOME, P_("staff button", "Visited, nobody there"), _under_way),
    Item(
        Verb.AGREE,
        P_("staff button", "They agreed"),
        lambda case: _mediates(case) and not case.guarded and case.stage in _AGREEABLE,
    ),
    Item(Verb.ASK_SETTLED, P_("staff button", "Ask: settled by themselves?"), _under_way),
    Item(Verb.SUSPEND, P_("staff button", "Let it rest"), _under_way),
    Item(
        Verb.RESUME,
        P_("staff button", "Go on with it"),
        lambda case: _mediates(case) and case.stage is Stage.SUSPENDED,
    ),
    Item(
        Verb.EXTEND,
        P_("staff button", "Extend the term"),
        lambda case: _under_way(case) and case.term_due is not None,
    ),
    Item(
        Verb.REFER,
        P_("staff button", "Pass it on to another organ"),
        lambda case: _decides(case) and case.stage in _REFERABLE,
    ),
    Item(
        Verb.TAKE_BACK,
        P_("staff button", "They did not take it"),
        lambda case: _decides(case) and case.stage is Stage.REFERRED,
    ),
    *_OF_HEADS,
    Item(Verb.OFFICE, P_("staff button", "It is about an office"), may_name),
    Item(Verb.END, P_("staff button", "End the case"), _decides),
    Item(Verb.WITHDRAW, P_("staff button", "Withdraw it"), _spoke_for_others),
    Item(
        Verb.REOPEN,
        P_("staff button", "It happened again"),
        lambda case: (
            Relation.REPORTER in case.relations and case.stage in CLOSED and not case.guarded
        ),
    ),
)


def menu(view: NoticeView, say: Say) -> Card:
    case = case_of(view)
    rows = tuple(
        (say.button(item.word, Tap(item.verb, case.id, case.turn, item.arg)),)
        for item in _offered(case)
    )
    back = say.button(P_("staff button", "Back to the card"), Tap(Verb.OPEN, case.id, case.turn))
    asked = say(P_("card", "What else is to be done?"))
    return Card(lines(heading(case, say), asked), say.language, inline=(*rows, (back,)))


def more_row(case: CaseView, say: Say) -> tuple[Row, ...]:
    """The button that opens the menu; nothing where the menu would be empty."""
    if not _offered(case):
        return ()
    return ((say.button(P_("staff button", "More"), Tap(Verb.MORE, case.id, case.turn)),),)


def _offered(case: CaseView) -> list[Item]:
    return [
        item for item in MENU if (case.story or item.verb in _WITHOUT_STORY) and item.offered(case)
    ]
