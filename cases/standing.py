"""What makes somebody stand to a case so: with which roles, where, and whether by a tie to this very case. For people to check."""

from dataclasses import dataclass
from enum import StrEnum

from cases.access import BY_DUTY, Relation
from models.vocabulary import Role


class Reach(StrEnum):
    """Where a duty must lie to count for a case."""

    ANYWHERE = "anywhere"
    ABOVE = "above"  # the case's area, or one above it; held today


@dataclass(frozen=True, slots=True)
class Standing:
    """What makes somebody stand so: with which roles, where, and whether by a tie to this very case."""

    roles: frozenset[Role]  # empty: no role is needed
    reach: Reach
    own_case: bool


_PARTS = frozenset({Role.MEDIATOR, Role.JUDGE, Role.JUDGE_ASSISTANT, Role.COORDINATOR})
_PARTY = Standing(frozenset(), Reach.ANYWHERE, own_case=True)
_OFFERED = Standing(_PARTS, Reach.ANYWHERE, own_case=True)

STANDING: dict[Relation, Standing] = {
    Relation.REPORTER: _PARTY,
    Relation.OTHER_SIDE: _PARTY,
    Relation.CONCERNED: _PARTY,
    Relation.MEDIATOR: _OFFERED,
    Relation.JUDGE: _OFFERED,
    Relation.LAST_HANDLER: _OFFERED,
    Relation.FORMER: _OFFERED,
    Relation.HELD: _OFFERED,
    Relation.RECUSED: _OFFERED,
    Relation.TASKED: Standing(frozenset(), Reach.ANYWHERE, own_case=True),
} | {
    relation: Standing(frozenset({role}), Reach.ABOVE, own_case=False)
    for role, relation in BY_DUTY.items()
}
