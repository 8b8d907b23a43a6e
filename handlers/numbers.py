"""A case number as somebody types or says it."""

from sqlalchemy import select

from cases.errors import MistypedNumber
from cases.numbers import CaseNumber, NumberTypo, parse
from cases.reading import read
from handlers.dialogue import Step, Talk
from handlers.heard import Kind
from models.area import Area
from models.case import Case
from models.vocabulary import AreaLevel

#: Where a number is an answer to the open question, not a case number.
_NUMBERS_ARE_ANSWERS = frozenset(
    {
        Step.PHONE,
        Step.OWN_PHONE,
        Step.JOIN_DIGITS,
        Step.JOIN_CODE,
        Step.AWAY_DAYS,
        Step.CALL_NUMBER,
        Step.SAFE_NUMBER,
        Step.WHICH_DAY,
        Step.AGREE_DAY,
        Step.OFFICER_LINE,
        Step.END_WORDS,
        Step.EXTEND_WHY,
        Step.REFER_WORDS,
        Step.ORDER_DUE,
        Step.WHO_PLACE,
    }
)


#: Nothing is asked, or only which language: a number is a case's.
_NO_QUESTION = frozenset({Step.IDLE, Step.LANGUAGE})


_COUNTIES = (
    select(Area.code)
    .where(Area.level == AreaLevel.COUNTY)
    .order_by(Area.code)
    .execution_options(autoflush=False)
)


def number_in(talk: Talk) -> CaseNumber | None:
    """The case number that a message is, and nothing else.

    Raises:
        MistypedNumber: it looks like one, but its check digit does not fit, and no question is open.
    """
    text = talk.heard.text.strip()
    if not text or len(text) > 30 or talk.step in _NUMBERS_ARE_ANSWERS:  # noqa: PLR2004 - a number is short
        return None
    county = talk.work.session.scalars(_COUNTIES).first()
    if county is None:
        return None
    try:
        number = parse(text, area6=county[:6], year=talk.work.today.year)
    except NumberTypo as typo:
        if talk.step not in _NO_QUESTION:
            return None  # "3-302" is an answer: a house number
        raise MistypedNumber from typo
    if talk.step in _NO_QUESTION or number is None or _is_a_case(talk, number):
        return number
    return None  # an answer that only looks like a number


def telephone_in(talk: Talk) -> str | None:
    """The telephone number that somebody gives as their own; the card of somebody else is not taken for it."""
    if talk.heard.kind is Kind.CONTACT:
        return talk.heard.phone
    return read(talk.heard.text).phone


def _is_a_case(talk: Talk, number: CaseNumber) -> bool:
    found = talk.work.session.scalar(
        select(Case.id).where(
            Case.year == number.year,
            Case.area6 == number.area6,
            Case.sequence == number.sequence,
            Case.reporter_id == talk.person.id,
        )
    )
    return found is not None
