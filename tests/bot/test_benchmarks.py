"""Each benchmark still runs, at its smallest size. What it measures is read by people, on a quiet machine: no time is asserted."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SMALLEST = {
    "cpu": "--database sqlite --rounds 1 --reports 2 --people 2",
    "replicas": "--rounds 1 --reports 2 --people 2",
    "tap": "--rounds 1 --seconds 1 --rate 6",
    "sending": "--notices 8",
    "memory": "--cases 8 --conversations 2",
}


@pytest.mark.parametrize("name", SMALLEST)
def test_a_benchmark_runs_and_prints_its_rows(name: str):
    words = [sys.executable, "-m", "benchmarks", name, *SMALLEST[name].split()]

    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    rows = [line for line in done.stdout.splitlines() if line.startswith("| ")]
    assert len(rows) >= 2, done.stdout
