"""The story of a case: names, telephones and the words as written, opened on a tap only."""

from collections.abc import Iterator
from datetime import datetime

from cases.access import Relation
from cases.views import CaseView, EvidenceView, NoticeView
from handlers.cards import Card
from handlers.desk_lines import additions, heading, open_button, origin
from handlers.staff_cards import card
from handlers.words import EVIDENCE, Html, Say, case_of, cut, lines
from locales import P_, Word
from models.vocabulary import Channel, EvidenceKind

_STORY_LENGTH = (
    2000  # characters of the matter on the page of the story: all of it fits one message
)


def story(view: NoticeView, say: Say) -> Card:
    """Names, telephones and the words as written: opened on a tap only."""
    case = case_of(view)
    if not case.story or (case.guarded and Relation.REPORTER in case.relations):
        return card(view, say)
    text = lines(
        heading(case, say),
        origin(view, say),
        say(
            # L10n: Read by staff; {words} is what somebody wrote.
            P_("card", "Summary: {words}"),
            words=cut(case.summary, 500),
        )
        if case.summary
        else None,
        say(
            # L10n: Read by staff; {words} is what somebody wrote.
            P_("card", "As written: {words}"),
            words=cut(case.matter, _STORY_LENGTH),
        )
        if case.matter
        else None,
        *_contacts(case, say),
        *additions(case, say),
        _evidence_line(case.evidence, say),
        *_timeline(case, say),
    )
    return Card(text, say.language, inline=((open_button(case, say),),))


def _contacts(case: CaseView, say: Say) -> Iterator[Html]:
    if case.channel is Channel.RESIDENT and say.named(case.reporter.name):
        yield say(
            # L10n: Read by staff; {name} is a name.
            P_("card", "Reported by {name}"),
            name=cut(say.named(case.reporter.name), 60),
        )
    if case.phone:
        yield say(
            # L10n: Read by staff; {phone} is a telephone number.
            P_("card", "Telephone: {phone}"),
            phone=cut(case.phone, 40),
        )
    if case.home:
        yield say(
            # L10n: Read by staff; {home} is a house number.
            P_("card", "House: {home}"),
            home=cut(case.home, 80),
        )
    if case.other_side:
        yield say(
            # L10n: Read by staff; {other} is the word used for the other side.
            P_("card", "Other side: {other}"),
            other=cut(case.other_side, 80),
        )
    if not case.consented:
        yield say(P_("card", "The people have not been asked yet: no names."))
    if case.terms:
        yield say(
            # L10n: Read by staff; {terms} is the agreement as written.
            P_("card", "Agreement: {terms}"),
            terms=cut(case.terms, 500),
        )


def _evidence_line(evidence: tuple[EvidenceView, ...], say: Say) -> Html | None:
    if not evidence:
        return None
    kinds = [file.kind for file in evidence]
    counted = [f"{say.plain(EVIDENCE[kind])} {kinds.count(kind)}" for kind in dict.fromkeys(kinds)]
    return say(
        # L10n: Read by staff; {files} is a list of kinds and numbers of files.
        P_("card", "Attachments: {files}"),
        files=say.list(counted),
    )


def _timeline(case: CaseView, say: Say) -> Iterator[Html]:
    yield _event(
        case.registered_at,
        # L10n: Read by staff; {when} is a day and hour.
        P_("card", "{when} registered"),
        say,
    )
    for handler in (case.judge, case.mediator):
        if handler and handler.taken_at:
            yield say(
                # L10n: Read by staff; {when} is a day and hour, {who} is an office and a name.
                P_("card", "{when} {who} took it"),
                when=say.day_hour(handler.taken_at),
                who=say.person(handler.person),
            )
        elif handler:
            yield say(
                # L10n: Read by staff; {when} is a day and hour, {who} is an office and a name.
                P_("card", "{when} offered to {who}"),
                when=say.day_hour(handler.offered_at),
                who=say.person(handler.person),
            )
    mediator = case.mediator
    if mediator and mediator.contact_due:
        yield _event(
            mediator.contact_due,
            # L10n: Read by staff; {when} is a day and hour.
            P_("card", "{when} first contact due"),
            say,
        )
    if case.term_due:
        yield _event(
            case.term_due,
            # L10n: Read by staff; {when} is a day and hour.
            P_("card", "{when} mediation ends"),
            say,
        )
    if case.closed_at:
        yield _event(
            case.closed_at,
            # L10n: Read by staff; {when} is a day and hour.
            P_("card", "{when} closed"),
            say,
        )


def _event(when: datetime, word: Word, say: Say) -> Html:
    return say(word, when=say.day_hour(when))


def file(view: NoticeView, say: Say) -> Card:
    """One photo or voice of a case, to those who may see its story."""
    case = case_of(view)
    found = next((one for one in case.evidence if one.id == view.facts.get("file")), None)
    return Card(
        Html(case.short),
        say.language,
        voice=found.file_id if found and found.kind is EvidenceKind.VOICE else None,
        photo=found.file_id if found and found.kind is EvidenceKind.PHOTO else None,
    )
