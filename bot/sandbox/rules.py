"""The Bot API as data: is this a method, are its parameters there, known, and of the right type?

Laws: botapi.json is the only list of methods, parameters and types; what is not in it is refused.
Forms and queries carry everything as text, so a parameter is read from text where its type asks for it;
inside JSON nothing is converted.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from bot.sandbox.refusal import JsonObject

_WHOLE = re.compile(r"-?\d{1,19}\Z")
_NUMBER = re.compile(r"-?\d+(\.\d+)?\Z")
_TRUE = frozenset({"true", "yes", "1"})
_FALSE = frozenset({"false", "no", "0", ""})


@dataclass(frozen=True, slots=True)
class Upload:
    """A file sent along with a call."""

    name: str
    data: bytes
    mime: str


class MisfitError(Exception):
    """A call that does not fit the Bot API; the text says where and why."""


class Rules:
    """What botapi.json says, ready to be asked."""

    def __init__(self, spec: JsonObject) -> None:
        self._methods: dict[str, JsonObject] = spec["methods"]
        self._types: dict[str, JsonObject] = spec["types"]
        self._by_lower = {name.lower(): name for name in self._methods}

    def method(self, name: str) -> str | None:
        """The method's own spelling (Telegram does not mind the case), or None."""
        return self._by_lower.get(name.lower())

    def read(self, method: str, given: Mapping[str, object]) -> JsonObject:
        """The parameters of a call, typed.

        Raises:
            MisfitError: a parameter is missing, unknown or of the wrong type.
        """
        expected = self._methods[method]
        unknown = [name for name in given if name not in expected]
        if unknown:
            raise MisfitError(f"{method} has no parameter {', '.join(sorted(unknown))}")
        values: JsonObject = {}
        for name, rule in expected.items():
            if name in given:
                values[name] = self._fit(rule["types"], given[name], name, loose=True)
            elif rule.get("required"):
                raise MisfitError(f"{method} needs {name}")
        return values

    def _fit(self, types: Sequence[str], value: object, where: str, *, loose: bool) -> Any:  # noqa: ANN401 - JSON
        faults: list[str] = []
        for kind in types:
            try:
                return self._fit_one(kind, value, where, loose=loose)
            except MisfitError as misfit:
                faults.append(str(misfit))
        raise MisfitError("; ".join(faults))

    def _fit_one(self, kind: str, value: object, where: str, *, loose: bool) -> object:
        if kind in _SIMPLE:
            return _simple(kind, value, where, loose=loose)
        if loose and isinstance(value, str) and kind != "InputFile":
            value = _parsed(value, where)
        if kind.startswith("Array of "):
            if not isinstance(value, list):
                raise MisfitError(f"{where} must be an array")
            inner = [kind.removeprefix("Array of ")]
            return [
                self._fit(inner, item, f"{where}[{place}]", loose=False)
                for place, item in enumerate(value)
            ]
        if kind == "InputFile":
            if isinstance(value, Upload):
                return value
            raise MisfitError(f"{where} must be a file")
        return self._object(kind, value, where)

    def _object(self, kind: str, value: object, where: str) -> object:
        rule = self._types[kind]
        if kind == "KeyboardButton" and isinstance(value, str):
            return {"text": value}  # the documented short form of a reply button
        if not isinstance(value, dict):
            raise MisfitError(f"{where} must be an object ({kind})")
        if "one_of" in rule:
            return self._fit(rule["one_of"], value, where, loose=False)
        fields: dict[str, JsonObject] = rule["fields"]
        unknown = [name for name in value if name not in fields]
        if unknown:
            raise MisfitError(f"{where}: {kind} has no field {', '.join(sorted(unknown))}")
        missing = [name for name, f in fields.items() if f.get("required") and name not in value]
        if missing:
            raise MisfitError(f"{where}: {kind} needs {', '.join(missing)}")
        return {
            name: self._fit(fields[name]["types"], item, f"{where}.{name}", loose=False)
            for name, item in value.items()
        }


_SIMPLE = frozenset({"Integer", "String", "Boolean", "Float"})


def _simple(kind: str, value: object, where: str, *, loose: bool) -> object:
    if loose and isinstance(value, str):
        value = _from_text(kind, value)
    if isinstance(value, _TYPES[kind]) and (kind == "Boolean") is isinstance(value, bool):
        return value
    raise MisfitError(f"{where} must be {kind}, not {value!r:.60}")


_TYPES: dict[str, type | tuple[type, ...]] = {
    "String": str,
    "Boolean": bool,
    "Integer": int,
    "Float": (int, float),
}


def _from_text(kind: str, text: str) -> object:
    if kind == "Boolean" and text.lower() in _TRUE | _FALSE:
        return text.lower() in _TRUE
    if kind == "Integer" and _WHOLE.match(text):
        return int(text)
    if kind == "Float" and _NUMBER.match(text):
        return float(text)
    return text


def _parsed(text: str, where: str) -> object:
    try:
        parsed: object = json.loads(text)
    except ValueError:
        raise MisfitError(f"{where} is not JSON") from None
    return parsed


@cache
def bot_api() -> Rules:
    """The rules of the methods that the sandbox speaks."""
    text = Path(__file__).with_name("botapi.json").read_text(encoding="utf-8")
    return Rules(json.loads(text))
