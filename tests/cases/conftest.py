"""A town of its own in memory for each test of the cases; the same laws on both databases: tests/laws, tests/models."""

from collections.abc import Iterator

import pytest

from tests.scene import Scene, scene_in_memory


@pytest.fixture
def scene() -> Iterator[Scene]:
    with scene_in_memory() as scene:
        yield scene
