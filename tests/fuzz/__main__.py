"""`scripts/fuzz`: coverage-guided fuzzing of the parsers, each target in a process of its own; what breaks one is kept as a file.

Law: the fuzzer is installed for itself alone, and no test needs it: tests/fuzz/test_targets.py plays the seeds without it.
"""

import argparse
import contextlib
import os
import re
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).parents[2]
KEPT = ROOT / ".fuzz"
ROOMS = ["bot", "handlers", "cases", "models", "locales"]
SLOW_S = 10  # one input that takes so long is a find: a stranger could stop us with it


def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/fuzz", description=__doc__)
    parser.add_argument("target", nargs="*", help="all of them, unless named")
    parser.add_argument("--seconds", type=int, default=120, help="for each target (120)")
    parser.add_argument("--list", action="store_true", help="name the targets")
    parser.add_argument("--alone", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.alone:
        fuzz(chosen.target[0], chosen.seconds)
    from tests.fuzz.targets import TARGETS

    unknown = set(chosen.target) - set(TARGETS)
    if chosen.list or unknown:
        parser.exit(len(unknown), f"targets: {' '.join(TARGETS)}\n")
    broken = [name for name in chosen.target or TARGETS if not _holds(name, chosen.seconds)]
    sys.exit(f"broken: {' '.join(broken)}" if broken else 0)


def _holds(name: str, seconds: int) -> bool:
    """Fuzz one target in a process of its own, and say in a line what came of it."""
    KEPT.mkdir(exist_ok=True)
    log = KEPT / f"{name}.log"
    command = [sys.executable, "-m", "tests.fuzz", name, "--seconds", str(seconds), "--alone"]
    with log.open("w", errors="replace") as file:
        done = subprocess.run(command, check=False, cwd=ROOT, stdout=file, stderr=file)
    said = log.read_text(errors="replace")
    runs = re.findall(r"^#(\d+)\s.*?cov: (\d+)", said, re.MULTILINE)
    inputs, seen = runs[-1] if runs else ("0", "0")
    print(
        f"{'ok    ' if not done.returncode else 'BROKEN'}  {name}: {inputs} inputs, {seen} places"
    )
    if done.returncode:
        print("\n".join(said.splitlines()[-25:]), f"\n(all of it: {log})", sep="")
    return done.returncode == 0


def fuzz(name: str, seconds: int) -> None:
    """Never comes back: libFuzzer ends the process."""
    import atheris

    with atheris.instrument_imports(include=ROOMS), contextlib.redirect_stdout(sys.stderr):
        from tests.fuzz.targets import TARGETS
    target = TARGETS[name]
    corpus, found = KEPT / name / "corpus", KEPT / name / "found"
    corpus.mkdir(parents=True, exist_ok=True)
    found.mkdir(exist_ok=True)
    for seed in target.corpus:
        (corpus / sha256(seed).hexdigest()[:16]).write_bytes(seed)
    options = {
        "max_total_time": seconds,
        "max_len": target.longest,
        "timeout": SLOW_S,
        "artifact_prefix": f"{found}{os.sep}",
    }
    atheris.Setup(
        [name, str(corpus), *(f"-{option}={value}" for option, value in options.items())],
        target.check,
    )
    atheris.Fuzz()


if __name__ == "__main__":
    main()
