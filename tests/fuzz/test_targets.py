"""The laws of the fuzzed parsers over what the fuzzer begins with, without a fuzzer; what it once broke stands in seeds.py."""

import pytest

from tests.fuzz.targets import TARGETS


@pytest.mark.parametrize(
    "name", sorted(set(TARGETS) - {"taps"})
)  # tests/handlers/test_fuzz.py taps
def test_every_seed_keeps_the_laws_of_its_target(name: str):
    for seed in TARGETS[name].corpus:
        TARGETS[name].check(seed)
