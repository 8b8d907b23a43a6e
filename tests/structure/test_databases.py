"""The ground that the other tests stand on: each gets a fresh database of its own, on both kinds."""

import os
import socket
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from tests.postgres import RUN_FOLDER, Fill


def lay_the_table(url: str) -> None:
    carry_out(url, "CREATE TABLE note (word VARCHAR(20))", "INSERT INTO note VALUES ('漏水 누수')")
    with (Path(os.environ[RUN_FOLDER]) / "laid").open("a") as laid:
        laid.write(f"{url}\n")


def carry_out(url: str, *statements: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def words(url: str) -> list[str]:
    engine = create_engine(url)
    with engine.connect() as connection:
        found = connection.execute(text("SELECT word FROM note ORDER BY word")).scalars().all()
    engine.dispose()
    return list(found)


def test_what_is_written_is_read_again_in_both_scripts(database_url: str):
    carry_out(database_url, "CREATE TABLE note (word VARCHAR(20))")

    carry_out(database_url, "INSERT INTO note VALUES ('调解'), ('조정')")

    assert words(database_url) == ["调解", "조정"]


def test_a_filled_database_is_filled_once_and_copied_for_each(
    new_database: Callable[[Fill | None], str],
):
    first, second = new_database(lay_the_table), new_database(lay_the_table)

    carry_out(first, "DELETE FROM note")

    assert words(first) == []
    assert words(second) == ["漏水 누수"]
    laid = (Path(os.environ[RUN_FOLDER]) / "laid").read_text().split()
    assert len(laid) == len(set(laid))


def test_postgres_is_one_that_the_bot_supports(postgres_url: str):
    engine = create_engine(postgres_url)
    with engine.connect() as connection:
        version = connection.execute(text("SHOW server_version_num")).scalar_one()
    engine.dispose()

    assert int(version) >= 140000


def test_no_test_leaves_this_machine():
    with (
        socket.socket() as away,
        pytest.raises(ConnectionRefusedError, match="leave this machine"),
    ):
        away.connect(("192.0.2.1", 443))  # RFC 5737: an address that belongs to nobody


def test_the_machines_zone_is_not_the_offices():
    here = datetime(2026, 11, 22, tzinfo=UTC).astimezone().utcoffset()

    assert here is not None
    assert here.total_seconds() % 3600 == 1800
