"""What is shown before a case is ended: the outcomes there are, what each needs, and what will be recorded."""

from collections.abc import Iterator

from cases.access import HANDLERS, Relation
from cases.outcomes import APART, TRIES, WAYS, Asked, Shown
from cases.views import NoticeView, ProposalView
from handlers.buttons import Tap, Verb
from handlers.cards import Card
from handlers.desk.desk_lines import Row, heading
from handlers.words import Html, Say, case_of, cut, lines
from locales import P_, Word
from models.vocabulary import Organ, Outcome

OUTCOMES: dict[Outcome, Word] = {
    Outcome.PERFORMED: P_("word", "agreed and performed"),
    Outcome.TO_BE_PERFORMED: P_("word", "agreed, to be performed"),
    Outcome.ORAL_AGREEMENT: P_("word", "oral agreement, performed"),
    Outcome.CONFIRMED_BY_COURT: P_("word", "confirmed by the court"),
    Outcome.SETTLED_THEMSELVES: P_("word", "settled between themselves"),
    Outcome.WITHDRAWN: P_("word", "withdrawn by the applicant"),
    Outcome.REFUSED: P_("word", "one side refuses mediation"),
    Outcome.UNREACHABLE: P_("word", "cannot be reached"),
    Outcome.NOT_REACHED: P_("word", "no agreement was reached"),
    Outcome.TERM_EXPIRED: P_("word", "the term has passed"),
    Outcome.NOT_ACCEPTED: P_("word", "not accepted"),
    Outcome.TO_POLICE: P_("word", "passed to the police"),
    Outcome.TO_OTHER_ORGAN: P_("word", "another organ deals with it"),
    Outcome.MERGED: P_("word", "goes on under another number"),
    Outcome.SHAM: P_("word", "sham or malicious mediation"),
    Outcome.ENDED: P_("word", "a party died, or it came to an end"),
}

ORGANS: dict[Organ, Word] = {
    Organ.COURT: P_("word", "the people's court"),
    Organ.ARBITRATION: P_("word", "arbitration"),
    Organ.ADMINISTRATION: P_("word", "the competent administrative office"),
    Organ.POLICE: P_("word", "the police"),
    Organ.LEGAL_AID: P_("word", "legal aid"),
}

_LACKS: dict[Shown, Word] = {
    Shown.WRITTEN: P_("card", "a written agreement on record"),
    Shown.ORAL: P_("card", "an oral agreement on record"),
    Shown.AGREEMENT: P_("card", "an agreement on record"),
    Shown.KEPT: P_("card", "both sides' own answer that all was kept"),
    Shown.BOTH: P_("card", "both sides' own answer that it is settled"),
    Shown.TERM_OVER: P_("card", "the end of the mediation term"),
}

_ASKS: dict[Asked, Word] = {
    Asked.WORDS: P_("screen", "Please write why, with who said it and when."),
    Asked.RULING: P_("screen", "Please write the number of the court's ruling."),
    Asked.RECEIPT: P_("screen", "Please write the other organ's receipt number."),
    Asked.MAIN_CASE: P_("screen", "Please write the number under which it goes on."),
}


def which(view: NoticeView, say: Say) -> Card:
    case = case_of(view)
    ready = [Outcome(code) for code in view.facts.get("ready", [])]
    rows: tuple[Row, ...] = tuple(
        (
            say.button(
                # L10n: Read by a handler; {outcome} is how a case ended.
                P_("staff button", "{outcome}"),
                Tap(Verb.OUTCOME, case.id, case.turn, outcome),
                outcome=say.plain(OUTCOMES[outcome]),
            ),
        )
        for outcome in ready
    )
    text = lines(
        heading(case, say),
        say(P_("screen", "How did it end?"))
        if ready
        else say(P_("screen", "It cannot be ended yet.")),
        *_lacking(view, say),
    )
    back = say.button(P_("staff button", "Back to the card"), Tap(Verb.OPEN, case.id, case.turn))
    return Card(text, say.language, inline=(*rows, (back,)))


def _lacking(view: NoticeView, say: Say) -> Iterator[Html]:
    for code, needs in view.facts.get("lacking", []):
        needed = [_need(Shown(need), view, say) for need in needs]
        yield say(
            # L10n: Read by a handler; {outcome} is how a case ends, {needs} is what is still missing for it.
            P_("card", "Not yet: {outcome}. Missing: {needs}."),
            outcome=say.plain(OUTCOMES[Outcome(code)]),
            needs=say.list(needed),
        )


def _need(need: Shown, view: NoticeView, say: Say) -> str:
    if need is not Shown.TRIES:
        return say.plain(_LACKS[need])
    count, ways, days = view.facts.get("tries", [0, 0, 0])
    return say.label(
        # L10n: Read by a handler; all are numbers: tries made and needed, ways used and needed, days between first and last and needed.
        P_(
            "card", "tries {count} of {tries}, ways {ways} of {most}, days apart {days} of {apart}"
        ),
        count=count,
        tries=TRIES,
        ways=ways,
        most=WAYS,
        days=days,
        apart=APART.days,
    )


def organ(view: NoticeView, say: Say) -> Card:
    """Which way is shown to the sides, or to whom it goes (R-TJF 26)."""
    case = case_of(view)
    rows: tuple[Row, ...] = tuple(
        (say.button(word, Tap(Verb.ORGAN, case.id, case.turn, one)),)
        for one, word in ORGANS.items()
    )
    asked = say(P_("screen", "Which way were they shown?"))
    return Card(lines(_chosen(view, say), asked), say.language, inline=rows)


def words(view: NoticeView, say: Say) -> Card:
    asked = view.facts.get("asked")
    return Card(
        lines(_chosen(view, say), say(_ASKS[Asked(asked)]) if asked else None), say.language
    )


def confirm(view: NoticeView, say: Say) -> Card:
    """What will be recorded, and what happens then."""
    case = case_of(view)
    organ_code = view.facts.get("organ")
    text = lines(
        _chosen(view, say),
        *details(
            say,
            Organ(organ_code) if organ_code else None,
            str(view.facts.get("words") or ""),
            view.facts.get("main"),
        ),
        say(P_("screen", "A second person has to approve it; until then the case goes on."))
        if view.facts.get("second")
        else say(P_("screen", "It ends at once: all clocks stop, and the sides are told.")),
    )
    rows: tuple[Row, ...] = (
        (say.button(P_("staff button", "Record the end"), Tap(Verb.END_OK, case.id, case.turn)),),
        (say.button(P_("staff button", "Back to the card"), Tap(Verb.OPEN, case.id, case.turn)),),
    )
    return Card(text, say.language, inline=rows)


def details(say: Say, organ: Organ | None, said: str, main: str | None) -> Iterator[Html]:
    """What was said for an ending, line by line."""
    if organ is not None:
        yield say(
            # L10n: Read by staff; {organ} is an office or a way.
            P_("card", "To whom: {organ}"),
            organ=say.plain(ORGANS[organ]),
        )
    if said:
        yield say(
            # L10n: Read by staff; {words} is what somebody wrote.
            P_("card", "Said: {words}"),
            words=cut(said, 600),
        )
    if main:
        yield say(
            # L10n: Read by staff; {number} is the short number of another case.
            P_("card", "Goes on under: {number}"),
            number=main,
        )


def proposal_lines(proposal: ProposalView | None, say: Say) -> Iterator[Html]:
    """On the cards of a case that waits for its second person."""
    if proposal is None:
        return
    # L10n: Read by staff; {outcome} is how a case ends, {who} is a name.
    yield say(
        P_("card", "Waits for approval: {outcome}, proposed by {who}"),
        outcome=say.plain(OUTCOMES[proposal.outcome]),
        who=say.named(proposal.by.name),
    )
    yield from details(say, proposal.organ, proposal.words, proposal.main)


def approval_rows(view: NoticeView, say: Say) -> tuple[Row, ...]:
    """For the second person only: not who proposed it, and nobody who handles the case."""
    case = case_of(view)
    proposal = case.proposal
    heads = case.relations & {Relation.SUPERVISOR, Relation.COORDINATOR}
    own = proposal is not None and proposal.by.id == view.reader.id
    if proposal is None or not heads or own or case.relations & HANDLERS:
        return ()
    return (
        (
            say.button(
                P_("staff button", "Approve closing"), Tap(Verb.APPROVE, case.id, case.turn)
            ),
        ),
        (
            say.button(
                P_("staff button", "Do not approve"), Tap(Verb.NOT_APPROVED, case.id, case.turn)
            ),
        ),
    )


def not_approved_why(view: NoticeView, say: Say) -> Card:
    return Card(
        lines(
            heading(case_of(view), say),
            say(P_("screen", "Why not? Please write it; whoever proposed it reads it.")),
        ),
        say.language,
    )


def contested(view: NoticeView, say: Say) -> Card:
    said = say(
        # L10n: Read by either side; {number} is the short case number.
        P_(
            "screen",
            "{number} The person in charge has been told that you say otherwise, and looks at it.",
        ),
        number=case_of(view).short,
    )
    return Card(said, say.language)


def _chosen(view: NoticeView, say: Say) -> Html:
    case = case_of(view)
    outcome = view.facts.get("outcome")
    if outcome is None:
        return heading(case, say)
    return say(
        # L10n: Read by a handler; {number} is the short case number, {outcome} is how a case ends.
        P_("screen", "<b>{number} · {outcome}</b>"),
        number=say.tag(case),
        outcome=say.plain(OUTCOMES[Outcome(outcome)]),
    )
