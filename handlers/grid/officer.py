"""A grid officer blows the whistle: a forwarded or typed message is the report; one tap sends it.

Each line that was read out of it can be corrected; whether the people spoken for agreed is asked, never assumed.
"""

from decimal import Decimal, InvalidOperation

from sqlalchemy import select

from cases import areas
from cases.actions import intake
from cases.reading import Reading, read
from cases.urgency import gate, level_for
from handlers.buttons import Tap, Verb
from handlers.dialogue import Step, Talk
from handlers.grid import officer_kind
from handlers.heard import Kind
from handlers.reporting import missing, telling
from handlers.screens import Screen
from models.notice import Notice
from models.vocabulary import Category, Channel, Flag

_MOST = Decimal(10) ** 11  # yuan, or people: more than a column of the ledger holds


def heard(talk: Talk) -> None:
    """Everything an officer sends is the report, or more of it."""
    if talk.step is not Step.OFFICER:
        talk.fresh(area_id=telling.own_grid(talk))
    if telling.hear_matter(talk):
        card(talk)
    else:
        talk.say(Screen.NOT_UNDERSTOOD)


def card(talk: Talk, *, at_once: bool = False) -> None:
    """What was read, line by line, with the level that follows."""
    text = telling.words_of(talk)
    reading, answers = read(text), talk.answers
    people, amount = _people(talk, reading), _amount(talk, reading)
    category = _category(talk, reading)
    found = gate(text, talk.work.rules.words)
    level = level_for(
        gate=found,
        people=people,
        amount=amount,
        category=category,
        text_wage=Flag.WAGE in found.notes,
    )
    talk.ask(
        Step.OFFICER,
        Screen.OFFICER_CARD,
        hold=not at_once
        and talk.step is Step.OFFICER
        and talk.heard.kind in {Kind.TEXT, Kind.PHOTO, Kind.DOCUMENT},
        owner=talk.person.id,
        turn=talk.draft.turn,
        matter=text,
        category=category,
        because=_because(reading, category),
        wage=Flag.WAGE in found.notes and category in {None, Category.LABOUR},
        own_grid=answers.get("area_id") == telling.own_grid(talk),
        people=people,
        same_claim=reading.same_claim,
        amount=str(amount) if amount is not None else None,
        area_id=answers.get("area_id"),
        other_side=answers.get("other_side", reading.other_side),
        phone_dead=reading.phone_dead,
        attachments=len(answers.get("evidence", [])),
        level=level,
    )


def blow(talk: Talk, tap: Tap) -> None:
    """The whistle: consent as answered, number, offers, clocks, receipt."""
    if tap.turn != talk.draft.turn or tap.id != talk.person.id:
        _stale(talk)
        return
    answers = talk.answers
    reading = read(telling.words_of(talk))
    case = intake.open_case(
        talk.work,
        intake.Report(
            key=talk.draft.key,
            area_id=answers.get("area_id"),
            language=talk.language,
            channel=Channel.GRID_OFFICER,
            matter=telling.words_of(talk) or None,
            evidence=tuple(answers.get("evidence", [])),
            consented=tap.verb is Verb.AGREED,
            people=_people(talk, reading),
            amount=_amount(talk, reading),
            other_side=answers.get("other_side", reading.other_side),
            category=_chosen(talk),
        ),
        talk.person,
    )
    talk.finish(case_id=case.id)


def fix(talk: Talk, tap: Tap) -> None:
    if tap.turn != talk.draft.turn:
        _stale(talk)
    else:
        talk.say(Screen.OFFICER_FIX, turn=talk.draft.turn, owner=talk.person.id)


def fix_line(talk: Talk, tap: Tap) -> None:
    if tap.turn != talk.draft.turn:
        _stale(talk)
        return
    if tap.arg == "kind":
        officer_kind.ask(talk)
        return
    talk.remember(line=tap.arg)
    talk.ask(Step.OFFICER_LINE, Screen.OFFICER_LINE, line=tap.arg)


def line_said(talk: Talk) -> None:
    """The new value of one line; what cannot be read is asked again."""
    line, text = talk.answers.get("line"), talk.heard.text.strip()
    if not (_place_sent(talk, str(line)) or _corrected_by_words(talk, str(line), text)):
        talk.say(Screen.OFFICER_LINE, line=line)
        return
    card(talk)


def kind_tapped(talk: Talk, tap: Tap) -> None:
    """The kind as the officer corrects it: a suggestion, or one of the whole list."""
    if tap.turn != talk.draft.turn or tap.id != talk.person.id:
        _stale(talk)
    elif tap.arg == officer_kind.LIST:
        officer_kind.show_list(talk)
    else:
        talk.remember(category=tap.arg)
        card(talk)


def consent_word(talk: Talk) -> bool:
    """Take "同意" as the answer to the receipt's question; True when it was one."""
    case_id = _replied_case(talk) or talk.answers.get("case_id")
    if talk.heard.text.strip() not in {"同意", "동의", "동의함", "동의합니다"} or case_id is None:
        return False
    case = intake.consent_given(talk.work, case_id, talk.person)
    talk.say(Screen.ADDED, case=case, what="consent")
    return True


def _place_sent(talk: Talk, line: str) -> bool:
    """A location in answer to the question for the place."""
    if line != "place" or talk.heard.place is None:
        return False
    area = areas.by_point(talk.work, *talk.heard.place)
    if area is not None:
        talk.remember(area_id=area.id)
    return area is not None


def _corrected_by_words(talk: Talk, line: str, text: str) -> bool:
    return talk.heard.kind is Kind.TEXT and bool(text) and _corrected(talk, line, text)


def _corrected(talk: Talk, line: str, text: str) -> bool:
    if line == "matter":
        talk.remember(words=[[talk.heard.message_id, text]])
    elif line == "people":
        return _number(talk, "people", text)
    elif line == "amount":
        return _number(talk, "amount", text)
    elif line == "other":
        talk.remember(other_side=text)
    else:
        found = areas.by_name(talk.work, text)
        if len(found) != 1:
            return False
        talk.remember(area_id=found[0].id)
    return True


def _number(talk: Talk, line: str, text: str) -> bool:
    reading = read(f"{text}人" if line == "people" and text.isdigit() else text)
    value = reading.people if line == "people" else reading.amount
    if value is None:
        try:
            value = Decimal(text.replace(",", ""))
        except InvalidOperation:
            return False
        if not (value.is_finite() and 0 < value < _MOST):
            return False
    talk.remember(**{line: str(value)})
    return True


def _chosen(talk: Talk) -> Category | None:
    """The kind that the officer chose himself."""
    said = talk.answers.get("category")
    return Category(said) if said else None


def _category(talk: Talk, reading: Reading) -> Category | None:
    read_out = reading.categories[0].category if reading.categories else None
    return _chosen(talk) or read_out


def _because(reading: Reading, category: Category | None) -> list[str]:
    """The words of the text that speak for this kind; a human's choice needs none."""
    return next((list(one.words) for one in reading.categories if one.category is category), [])


def _people(talk: Talk, reading: Reading) -> int | None:
    corrected = talk.answers.get("people")
    return int(Decimal(corrected)) if corrected else reading.people


def _amount(talk: Talk, reading: Reading) -> Decimal | None:
    corrected = talk.answers.get("amount")
    return Decimal(corrected) if corrected else reading.amount


def _stale(talk: Talk) -> None:
    if talk.step is Step.OFFICER:
        card(talk)
    else:
        missing.tell_where_it_stands(talk)


def _replied_case(talk: Talk) -> int | None:
    """The case of the receipt that was replied to."""
    if talk.heard.reply_to is None:
        return None
    return talk.work.session.scalars(
        select(Notice.case_id).where(
            Notice.person_id == talk.person.id, Notice.message_id == talk.heard.reply_to
        )
    ).first()
