"""Nothing that people, Telegram and the clock do in any order breaks a law of the cases."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.factories import migrated
from tests.laws.life import on
from tests.postgres import PostgresServer, new_sqlite_file

#: Lives, and moves in each: few while somebody waits for them, many where nobody does. The second is for what only
#: PostgreSQL's types and locks can show.
_PATIENT = bool(os.environ.get("CI"))
SQLITE, POSTGRES = ((60, 40), (12, 30)) if _PATIENT else ((9, 30), (3, 20))


def lives(examples: int, steps: int) -> settings:
    return settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        # A life of thirty moves is read faster than it is shrunk: that takes minutes on a real database.
        phases=[Phase.explicit, Phase.reuse, Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


@pytest.mark.timeout(600)
def test_no_order_of_events_breaks_a_law(tmp_path: Path):
    machine = on(lambda: new_sqlite_file(tmp_path, migrated))

    run_state_machine_as_test(machine, settings=lives(*SQLITE))


@pytest.mark.timeout(600)
def test_nor_does_it_on_postgresql(
    postgres_server: PostgresServer, request: pytest.FixtureRequest
):

    def new_url() -> str:
        name = postgres_server.create(migrated)
        request.addfinalizer(lambda: postgres_server.drop(name))
        return postgres_server.url(name)

    run_state_machine_as_test(on(new_url), settings=lives(*POSTGRES))
