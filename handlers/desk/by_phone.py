"""What a side without a chat answered by telephone, one tap on the task that asked to call.

Law 6: an answer is a person's own; who has a chat answers there, and nobody answers for them.
"""

from cases.access import Doing, access_case
from cases.actions import promise, tasks
from cases.errors import NoSuchCase
from handlers.buttons import Tap
from handlers.dialogue import Talk
from handlers.screens import Screen
from models.task import Task
from models.vocabulary import Kept, Side


def heard(talk: Talk, tap: Tap) -> None:
    """Record the answer and finish the task; a second tap finds both done."""
    task = talk.work.session.get(Task, tap.id)
    if task is None:
        raise NoSuchCase
    access_case(talk.work, task.case_id, by=talk.person, doing=Doing.DO_TASK)
    side = Side(task.facts.get("side", Side.REPORTER))
    if tap.arg in set(Kept):
        promise.heard_by_phone(talk.work, task.case_id, talk.person, side, Kept(tap.arg))
    else:
        promise.settled_by_phone(
            talk.work, task.case_id, talk.person, side, settled=tap.arg == "yes"
        )
    case = tasks.finish_task(talk.work, task.id, talk.person)
    talk.edit(Screen.CARD, case=case)
