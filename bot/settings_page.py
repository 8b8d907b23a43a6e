"""docs/settings.md: every setting, every term that an office may change, and what its own list of danger words looks like."""

from collections.abc import Iterator
from enum import Enum

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from bot.settings import PREFIX, Settings
from cases.danger_words import COLUMNS, NOTES
from cases.policy import POLICY
from cases.workdays import Unit
from models.vocabulary import Flag

_UNITS = {
    Unit.MINUTE: "minutes",
    Unit.HOUR: "hours",
    Unit.WORKING_DAY: "working days",
    Unit.CALENDAR_DAY: "days",
    Unit.MONTH: "months",
    Unit.YEAR: "years",
}
_OF_THE_SANDBOX = "clock_url"  # which sets it by itself
_HEAD = """# Settings

Made by `gridwhistle docs` from bot/settings.py, cases/policy.py and cases/danger_words.py; do not edit. How they work together: [operations.md](operations.md).

| in the environment | when it is not set | meaning |
|---|---|---|
"""
_TERMS = """
## The office's own terms

`GRIDWHISTLE_POLICY` names a file in TOML. Each line names a term and its new length, a whole number in the unit that the term has below: `ack.yellow = 12`. What the file does not name stays as
it is. A term that nobody knows, or a length that is longer than the law allows, is refused at the start.

| term | length | at most | source |
|---|---|---|---|
"""
_WORDS = """
## The office's own danger words

`GRIDWHISTLE_WORDS` names a CSV file in UTF-8 with the columns `{columns}`, like cases/danger_words.csv, which shows every form. It adds words to the shipped list, and takes none away.

- `language`: `zh_CN` or `ko_CN`. `flag`: one of {flags}.
- `strength`: `strong` is told at once, `weak` asks first and a human reads it; {notes} need none. `kind`: `word`.
- `pattern`: `(a|b)` is either, `…` stands for up to six letters of the same clause, `$` for the end of a clause. Spaces, marks and capitals do not matter.

`gridwhistle check` names the row that does not fit. Try a list on texts of your own before you use it: a weak word that is in every second report is read by somebody each time.
"""


def page() -> str:
    """The whole page."""
    words = _WORDS.format(
        columns=",".join(COLUMNS),
        flags=", ".join(f"`{flag}`" for flag in Flag),
        notes=", ".join(f"`{flag}`" for flag in sorted(NOTES)),
    )
    return _HEAD + "".join(_settings()) + _TERMS + "".join(_terms()) + words


def _settings() -> Iterator[str]:
    for name, field in Settings.model_fields.items():
        if name != _OF_THE_SANDBOX:
            meaning = (field.description or "").replace("|", "or")
            yield f"| `{PREFIX}{name.upper()}` | {_unset(field)} | {meaning} |\n"


def _unset(field: FieldInfo) -> str:
    if field.is_required():
        return "**is needed**"
    value = field.get_default()
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    if isinstance(value, bool):
        value = str(value).lower()
    said = value.value if isinstance(value, Enum) else value
    return f"`{said}`" if said not in {"", None} else "–"


def _terms() -> Iterator[str]:
    for key, rule in POLICY.items():
        if rule.term is not None:
            longest = f"{rule.longest}" if rule.longest is not None else "–"
            length = f"{rule.term.length} {_UNITS[rule.term.unit]}"
            yield f"| `{key}` | {length} | {longest} | {rule.source} |\n"
