"""One piece of work: a database session, the civil now, and the office's rules. Every action gets it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from cases.danger_words import Words
from cases.policy import POLICY, Rule
from cases.workdays import YANBIAN, Calendar, civil
from models.vocabulary import Content

if TYPE_CHECKING:
    from cases.dossiers import Dossier


@dataclass(frozen=True, slots=True)
class Rules:
    """What an office may set: its calendar, its policy, its danger words, its telephone, how much it writes unasked."""

    calendar: Calendar
    policy: Mapping[str, Rule]
    words: Words
    hotline: str
    content: Content = Content.FULL

    @classmethod
    def load(cls, *, hotline: str = "") -> "Rules":
        """As shipped; an office's own: bot/office_rules.py."""
        return cls(YANBIAN, POLICY, Words.load(), hotline)


@dataclass(slots=True)
class Work:
    """One transaction's world. `now` is civil time; `spoken` are the notices written so far.

    `dossiers`, by case, were read ahead for many views at once (cases/dossiers.py); an action has none.
    """

    session: Session
    now: datetime
    rules: Rules
    spoken: list[int] = field(default_factory=list)
    dossiers: "Mapping[int, Dossier]" = field(default_factory=dict)

    @property
    def today(self) -> date:
        return civil(self.now).date()
