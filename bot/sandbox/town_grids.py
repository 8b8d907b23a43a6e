"""The grids of the sandbox's town. They and their points are invented; the communities that they lie in are real."""

from sqlalchemy.orm import Session

from models.area import Area
from models.vocabulary import AreaLevel

GRIDS_EACH = 3
#: Invented points: the grid of the stories lies in the middle of Yanji, the others around it (degrees, WGS-84).
MIDDLE = (42.9061, 129.5089)
_BETWEEN_COMMUNITIES, _BETWEEN_GRIDS = (0.008, 0.010), 0.002
_COLUMNS = 4


def fill_grids(session: Session, areas: dict[str, Area], middle: str) -> None:
    """Three grids in each community; those of the community with the code `middle` lie in the middle."""
    communities = [area for area in areas.values() if area.level is AreaLevel.COMMUNITY]
    first = next(place for place, area in enumerate(communities) if area.code == middle)
    for place, community in enumerate(communities):
        north, east = (a - b for a, b in zip(_cell(place), _cell(first), strict=True))
        for number in range(1, GRIDS_EACH + 1):
            grid = Area(
                code=f"{community.code}{number:03}",
                level=AreaLevel.GRID,
                name_zh=f"第{number}网格",
                name_ko=f"제{number}격자",
                aliases=[],
                latitude=round(MIDDLE[0] + north * _BETWEEN_COMMUNITIES[0], 4),
                longitude=round(
                    MIDDLE[1]
                    + east * _BETWEEN_COMMUNITIES[1]
                    + (number - GRIDS_EACH) * _BETWEEN_GRIDS,
                    4,
                ),
                parent=community,
            )
            areas[grid.code] = grid
            session.add(grid)
    session.flush()


def _cell(place: int) -> tuple[int, int]:
    return divmod(place, _COLUMNS)
