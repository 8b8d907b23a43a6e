"""What a person has told so far: words, voice messages, photos, a pin; kept as given, in order."""

from sqlalchemy import select

from cases import areas
from cases.actions import evidence
from cases.urgency import language_of
from handlers.dialogue import Talk
from handlers.heard import Kind
from models.area import Area
from models.case import Case
from models.duty import Duty
from models.evidence import Evidence
from models.vocabulary import Role


def hear_matter(talk: Talk) -> bool:
    """Keep what was sent as part of the report; False when it was nothing that a report can hold."""
    heard = talk.heard
    kept = False
    if talk.answers.get("replace") and (heard.file is not None or heard.text):
        talk.remember(words=[], replace=False)  # what happened is said anew
    if heard.file is not None:
        known, file = talk.answers.get("evidence", []), announce(talk).id
        talk.remember(evidence=known if file in known else [*known, file])
        if heard.kind is Kind.VOICE and "danger" not in talk.answers:
            talk.remember(voice=heard.file.seconds or 0)
        kept = True
    if heard.place is not None:
        area = areas.by_point(talk.work, *heard.place)
        if area is not None:
            talk.remember(area_id=area.id)
        kept = True
    if heard.text and heard.kind is not Kind.COMMAND:
        keep_words(talk)
        kept = True
    return kept


def is_abroad(talk: Talk) -> bool:
    """Whether a pin was sent that lies in no area of ours: it is not used, and that is said."""
    place = talk.heard.place
    return place is not None and areas.by_point(talk.work, *place) is None


def announce(talk: Talk, case: Case | None = None) -> Evidence:
    """The file that was sent, as a row; whether it can be kept is found out later."""
    if talk.heard.file is None:
        raise ValueError("no file was sent")
    return evidence.announce(talk.work, talk.person, talk.heard.file, case)


def words_of(talk: Talk) -> str:
    """The words of the report so far, as written, in order."""
    return "\n".join(text for _, text in talk.answers.get("words", []))


def keep_words(talk: Talk) -> None:
    words = [list(word) for word in talk.answers.get("words", [])]
    heard = talk.heard
    if heard.edited and heard.message_id in [number for number, _ in words]:
        words = [
            [number, heard.text if number == heard.message_id else text] for number, text in words
        ]
    else:
        words.append([heard.message_id, heard.text])
    talk.remember(words=words)
    if talk.person.language is None:
        talk.person.language = language_of(heard.text)


def own_grid(talk: Talk) -> int | None:
    """The grid that an officer answers for."""
    duty = talk.work.session.scalars(
        select(Duty)
        .join(Area, Area.id == Duty.area_id)
        .where(Duty.person_id == talk.person.id, Duty.role.in_((Role.GRID_OFFICER, Role.HELPER)))
        .order_by(Duty.rank, Area.code.desc())
    ).first()
    return duty.area_id if duty else None
