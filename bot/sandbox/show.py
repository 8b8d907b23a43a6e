"""What happens in the sandbox, printed as each person sees it: who, when, the bubble, the buttons in brackets."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from bot.sandbox.transcript import CIVIL_ZONE, Action, Entry, Transcript, Who
from locales import formats, languages

_BAR = "│"
_INDENT = " " * 6
_BOLD, _DIM, _PLAIN = "\033[1m", "\033[2m", "\033[0m"
_DOES = {
    Action.STARTS: "开始 시작",
    Action.TAPS: "点 누름",
    Action.EDITS: "改 고침",
    Action.BLOCKS: "停用机器人 차단",
    Action.UNBLOCKS: "恢复 차단해제",
}
_SENDS = {
    "voice": "语音 음성",
    "photo": "照片 사진",
    "document": "文件 서류",
    "audio": "录音 록음",
    "video": "视频 동영상",
    "animation": "视频 동영상",
    "location": "位置 위치",
    "contact": "号码 번호",
}


@dataclass(slots=True)
class Show:
    """Prints a transcript as far as it has come, each entry once."""

    transcript: Transcript
    names: Mapping[str, str]
    write: Callable[[str], None]
    colours: bool = False
    _seen: int = 0
    _day: date | None = field(default=None, repr=False)

    def follow(self, transcript: Transcript) -> None:
        """Print another transcript from now on, from its beginning."""
        self.transcript, self._seen = transcript, 0

    def skip(self) -> None:
        """Leave out what has happened since the last time."""
        self._seen = len(self.transcript.entries)

    def catch_up(self) -> None:
        """Print what has happened since the last time."""
        fresh = self.transcript.entries[self._seen :]
        self.skip()
        for deletes, entries in groupby(fresh, lambda entry: entry.action is Action.DELETES):
            if deletes:
                self._deleted(list(entries))
            else:
                for entry in entries:
                    self._one(entry)

    def heading(self, zh: str, ko: str) -> None:
        """A line of the story itself."""
        self.write("")
        self.write(self._bold(f"{zh} / {ko}"))

    def name(self, code: str) -> str:
        """How the person is called in both languages."""
        return self.names.get(code, code)

    def _one(self, entry: Entry) -> None:
        self._new_day(entry)
        if entry.who is Who.PERSON:
            self.write(f"{self._time(entry)} {self._who(entry.person)}: {_deed(entry)}")
            return
        notes = [
            *([_SENDS[entry.kind]] if entry.kind in _SENDS else []),
            *(["无声 소리 없이"] if entry.silent else []),
            *(["改 고침"] if entry.action is Action.EDITS else []),
        ]
        said = f"  ({', '.join(notes)})" if notes else ""
        self.write(f"{self._time(entry)} → {self._who(entry.person)}{said}")
        for line in bubble(entry.text, entry.buttons):
            self.write(f"{_INDENT}{self._dim(_BAR)} {line}")

    def _deleted(self, entries: list[Entry]) -> None:
        self._new_day(entries[0])
        whose = self._who(entries[0].person)
        self.write(f"{self._time(entries[0])} → {whose}  (删除 삭제 × {len(entries)})")

    def _new_day(self, entry: Entry) -> None:
        today = entry.at.astimezone(CIVIL_ZONE).date()
        if today != self._day:
            self._day = today
            both = " · ".join(f"{today.year} {formats.day(today, code)}" for code in languages())
            self.write("")
            self.write(self._bold(f"── {both} ──"))

    def _time(self, entry: Entry) -> str:
        return self._dim(f"{entry.at.astimezone(CIVIL_ZONE):%H:%M}")

    def _who(self, code: str) -> str:
        return self._bold(self.name(code))

    def _bold(self, text: str) -> str:
        return f"{_BOLD}{text}{_PLAIN}" if self.colours else text

    def _dim(self, text: str) -> str:
        return f"{_DIM}{text}{_PLAIN}" if self.colours else text


def bubble(text: str, rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """A message's lines, then its buttons, a row a line."""
    yield from text.splitlines() or [""]
    for row in rows:
        yield " ".join(f"[{label}]" for label in row)


def _deed(entry: Entry) -> str:
    if entry.action is Action.TAPS:
        return f"{_DOES[entry.action]} [{entry.text}]"
    kind = f"({_SENDS.get(entry.kind, entry.kind)}) " if entry.kind != "text" else ""
    does = f"{_DOES[entry.action]} " if entry.action in _DOES else ""
    return f"{does}{kind}{entry.text}".rstrip()
