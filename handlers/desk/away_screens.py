"""What is read about days away, and about what an office lacks."""

from collections.abc import Mapping
from datetime import date

from cases.views import NoticeView
from handlers.buttons import Tap, Verb
from handlers.cards import Card
from handlers.heads.supervise_screens import named
from handlers.words import Html, Say, cut, lines
from locales import P_, Word

# L10n: {count} is a number, {codes} are codes of areas or of the roster; so in the lines that follow.
_NOWHERE = P_("coverage", "The chain ends nowhere: {count} ({codes})")
# L10n: as above
_JUDGE = P_("coverage", "No judge: {count} ({codes})")
# L10n: as above
_MEDIATOR = P_("coverage", "No mediator: {count} ({codes})")
# L10n: as above
_DEPUTY = P_("coverage", "No deputy for the mediator: {count} ({codes})")
# L10n: as above
_JUDGE_DEPUTY = P_("coverage", "No deputy for the judge: {count} ({codes})")
# L10n: as above
_KOREAN = P_("coverage", "Nobody who works in Korean: {count} ({codes})")
# L10n: as above; where a dispute is with an office, all who would be left to answer are its own people.
_OWN_OFFICE = P_("coverage", "Nobody else when it is about their own office: {count} ({codes})")
# L10n: as above
_NOT_JOINED = P_("coverage", "Not joined yet: {count} ({codes})")
# L10n: as above
_BLOCKED = P_("coverage", "Blocked the bot: {count} ({codes})")
# L10n: as above
_AWAY_ALONE = P_("coverage", "Away without a deputy: {count} ({codes})")
# L10n: as above
_ENDING = P_("coverage", "Duties ending within 30 days: {count} ({codes})")
# L10n: {count} is a number, {codes} are areas and hours.
_UNMANNED = P_("coverage", "Nobody on duty in the next 7 days: {count} ({codes})")

_LACKS: Mapping[str, Word] = {
    "nowhere": _NOWHERE,
    "judge": _JUDGE,
    "mediator": _MEDIATOR,
    "deputy": _DEPUTY,
    "judge_deputy": _JUDGE_DEPUTY,
    "korean": _KOREAN,
    "own_office": _OWN_OFFICE,
    "not_joined": _NOT_JOINED,
    "blocked": _BLOCKED,
    "away_alone": _AWAY_ALONE,
    "ending": _ENDING,
    "unmanned": _UNMANNED,
}


def coverage(view: NoticeView, say: Say) -> Card:
    told = [
        say(_LACKS[str(what)], count=count, codes=say.list(map(str, codes)))
        for what, count, codes in view.facts.get("lacks", [])
        if what in _LACKS
    ]
    if not told:
        return Card(say(P_("screen", "Nothing is lacking in your areas.")), say.language)
    return Card(lines(say(P_("screen", "What your areas lack:")), *told), say.language)


def away_ask(view: NoticeView, say: Say) -> Card:
    known = [
        _days(starts, ends, deputy, say) for starts, ends, deputy in view.facts.get("away", [])
    ]
    wrong = (
        say(P_("screen", "These days were not understood.")) if view.facts.get("wrong") else None
    )
    asked = say(
        P_(
            "screen",
            "From which day to which are you away? For example 12.1 12.5. New cases go to whoever stands in; yours stay with you.",
        )
    )
    over = say.button(
        P_("staff button", "I am back"), Tap(Verb.AWAY_BACK, int(view.facts.get("whose", 0)))
    )
    return Card(lines(wrong, *known, asked), say.language, inline=((over,),) if known else ())


def away_confirm(view: NoticeView, say: Say) -> Card:
    """By rule with one tap; or one of the next two, each by a button."""
    facts = view.facts
    starts, ends = str(facts.get("starts", "")), str(facts.get("ends", ""))
    span = f"{starts.replace('-', '')}-{ends.replace('-', '')}"
    turn = int(facts.get("turn") or 0)

    def tap(deputy: object) -> Tap:
        return Tap(Verb.AWAY_OK, int(str(deputy or 0)), turn, span)

    others = [
        # L10n: {who} is an office and a name.
        say.button(
            P_("staff button", "Rather {who}"), tap(person_id), who=cut(named(known, say), 40)
        )
        for person_id, *known in facts.get("others", [])
    ]
    sure = say.button(P_("staff button", "Yes, I am away"), tap(facts.get("deputy_id")))
    rows = ((sure,), *((other,) for other in others))
    return Card(_days(starts, ends, facts.get("deputy"), say), say.language, inline=rows)


def away_said(view: NoticeView, say: Say) -> Card:
    facts = view.facts
    return Card(
        lines(
            _days(
                str(facts.get("starts", "")), str(facts.get("ends", "")), facts.get("deputy"), say
            ),
            say(
                P_("screen", "Noted. The head and the deputy are told. Write /away to change it.")
            ),
        ),
        say.language,
    )


def away_over(_view: NoticeView, say: Say) -> Card:
    return Card(
        say(P_("screen", "Noted: you are here. New cases come to you again.")), say.language
    )


def away_notice(view: NoticeView, say: Say) -> Card:
    """To the head, and to whoever stands in: the first line names nobody."""
    facts = view.facts
    mine = bool(facts.get("you"))
    title = (
        say(P_("notice", "You stand in for somebody away."))
        if mine
        else say(P_("notice", "Somebody of the office is away."))
    )
    away = cut(named(facts.get("who"), say), 60)
    return Card(
        lines(
            title,
            # L10n: {who} is an office and a name.
            say(P_("notice", "Away: {who}"), who=away or "–"),
            _days(
                str(facts.get("starts", "")), str(facts.get("ends", "")), facts.get("deputy"), say
            ),
        ),
        say.language,
    )


def _days(starts: str, ends: str, deputy: object, say: Say) -> Html:
    try:
        first, last = say.day(date.fromisoformat(starts)), say.day(date.fromisoformat(ends))
    except ValueError:
        first = last = "–"
    other = cut(named(deputy, say), 60)
    if not other:
        # L10n: {first} and {last} are days.
        return say(
            P_(
                "screen",
                "{first} – {last}. Nobody is named to stand in: the next in line answers.",
            ),
            first=first,
            last=last,
        )
    # L10n: {first} and {last} are days, {deputy} is an office and a name.
    return say(
        P_("screen", "{first} – {last}. Stands in: {deputy}"), first=first, last=last, deputy=other
    )
