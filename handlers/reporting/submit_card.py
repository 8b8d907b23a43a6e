"""The last look before the number: what, where, and who will see it (law 10)."""

from collections.abc import Callable
from typing import Any

from cases.views import NoticeView, PersonView
from handlers.buttons import Tap, Verb
from handlers.cards import Button, Card
from handlers.parties.my_data_screens import NUMBERS_MASKED, agree_word, named_kinds
from handlers.reporting.resident_screens import ABROAD
from handlers.words import Html, Say, cut, lines
from locales import P_
from models.vocabulary import Sensitive


def submit(view: NoticeView, say: Say) -> Card:
    """The last look before the number: what, where, and who will see it (law 10)."""
    owner, turn = int(view.facts.get("owner", view.reader.id)), int(view.facts.get("turn", 0))

    def tap(verb: Verb, arg: str = "") -> Tap:
        return Tap(verb, owner, turn, arg)

    weak = bool(view.facts.get("weak"))
    doubt = (
        say.button(P_("button", "No, nobody is"), tap(Verb.WEAK_NO)),
        say.button(P_("button", "Yes, somebody is"), tap(Verb.WEAK_YES)),
    )
    rows = (
        (say.button(P_("button", "Submit"), tap(Verb.SUBMIT)),),
        (say.button(P_("button", "Change something"), tap(Verb.FIX)),),
        (say.button(P_("button", "Do not submit"), tap(Verb.DISCARD)),),
    )
    danger = say(P_("screen", "Is anybody in danger?"))
    text = lines(
        danger if weak else None,
        say(ABROAD) if view.facts.get("abroad") else None,
        *_summary(view, say),
        *_sensitive(view.facts, say),
    )
    first = (doubt,) if weak else ()
    return Card(text, say.language, inline=(*first, *_show(view.facts, say, tap), *rows))


def _sensitive(facts: dict[str, Any], say: Say) -> tuple[Html | None, ...]:
    """What of the words nobody reads: numbers never, the rest not before it is agreed to."""
    hidden, agreed = facts.get("hidden") or [], facts.get("agreed") or []
    return (
        say(NUMBERS_MASKED) if facts.get("numbers") else None,
        say(
            # L10n: Read by a resident; {kinds} names kinds of sensitive data.
            P_(
                "screen",
                "Your words name {kinds}. It is hidden unless you agree; you can submit it either way.",
            ),
            kinds=named_kinds(hidden, say),
        )
        if hidden
        else None,
        # L10n: Read by a resident; {kinds} names kinds of sensitive data.
        say(P_("screen", "They will also read: {kinds}."), kinds=named_kinds(agreed, say))
        if agreed and not hidden
        else None,
    )


def _show(
    facts: dict[str, Any], say: Say, tap: Callable[..., Tap]
) -> tuple[tuple[Button, ...], ...]:
    """A button of its own, never ticked beforehand (个人信息保护法 29)."""
    hidden = facts.get("hidden") or []
    if hidden:
        word = agree_word(child=Sensitive.CHILD in hidden)
        return ((say.button(word, tap(Verb.SHOW_IT, "yes")),),)
    if facts.get("agreed"):
        return ((say.button(P_("button", "Hide it after all"), tap(Verb.SHOW_IT, "no")),),)
    return ()


def _summary(view: NoticeView, say: Say) -> tuple[Html, ...]:
    if view.place:
        where = say(
            # L10n: Read by a resident; {place} is the place, from the street down.
            P_("screen", "2 Place: {place}"),
            place=say.place(view.place),
        )
    else:
        where = say(P_("screen", "2 Place: not known yet, the duty desk will ask you"))
    return (
        say(P_("screen", "This is what will be sent:")),
        # L10n: matter: the person's own words, the voice message, the photos
        say(P_("screen", "1 Matter: {matter}"), matter=_matter(view.facts, say)),
        where,
        _who_sees(view.people, say),
        _not_told(view.facts.get("other_side"), say),
    )


def _matter(facts: dict[str, Any], say: Say) -> str:
    seconds, photos, files = facts.get("seconds"), facts.get("photos"), facts.get("files")
    return " · ".join(
        part
        for part in (
            cut(facts.get("matter")),
            say.label(
                # L10n: Read by a resident; {seconds} is the length of a voice message.
                P_("screen", "voice, {seconds} s"),
                seconds=seconds,
            )
            if seconds
            else "",
            say.label(
                # L10n: Read by a resident; {count} is a number.
                P_("screen", "photos: {count}"),
                count=photos,
            )
            if photos
            else "",
            say.label(
                # L10n: Read by a resident; {count} is a number.
                P_("screen", "files: {count}"),
                count=files,
            )
            if files
            else "",
        )
        if part
    )


def _who_sees(people: tuple[PersonView, ...], say: Say) -> Html:
    if not people:
        return say(P_("screen", "Once submitted, the duty desk of the governance centre sees it."))
    names = say.list(say.person(person) for person in people)
    # L10n: count: "three people"; people: their offices and names
    return say(
        # L10n: Read by a resident; {count} is a number, {people} is a number of people, or their names.
        P_("screen", "Once submitted, {count} can see it: {people}."),
        count=say.people(len(people)),
        people=names,
    )


def _not_told(other: str | None, say: Say) -> Html:
    if not other:
        return say(P_("screen", "The other side is not contacted without your consent."))
    if other in _PERSONS:
        return say(
            # L10n: Read by a resident; {other} is the word used for the other side.
            P_("screen", "Without your consent nobody contacts this person: {other}."),
            other=other,
        )
    # L10n: other: the word that the person used for the other side (楼上, 웃집)
    return say(
        P_("screen", "Without your consent nobody contacts: {other}."), other=cut(other, 20)
    )


#: Words of cases/reading.py that name a person and not a house or an office; Korean says 에게 after them.
_PERSONS = frozenset(
    {
        "도급자",
        "청부업자",
        "개발상",
        "집주인",
        "세입자",
        "사장",
        "남편",
        "안해",
        "시어머니",
        "운전수",
        "친척",
        "상대방",
        "이웃",
    }
)
