"""What is said when a case ended: how, which ways stay open, and a button for whoever says otherwise (R-TJF 26).

Law: a person who may still sue is never told that this is the end of it; of a guarded case nothing is said but the number.
"""

from collections.abc import Iterator

from cases.access import Relation
from cases.views import CaseView, NoticeView
from handlers.about_case import answer_rows
from handlers.buttons import Verb
from handlers.cards import Card
from handlers.desk.desk_lines import Row, open_button
from handlers.desk.ending_screens import ORGANS
from handlers.words import Html, Say, case_of, lines
from locales import P_, Word
from models.vocabulary import CLOSED, Channel, Organ, Outcome

#: What a side is told beyond "it is closed"; a performed agreement needs no reason.
_WHY: dict[Outcome, Word] = {
    Outcome.SETTLED_THEMSELVES: P_("notice", "Both sides said that it is settled."),
    Outcome.WITHDRAWN: P_("notice", "The applicant took the request back."),
    Outcome.REFUSED: P_("notice", "One side does not wish mediation, which is voluntary."),
    Outcome.UNREACHABLE: P_("notice", "After several tries nobody could be reached."),
    Outcome.NOT_REACHED: P_("notice", "No agreement was reached."),
    Outcome.TERM_EXPIRED: P_("notice", "The time for mediation has passed."),
    Outcome.NOT_ACCEPTED: P_("notice", "It is not for the people's mediation."),
    Outcome.TO_POLICE: P_("notice", "The police have it now."),
    Outcome.TO_OTHER_ORGAN: P_("notice", "The other office has taken it."),
    Outcome.CONFIRMED_BY_COURT: P_("notice", "The court has confirmed the agreement."),
    Outcome.SHAM: P_("notice", "Mediation was stopped."),
    Outcome.ENDED: P_("notice", "It has come to an end."),
}

#: Outcomes after which the other ways are named; after an agreement there is nothing left to sue about.
_OTHER_WAYS = frozenset(_WHY) - {
    Outcome.SETTLED_THEMSELVES,
    Outcome.CONFIRMED_BY_COURT,
    Outcome.ENDED,
}

#: Endings that the sides themselves confirmed; all others may be contested by a tap.
_OWN_WORD = frozenset(
    {
        Outcome.PERFORMED,
        Outcome.ORAL_AGREEMENT,
        Outcome.SETTLED_THEMSELVES,
        Outcome.WITHDRAWN,
        Outcome.MERGED,
    }
)


def closed(view: NoticeView, say: Say) -> Card:
    case = case_of(view)
    party = case.relations & {Relation.REPORTER, Relation.OTHER_SIDE, Relation.CONCERNED}
    if not party and view.reader.staff:
        said = say(
            # L10n: Read by staff; {number} is the short case number.
            P_("notice", "{number} is closed. Nothing for you to do."),
            number=case.short,
        )
        return Card(said, say.language, inline=((open_button(case, say),),))
    outcome = _outcome(view, case)
    text = lines(*_said(view, case, outcome, say))
    may_contest = party and not case.guarded and outcome is not None and outcome not in _OWN_WORD
    rows = (
        answer_rows(case, say, (P_("button", "That is not so"), Verb.CONTEST, "closing"))
        if may_contest
        else ()
    )
    return Card(text, say.language, inline=(*rows, *_rate_row(case, say)))


def _rate_row(case: CaseView, say: Say) -> tuple[Row, ...]:
    """Whoever reported it may say how it was handled, also where somebody else ended it."""
    asked = Relation.REPORTER in case.relations and case.channel is Channel.RESIDENT
    if not asked or case.guarded or case.progress.rated or case.stage not in CLOSED:
        return ()
    return answer_rows(case, say, (P_("button", "How was it handled?"), Verb.RATE_ASK, ""))


def _said(view: NoticeView, case: CaseView, outcome: Outcome | None, say: Say) -> Iterator[Html]:
    main = view.facts.get("main_number")
    if outcome is Outcome.MERGED and main:
        yield say(
            # L10n: Read by who reported; {number} and {main} are short case numbers.
            P_(
                "notice", "{number} This matter goes on under the number {main}. Nothing was lost."
            ),
            number=case.short,
            main=str(main),
        )
        return
    yield say(
        # L10n: Read by either side; {number} is the short case number.
        P_(
            "notice",
            "{number} This case is closed. If it happens again within 90 days, write here and it goes on under this number.",
        ),
        number=case.short,
    )
    if case.guarded or outcome is None:
        return
    if outcome in _WHY and not _is_theirs_alone(case, outcome):
        yield say(_WHY[outcome])
    organ = view.facts.get("organ")
    if organ:
        yield say(
            # L10n: Read by either side; {organ} is an office or a way, such as arbitration.
            P_("notice", "The way from here: {organ}."),
            organ=say.plain(ORGANS[Organ(organ)]),
        )
    if outcome in _OTHER_WAYS:
        yield say(P_("notice", "You may sue at any time; legal aid: 12348."))


def _is_theirs_alone(case: CaseView, outcome: Outcome) -> bool:
    """That the applicant took it back is told to nobody on the other side."""
    return outcome is Outcome.WITHDRAWN and Relation.OTHER_SIDE in case.relations


def _outcome(view: NoticeView, case: CaseView) -> Outcome | None:
    code = view.facts.get("outcome")
    return Outcome(code) if code else case.outcome
