"""Words by code, and `Say`, through which every screen speaks: one reader's language and nothing else.

Laws: every fact put into a sentence is escaped here, once; a sentence made here is `Html` and passes as it is;
names of people and places come as written in the reader's language, never changed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from cases.routing import Why
from cases.views import CaseView, HandlerView, Name, NoticeView, PersonView, PlaceView
from handlers.buttons import Tap
from handlers.cards import Button, safe
from locales import P_, Word, translator
from locales.formats import CIVIL, day, day_hour, fill, hour, money, month_day, stamp, until
from models.vocabulary import (
    Category,
    Language,
    Level,
    Rating,
    Role,
    SafeChannel,
    Stage,
)

LONG = 600  # characters of somebody's words on a card; the whole text is kept with the case


class Html(str):
    """A text that has passed `safe`."""

    __slots__ = ()


#: How a person is addressed by office: 调解员乙, 조정원 을.
TITLES: dict[Role, Word] = {
    Role.RESIDENT: P_("word", "resident"),
    Role.HELPER: P_("word", "building helper"),
    Role.GRID_OFFICER: P_("word", "grid officer"),
    Role.MEDIATOR: P_("word", "mediator"),
    Role.JUDGE: P_("word", "judge"),
    Role.JUDGE_ASSISTANT: P_("word", "judge's assistant"),
    Role.SUPERVISOR: P_("word", "head of the governance centre"),
    Role.COURT_SUPERVISOR: P_("word", "head of the tribunal"),
    Role.COORDINATOR: P_("word", "duty desk"),
    Role.ADMINISTRATOR: P_("word", "administrator"),
}

#: What a person answers for, where the office itself is meant.
OFFICES: dict[Role, Word] = {**TITLES, Role.JUDGE: P_("word", "judge of the grid")}

LEVELS: dict[Level, Word] = {
    Level.RED: P_("word", "urgent"),
    Level.ORANGE: P_("word", "grave"),
    Level.YELLOW: P_("word", "ordinary"),
    Level.GREEN: P_("word", "minor"),
}

#: Levels that stand on every line of a case; an ordinary one is not marked.
MARKED = frozenset({Level.RED, Level.ORANGE})

WAGES = P_("word", "unpaid wages")
CATEGORIES: dict[Category, Word] = {
    Category.FAMILY: P_("word", "marriage and family"),
    Category.NEIGHBOURS: P_("word", "neighbours"),
    Category.HOUSE_SITE: P_("word", "house and homestead"),
    Category.CONTRACT: P_("word", "contract"),
    Category.BUSINESS: P_("word", "business"),
    Category.DAMAGES: P_("word", "damages"),
    Category.LAND: P_("word", "forest and land"),
    Category.EXPROPRIATION: P_("word", "expropriation and relocation"),
    Category.POLLUTION: P_("word", "pollution"),
    Category.LABOUR: P_("word", "labour"),
    Category.CONSUMER: P_("word", "consumer"),
    Category.MEDICAL: P_("word", "medical"),
    Category.TRAFFIC: P_("word", "road accident"),
    Category.PROPERTY_MANAGEMENT: P_("word", "property management"),
    Category.OTHER: P_("word", "other dispute"),
    Category.POLICE: P_("word", "for the police"),
    Category.ADMINISTRATION: P_("word", "for the administration"),
    Category.IN_COURT: P_("word", "before a court"),
}

STAGES: dict[Stage, Word] = {
    Stage.REGISTERED: P_("word", "registered"),
    Stage.ACCEPTED: P_("word", "accepted"),
    Stage.MEDIATING: P_("word", "in mediation"),
    Stage.SUSPENDED: P_("word", "suspended"),
    Stage.AGREED: P_("word", "agreement reached"),
    Stage.REFERRED: P_("word", "passed on to another organ"),
    Stage.CLOSED: P_("word", "closed"),
    Stage.ARCHIVED: P_("word", "archived"),
}

#: Why this person, on a handler's own card.
REASONS: dict[Why, Word] = {
    Why.OWN_GRID:
    # L10n: Read by a handler; {role} is an office, {community} is the name of the community.
    P_("card", "{role} of {community}"),
    Why.OWN_COMMUNITY:
    # L10n: Read by a handler; {role} is an office, {community} is the name of the community.
    P_("card", "{role} of {community}"),
    Why.AREA_ABOVE:
    # L10n: Read by a handler; {role} is an office.
    P_("card", "{role} of the area above"),
    Why.SPECIALISED:
    # L10n: Read by a handler; {category} is the category of the dispute.
    P_("card", "specialised in {category}"),
    Why.LANGUAGE: P_("card", "speaks Korean"),
    Why.NEXT_IN_LINE: P_("card", "next in line"),
    Why.DEPUTY: P_("card", "standing in for somebody away"),
    Why.JOINT_TEAM: P_("card", "of the joint team"),
    Why.ON_DUTY: P_("card", "on duty"),
    Why.AWAY: P_("card", "away, and nobody else is left"),
    Why.OWN_OFFICE: P_("card", "of that office itself, and nobody else is left"),
    # L10n: Read by a handler; {until} is a day and hour.
    Why.ON_SHIFT: P_("card", "on duty until {until}"),
}

RATINGS: dict[Rating, Word] = {
    Rating.SATISFIED: P_("button", "Satisfied"),
    Rating.MOSTLY: P_("button", "Mostly satisfied"),
    Rating.UNSATISFIED: P_("button", "Not satisfied"),
    Rating.NO_ANSWER: P_("button", "No rating"),
}

CHANNELS: dict[SafeChannel, Word] = {
    SafeChannel.UNASKED: P_("card", "Not chosen yet: do not call, do not write."),
    SafeChannel.HERE: P_("card", "This chat is safe: write here."),
    SafeChannel.PHONE: P_("card", "Call only the number and at the hour below."),
    SafeChannel.SELF: P_("card", "The person will come back. Do not contact them."),
    SafeChannel.HELP_ONLY: P_("card", "Only asked where help is. Do not contact them."),
}

_PEOPLE: dict[int, Word] = {
    1: P_("word", "one person"),
    2: P_("word", "two people"),
    3: P_("word", "three people"),
    4: P_("word", "four people"),
}
_MANY = P_("word", "{count} people")


@dataclass(frozen=True, slots=True)
class Say:
    """One reader's language. A strict one raises where a catalogue lacks words (tests)."""

    language: Language
    strict: bool = False

    def __call__(self, word: Word, **facts: object) -> Html:
        """A whole sentence for the screen, its facts made harmless."""
        harmless = {name: _harmless(fact) for name, fact in facts.items()}
        return Html(fill(self.plain(word), **harmless))

    def plain(self, word: Word) -> str:
        return translator(self.language, strict=self.strict).word(word)

    def label(self, word: Word, **facts: object) -> str:
        """A button's caption, which is not HTML."""
        return fill(self.plain(word), **facts)

    def button(self, word: Word, tap: Tap, **facts: object) -> Button:
        return Button(self.label(word, **facts), tap)

    def named(self, name: Name | None) -> str:
        return name.read_in(self.language) if name else ""

    def person(self, person: PersonView) -> str:
        """Office and name: 调解员乙 · 조정원 을."""
        name = self.named(person.name)
        title = self.plain(TITLES[person.role]) if person.role else ""
        if not title or name.startswith(title):
            return name
        if not name:
            return title
        # L10n: an office and the name of the person who holds it
        return self.label(P_("word", "{title} {name}"), title=title, name=name)

    def office(self, person: PersonView) -> str:
        return self.plain(TITLES[person.role]) if person.role else self.named(person.name)

    def place(self, place: PlaceView) -> str:
        """From the street down; the county where no more is known."""
        known = [self.named(part) for part in (place.street, place.community, place.grid) if part]
        gap = "" if self.language is Language.ZH else " "
        return gap.join(known) or self.named(place.county)

    def community(self, place: PlaceView) -> str:
        return self.named(place.community or place.street or place.county)

    def kind(self, case: CaseView) -> str:
        """What a dispute is about, as plainly as it is known."""
        return self.plain(WAGES) if case.wage else self.category(case.category)

    def category(self, category: Category | None) -> str:
        return self.plain(CATEGORIES[category]) if category else ""

    def list(self, items: Iterable[str]) -> str:
        """甲、乙 · 갑, 을."""
        return ("、" if self.language is Language.ZH else ", ").join(
            item for item in items if item
        )

    def people(self, count: int) -> str:
        return self.plain(_PEOPLE[count]) if count in _PEOPLE else self.label(_MANY, count=count)

    def until(self, due: datetime) -> str:
        return until(due, self.language)

    def soon(self, due: datetime, now: datetime) -> str:
        """The hour alone when it is today, else day and hour."""
        same_day = due.astimezone(CIVIL).date() == now.astimezone(CIVIL).date()
        return hour(due, self.language) if same_day else until(due, self.language)

    def day_hour(self, when: datetime) -> str:
        return day_hour(when, self.language)

    def stamp(self, when: datetime) -> str:
        return stamp(when, self.language)

    def hour(self, when: datetime) -> str:
        return hour(when, self.language)

    def day(self, when: date) -> str:
        return day(when, self.language)

    def month_day(self, when: date) -> str:
        return month_day(when, self.language)

    def money(self, yuan: Decimal | int) -> str:
        return money(yuan, self.language)

    def level(self, level: Level) -> str:
        """〔重大〕 · 〔중대〕."""
        return f"〔{self.plain(LEVELS[level])}〕"

    def tag(self, case: CaseView) -> str:
        """124-1〔重大〕 · 124-1 〔중대〕; an ordinary case has its number alone."""
        if case.level not in MARKED:
            return case.short
        level = self.level(case.level)
        return f"{case.short}{level}" if self.language is Language.ZH else f"{case.short} {level}"

    def title(self, case: CaseView, what: str) -> Html:
        """The bold heading of a card: number, level, and what it is."""
        gap = "" if self.language is Language.ZH and case.level in MARKED else " "
        return Html(f"<b>{safe(f'{self.tag(case)}{gap}{what}'.strip())}</b>")


def lines(*parts: Html | None) -> Html:
    """Sentences one under another, without the empty ones."""
    return Html("\n".join(part for part in parts if part))


def cut(text: str | None, longest: int = LONG) -> str:
    """Somebody's words, at most so long."""
    text = text or ""
    return text if len(text) <= longest else f"{text[:longest]}…"


def moment(iso: object) -> datetime:
    """An instant as a fact carries it."""
    return datetime.fromisoformat(str(iso))


def civil_day(iso: object) -> date:
    """A day as a fact carries it: alone, or within an instant."""
    said = str(iso)
    return moment(said).astimezone(CIVIL).date() if "T" in said else date.fromisoformat(said)


def number(view: NoticeView) -> str:
    """The short number, from the case or, where the case may not be named, from the facts."""
    return view.case.short if view.case else str(view.facts.get("number") or "")


def case_of(view: NoticeView) -> CaseView:
    """The case of a notice that cannot be without one."""
    if view.case is None:
        raise ValueError(f"{view.kind} needs a case")
    return view.case


def own_part(view: NoticeView) -> HandlerView | None:
    """The reader's own part in the case."""
    return case_of(view).own


def hotline(view: NoticeView) -> str:
    """The centre's number: the area's own, else the office's; empty when none is known."""
    place = view.case.place if view.case else view.place
    return (place.phone if place else None) or view.hotline


def _harmless(fact: object) -> object:
    return safe(fact) if isinstance(fact, str) and not isinstance(fact, Html) else fact
