"""An object store on this machine that speaks S3: moto's server, in a thread of the tests that ask."""

import contextlib
import logging
import uuid
from collections.abc import Iterator

import pytest


def environment(port: int) -> dict[str, str]:
    """The driver's own variables, as an operator sets them."""
    return {
        "AWS_ENDPOINT_URL_S3": f"http://127.0.0.1:{port}",
        "AWS_ACCESS_KEY_ID": "a-key-of-the-suite",
        "AWS_SECRET_ACCESS_KEY": "no-secret",
        "AWS_DEFAULT_REGION": "us-east-1",
    }


@contextlib.contextmanager
def serving(port: int = 0) -> Iterator[int]:
    """The store; its port. What lies in it lasts as long as this process."""
    from moto.server import ThreadedMotoServer  # a second's work, for the few who ask

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer("127.0.0.1", port, verbose=False)
    server.start()
    try:
        yield server.get_host_and_port()[1]
    finally:
        server.stop()


def new_bucket(name: str = "") -> str:
    """An empty bucket in the store that the environment names."""
    import fsspec

    name = name or f"office-{uuid.uuid4().hex[:8]}"
    fsspec.filesystem("s3", skip_instance_cache=True).mkdir(name)
    return name


@pytest.fixture(scope="session")
def s3_server() -> Iterator[int]:
    with serving() as port:
        yield port


@pytest.fixture
def s3(s3_server: int, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of an empty bucket."""
    for name, value in environment(s3_server).items():
        monkeypatch.setenv(name, value)
    return f"s3://{new_bucket()}"
