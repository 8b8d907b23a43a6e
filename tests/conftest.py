"""What holds in every test: no way out of this machine, a foreign time zone, none of the developer's own settings.

Fixtures that many tests share stand in tests/postgres.py (databases) and beside the tests that use them.
"""

import os
import sys
import time

from hypothesis import HealthCheck, settings

from tests.engines import share_statements

pytest_plugins = ("tests.postgres", "tests.pooler", "tests.s3")

# Whoever reads the machine's zone in place of the office's is found out: this one is 11½ hours away and has half hours.
os.environ["TZ"] = "America/St_Johns"
time.tzset()

for name in [name for name in os.environ if name.startswith("GRIDWHISTLE_")]:
    del os.environ[name]

# Time limits belong to pytest-timeout; two shared cores make Hypothesis's own deadline a matter of luck.
settings.register_profile("dev", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile(
    "ci", parent=settings.get_profile("dev"), print_blob=True, max_examples=200
)
settings.load_profile("ci" if os.environ.get("CI") else "dev")


def stay_on_this_machine(event: str, arguments: tuple[object, ...]) -> None:
    """Names are not looked up and addresses not dialled unless they are this machine's; unix sockets are."""
    if event == "socket.connect":
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else "localhost"
    elif event == "socket.getaddrinfo":
        host = arguments[0] or "localhost"
    else:
        return
    if isinstance(host, bytes):
        host = host.decode()
    if host not in {"localhost", "::1", "0.0.0.0", "::"} and not str(host).startswith("127."):
        message = f"a test may not leave this machine: {host}"
        raise ConnectionRefusedError(message)


sys.addaudithook(stay_on_this_machine)
share_statements()
