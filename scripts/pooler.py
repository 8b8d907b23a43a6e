"""pgbouncer for tests/chaos/test_pooler.py: the system's, or Debian's packages unpacked beside the environment, not installed.

Laws: what apt has not verified is not unpacked; what was unpacked counts as there only once it has started; where apt or the
network is missing, developers are told and go on without, and CI fails in the tests that need it.
"""

import fcntl
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PLACE = ROOT / ".pooler"
UNPACKED = PLACE / "unpacked"
#: What a small machine has not got; the packages' names change with the system's version.
NEEDS = re.compile(r"lib(?:event|c-ares)[\w.+-]*")
PATIENCE_S = 300.0


def executable() -> Path | None:
    """The system's where there is one, so that what people have is what is tested."""
    found = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    ours = UNPACKED / "usr" / "sbin" / "pgbouncer"
    return Path(found) if found else ours if ours.exists() else None


def libraries() -> list[Path]:
    """Where its libraries lie, if it was unpacked."""
    return sorted({path.parent for path in UNPACKED.glob("usr/lib/*/*.so.*")})


def prepare() -> str | None:
    """Fetch what is missing; gives why it could not be."""
    PLACE.mkdir(exist_ok=True)
    with (PLACE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if executable() is not None:
            return None
        if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
            return "there is no pgbouncer and no apt-get"
        for old in PLACE.glob("*.deb"):
            old.unlink()
        failed = _ran("apt-get", "download", "pgbouncer")
        if failed is not None:  # a machine that never asked what there is
            _ran("apt-get", "update")
            failed = _ran("apt-get", "download", "pgbouncer")
        return failed or _ran("apt-get", "download", *_needed()) or _unpacked()


def _needed() -> list[str]:
    field = ["dpkg-deb", "-f", str(next(PLACE.glob("pgbouncer_*.deb"))), "Depends"]
    said = subprocess.run(field, check=True, capture_output=True, text=True).stdout
    return NEEDS.findall(said)


def _unpacked() -> str | None:
    aside = PLACE / "aside"
    shutil.rmtree(aside, ignore_errors=True)
    for package in sorted(PLACE.glob("*.deb")):
        failed = _ran("dpkg-deb", "-x", str(package), str(aside))
        if failed is not None:
            return failed
    shutil.rmtree(UNPACKED, ignore_errors=True)
    aside.rename(UNPACKED)
    path = ":".join(map(str, libraries()))
    failed = _ran(str(executable()), "--version", LD_LIBRARY_PATH=path)
    if failed is not None:
        shutil.rmtree(UNPACKED)
    return failed


def _ran(*command: str, **more: str) -> str | None:
    try:
        done = subprocess.run(
            command,
            cwd=PLACE,
            env={**os.environ, **more},
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


if __name__ == "__main__":
    why = prepare()
    if why:
        print(
            f"没有测试用的 pgbouncer · 시험용 pgbouncer가 없습니다 · no pgbouncer for the tests: {why}",
            file=sys.stderr,
        )
