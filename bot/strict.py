"""python-telegram-bot's application, but a handler that failed has failed: the library swallows all errors otherwise."""

from typing import Any

from telegram.ext import Application

AnyApplication = Application[Any, Any, Any, Any, Any, Any]


class StrictApplication(AnyApplication):
    """Raises what a handler raised, so that the inbox can hold it against the update."""

    async def process_error(
        self,
        update: object | None,
        error: Exception,
        job: Any = None,  # noqa: ANN401 - python-telegram-bot's signature
        coroutine: Any = None,  # noqa: ANN401 - as above
    ) -> bool:
        if job is None and coroutine is None:
            raise error
        return await super().process_error(update, error, job, coroutine)
