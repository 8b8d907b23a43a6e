"""Makes .venv from a lock file on a machine that has only Python, saying how far it is.

Laws: nothing is installed that the lock does not name with its hash; a .venv that fits is left alone; one that was begun and
not finished is never used; two callers at once wait for each other. uv is used where it is found, pip otherwise.
"""

import contextlib
import fcntl
import hashlib
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed.json"
COMMAND = VENV / "bin" / "gridwhistle"
# For each way of use the lock that is installed, then the locks that this covers.
LOCKS = {
    "run": ("requirements.lock",),
    "dev": ("requirements-dev.lock", "requirements.lock"),
}


def main(use: str) -> None:
    make_ready(use)
    # Without npm or apt all other tests still run, and tests/page and tests/chaos say what is missing.
    if use == "dev":
        for script in ("browser.py", "pooler.py"):
            subprocess.run([sys.executable, str(ROOT / "scripts" / script)], check=False)


def make_ready(use: str) -> None:
    with one_at_a_time():
        if is_fitting(use):
            return
        began = time.monotonic()
        say(
            "准备运行环境（只需一次）", "실행환경을 준비합니다 (한번만)", "making .venv, only once"
        )
        make(use)
        say(f"环境已就绪，用时 {time.monotonic() - began:.0f} 秒", "준비되였습니다", "ready")


def make(use: str) -> None:
    STAMP.unlink(missing_ok=True)
    lock = ROOT / LOCKS[use][0]
    if not install_by_uv(lock):
        install_by_pip(lock)
    write_command()
    STAMP.write_text(json.dumps({name: digest(name) for name in LOCKS[use]}))


def is_fitting(use: str) -> bool:
    """Whether .venv holds what the lock of this use names, and its Python still starts."""
    lock = LOCKS[use][0]
    try:
        installed = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return False
    return installed.get(lock) == digest(lock) and starts(PYTHON)


def digest(lock: str) -> str:
    return hashlib.sha256((ROOT / lock).read_bytes()).hexdigest()


def starts(python: Path) -> bool:
    try:
        return subprocess.run([python, "-c", ""], check=False, capture_output=True).returncode == 0
    except OSError:
        return False


def install_by_uv(lock: Path) -> bool:
    uv = shutil.which("uv")
    if uv is None:
        return False
    # On a terminal uv draws its own progress; elsewhere its list of packages would only be noise.
    quiet = [] if sys.stderr.isatty() else ["--quiet"]
    steps = (
        [uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(VENV)],
        [uv, "pip", "sync", *quiet, "--require-hashes", "--python", str(PYTHON), str(lock)],
    )
    if all(subprocess.run(step, check=False, cwd=ROOT).returncode == 0 for step in steps):
        return True
    say("uv 未能完成，改用 pip", "uv로 되지 않아 pip로 합니다", "uv did not manage; trying pip")
    return False


def install_by_pip(lock: Path) -> None:
    made = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", str(VENV)],
        check=False,
        capture_output=True,
        text=True,
    )
    if made.returncode != 0:
        refuse(
            "无法创建虚拟环境：请安装系统的 python3-venv 包",
            "가상환경을 만들수 없습니다. 체계의 python3-venv 묶음을 설치하십시오",
            "no virtual environment could be made; on Debian and Ubuntu install python3-venv",
            made.stdout + made.stderr,
        )
    total = sum("==" in line for line in lock.read_text().splitlines())
    said: list[str] = []
    pip = ["-m", "pip", "install", "--no-input", "--no-compile", "--require-hashes"]
    process = subprocess.Popen(
        [str(PYTHON), *pip, "--progress-bar", "off", "-r", str(lock)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=ROOT,
    )
    count = 0
    for line in process.stdout or ():
        said.append(line)
        if line.startswith(("Collecting ", "Processing ")):
            count += 1
            say_step(count, total, Path(line.split()[1]).name.partition("==")[0])
        elif line.startswith("Installing "):
            say(f"正在安装 {total} 个包", f"묶음 {total}개를 설치합니다", "installing")
    if process.wait() != 0:
        refuse(
            "未能安装所需的包",
            "필요한 묶음을 설치하지 못했습니다",
            "the packages could not be installed; pip said:",
            "".join(said[-15:]),
        )


def write_command() -> None:
    """`.venv/bin/gridwhistle`, as the wheel would have it: the rooms are run from the repository, not copied."""
    COMMAND.write_text(
        "#!/bin/sh\n"
        'root=$(CDPATH= cd -- "$(dirname -- "$0")/../.." && pwd)\n'
        'PYTHONPATH="$root" exec "$root/.venv/bin/python" -P -m bot "$@"\n'
    )
    COMMAND.chmod(0o755)


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    """Held on this file itself, so that no lock file is left behind."""
    with Path(__file__).open() as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def say(zh: str, ko: str, en: str) -> None:
    print(f"{zh} · {ko} · {en}", file=sys.stderr, flush=True)


def say_step(count: int, total: int, package: str) -> None:
    """On a terminal one line that changes; elsewhere a line for every tenth package."""
    if sys.stderr.isatty():
        end = "\n" if count == total else ""
        print(f"\r  {count}/{total} {package:<40}", end=end, file=sys.stderr, flush=True)
    elif count % 10 == 0 or count == total:
        print(f"  {count}/{total} {package}", file=sys.stderr, flush=True)


def refuse(zh: str, ko: str, en: str, details: str) -> None:
    say(zh, ko, en)
    sys.exit(details)


if __name__ == "__main__":
    if sys.argv[1:] not in (["run"], ["dev"]):
        sys.exit("usage: scripts/prepare run | dev")
    sys.stderr.reconfigure(errors="replace")  # type: ignore[union-attr]  # a real stream when run as a program
    main(sys.argv[1])
