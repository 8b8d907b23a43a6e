"""The browser for tests/page and scripts/pictures: the system's Chromium, or one from a registry package, pinned with its hash.

Laws: nothing is installed that scripts/chromium/package-lock.json does not name; what fits is left alone; what was unpacked
counts as installed only once it has started; where npm or the network is missing, developers are told and go on without, and
CI fails in the tests that need it.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WANTED = ROOT / "scripts" / "chromium"
PLACE = ROOT / ".browser"
STAMP = PLACE / "installed"
AXE = PLACE / "node_modules" / "axe-core" / "axe.min.js"
UNPACKED = PLACE / "unpacked"
CHROMIUM = UNPACKED / "start"
PATIENCE_S = 900.0  # a slow line: the package has 70 MB
SYSTEM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FILES = ("package.json", "package-lock.json", "unpack.mjs")
# A machine without a desktop has no libnss3 and libnspr4. The package brings them, and they are used only where they are
# missing: where there are some, the system's own fit its other libraries better.
START = """#!/bin/sh
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
if ldd "$here/chromium" 2>/dev/null | grep -q 'not found'; then
    export LD_LIBRARY_PATH="$here/al2023/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
fi
exec "$here/chromium" "$@"
"""


def executable() -> Path | None:
    """The browser to use: the system's where there is one, so that what people have is what is tested."""
    return _systems() or (CHROMIUM if CHROMIUM.exists() else None)


def rules() -> Path | None:
    """axe-core, if it is installed."""
    return AXE if AXE.exists() else None


def prepare() -> str | None:
    """Install what is missing; gives why it could not be."""
    PLACE.mkdir(exist_ok=True)
    with (PLACE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if STAMP.exists() and STAMP.read_text() == _digest() and rules() and executable():
            return None
        npm, node = shutil.which("npm"), shutil.which("node")
        if npm is None or node is None:
            return "npm was not found"
        for name in FILES:
            shutil.copy(WANTED / name, PLACE)
        install = [npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
        failed = _ran(install)
        if failed is None and _systems() is None:
            failed = _unpacked(node)
        if failed is None:
            STAMP.write_text(_digest())
        return failed


def _systems() -> Path | None:
    found = (shutil.which(name) for name in SYSTEM)
    return next((Path(one) for one in found if one), None)


def _unpacked(node: str) -> str | None:
    """Unpack the package's browser and its libraries, and start it once; gives why it could not be."""
    shutil.rmtree(UNPACKED, ignore_errors=True)  # what an interrupted run left is taken for whole
    UNPACKED.mkdir()
    failed = _ran([node, "unpack.mjs"], TMPDIR=str(UNPACKED))
    if failed is None:
        CHROMIUM.write_text(START)
        CHROMIUM.chmod(0o755)
        failed = _ran(
            [str(CHROMIUM), "--version"]
        )  # all libraries are found, or it does not start
    if failed is not None:
        CHROMIUM.unlink(missing_ok=True)
    return failed


def _ran(command: list[str], **more: str) -> str | None:
    environment = {**os.environ, **more}
    try:
        done = subprocess.run(
            command,
            cwd=PLACE,
            env=environment,
            check=False,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    if done.returncode == 0:
        return None
    return (done.stdout + done.stderr)[-1500:] or f"{command[0]} failed"


def _digest() -> str:
    whole = b"".join((WANTED / name).read_bytes() for name in FILES)
    return hashlib.sha256(whole).hexdigest()


if __name__ == "__main__":
    why = prepare()
    if why:
        print(
            "没有测试页面用的浏览器 · 화면 시험용 렬람기가 없습니다 · no browser for the tests of the page: "
            f"{why}",
            file=sys.stderr,
        )
