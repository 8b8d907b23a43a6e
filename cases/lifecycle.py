"""The life of a case: one table of moves, and the only function that changes a stage.

docs/lifecycle.md is drawn from MOVES.
"""

from dataclasses import dataclass

from cases.errors import MoveNotAllowed
from models.case import Case
from models.vocabulary import Move, Stage


@dataclass(frozen=True, slots=True)
class Step:
    """One move: from which stages, to which stage. Who may make it: cases/access.py."""

    move: Move
    sources: frozenset[Stage]
    target: Stage


def _step(move: Move, sources: set[Stage], target: Stage) -> Step:
    return Step(move, frozenset(sources), target)


MOVES: tuple[Step, ...] = (
    _step(Move.ACCEPT, {Stage.REGISTERED}, Stage.ACCEPTED),
    _step(Move.BEGIN, {Stage.ACCEPTED}, Stage.MEDIATING),
    _step(Move.SUSPEND, {Stage.ACCEPTED, Stage.MEDIATING}, Stage.SUSPENDED),
    _step(Move.RESUME, {Stage.SUSPENDED}, Stage.MEDIATING),
    _step(Move.AGREE, {Stage.ACCEPTED, Stage.MEDIATING, Stage.SUSPENDED}, Stage.AGREED),
    _step(Move.BREACH, {Stage.AGREED}, Stage.MEDIATING),
    _step(
        Move.REFER,
        {Stage.REGISTERED, Stage.ACCEPTED, Stage.MEDIATING, Stage.SUSPENDED},
        Stage.REFERRED,
    ),
    _step(Move.TAKE_BACK, {Stage.REFERRED}, Stage.ACCEPTED),
    _step(
        Move.CLOSE,
        {
            Stage.REGISTERED,
            Stage.ACCEPTED,
            Stage.MEDIATING,
            Stage.SUSPENDED,
            Stage.AGREED,
            Stage.REFERRED,
        },
        Stage.CLOSED,
    ),
    _step(Move.REOPEN, {Stage.CLOSED}, Stage.ACCEPTED),
)

_BY_MOVE = {step.move: step for step in MOVES}


def step(case: Case, move: Move) -> None:
    """Move the case; its turn moves with it, so that older buttons become stale.

    Raises:
        MoveNotAllowed: the case is not in a stage from which this move exists.
    """
    row = _BY_MOVE[move]
    if case.stage not in row.sources:
        raise MoveNotAllowed(move, case.stage)
    case.stage = row.target
    case.turn += 1


def may(case: Case, move: Move) -> bool:
    """Whether the move exists from where the case stands."""
    return case.stage in _BY_MOVE[move].sources


def mermaid() -> str:
    """The lifecycle as a chart, for docs/lifecycle.md."""
    lines = ["stateDiagram-v2", f"    [*] --> {Stage.REGISTERED}: {Move.REGISTER}"]
    lines += [
        f"    {source} --> {row.target}: {row.move}"
        for row in MOVES
        for source in sorted(row.sources)
    ]
    return "\n".join([*lines, f"    {Stage.CLOSED} --> [*]"])
