"""Who will have a report, or a case next, if nobody answers: the choice of cases/routing.py as people who can be named."""

from cases.actions.offering import who_had
from cases.dossiers import Dossier, at_hand
from cases.opponents import at_the_end
from cases.own_dispute import barred
from cases.routing import find, find_each
from cases.views import PersonView, party_sees, person_view
from cases.work import Work
from models.area import Area
from models.vocabulary import Category, Language, Level, Part


def who_will_see(
    work: Work, area: Area, category: Category | None, language: Language
) -> tuple[PersonView, ...]:
    """The people named on the submit card: mediator, grid officer, judge (law 10, DESIGN §1)."""
    route = find(work.session, area, work.today, category=category, language=language)
    picks = (*route.mediators[:1], *route.officers[:1], *route.judges[:1])
    held = at_hand(work.session, [pick.person_id for pick in picks])  # the session keeps no other
    return tuple(party_sees(work.session, pick.person_id, pick.role) for pick in picks if held)


def who_is_next(work: Work, dossier: Dossier) -> dict[Part, tuple[PersonView, ...]]:
    """Who would be offered each part next, if nobody answered."""
    case = dossier.case
    if not case.is_open:
        return {}
    sides, red = barred(work, case, dossier.parties), case.level is Level.RED
    out = {part: sides | frozenset(who_had(case, part, dossier.assignments)) for part in Part}
    routes = find_each(
        work.session,
        case.area,
        work.today,
        category=case.category,
        language=case.language,
        excluded=out,
        at=work.now if red else None,
        red=red,
        end=at_the_end(work, case),
    )
    lines = {part: found.line(part)[:2] for part, found in routes.items()}
    held = at_hand(work.session, [pick.person_id for line in lines.values() for pick in line])
    return {  # as above
        part: tuple(person_view(work.session, pick.person_id, pick.role) for pick in line if held)
        for part, line in lines.items()
    }
