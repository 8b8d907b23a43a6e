"""Our bot as an office runs it, by the same composition root, for a benchmark: settings from the environment.

Two things differ, and neither is work saved: civil time begins on a working morning, so that no quiet hours keep offers back; and, unless
--paced is given, Telegram's 30 messages a second do not hold back what is measured.
"""

import argparse
import asyncio
import logging
import time
from datetime import datetime, timedelta

from benchmarks.town import MORNING
from bot import logs
from bot.app import build, keep_for_good
from bot.limits import UNPACED
from bot.settings import Settings


class Morning:
    """Civil time that begins on a working morning and goes on as the machine's does."""

    def __init__(self, at: datetime) -> None:
        self._at, self._began = at, time.monotonic()

    def now(self) -> datetime:
        return self._at + timedelta(seconds=time.monotonic() - self._began)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--at", type=datetime.fromisoformat, default=MORNING)
    asked.add_argument("--paced", action="store_true", help="keep Telegram's limits")
    given = asked.parse_args()
    settings = Settings.load()
    logs.configure(settings.log, logging.WARNING)
    house = build(settings, Morning(given.at))
    if not given.paced:
        house.budget.limits = UNPACED
    keep_for_good()
    asyncio.run(house.run())


if __name__ == "__main__":
    main()
