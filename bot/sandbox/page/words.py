"""Every word that the page itself says, in the reader's language: 中文, 조선어, or English, which is the message's own id.

Law: what the bot or a person said is not the page's to word; it is shown as it came.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from babel.dates import format_datetime

from bot.terms import Term
from locales import CHINESE, KOREAN, P_, Translator, Word, translator
from locales.formats import CIVIL, fill, stamp

ENGLISH = "en"
#: By the subtag in the page's address; Chinese first.
NAMES: Mapping[str, str] = MappingProxyType({"zh": "中文", "ko": "조선어", "en": "English"})
_HTML = {"zh": "zh-CN", "ko": "ko-CN", "en": "en"}
_OURS = {"zh": CHINESE, "ko": KOREAN}

WORDS: Mapping[str, Word] = MappingProxyType(
    {
        "title": P_("page", "Gridwhistle: everybody's phone"),
        "practice": P_("page", "Practice"),
        "practice_long": P_(
            "page", "Practice: the people and grids are invented, and nothing leaves this machine."
        ),
        "practice_own": P_(
            "page", "Practice: nothing reaches anybody, and nothing leaves this machine."
        ),
        "skip": P_("page", "Skip to the phones"),
        "phones": P_("page", "Phones"),
        "language": P_("page", "Language of this page"),
        "theme": P_("page", "Dark or light"),
        # L10n: Heading of one phone on the page; {name} is role and name of its owner.
        "phone_of": P_("page", "Phone of {name}"),
        # L10n: Heading of the messages in one phone; {name} is role and name of its owner.
        "chat_of": P_("page", "Messages of {name}"),
        "switch": P_("page", "Give this phone to somebody else"),
        "close_phone": P_("page", "Put this phone away"),
        "more": P_("page", "More"),
        "add_phone": P_("page", "One more phone"),
        "who": P_("page", "Whose phone?"),
        "search": P_("page", "Search by name or role"),
        "nobody_found": P_("page", "Nobody is called so."),
        # L10n: Below a list of people; {count} is how many more there are.
        "more_people": P_("page", "and {count} more: search for them"),
        "new_person": P_("page", "Somebody new"),
        "name": P_("page", "Name"),
        "reads": P_("page", "Language of the phone"),
        "add": P_("page", "Add"),
        "cancel": P_("page", "Cancel"),
        "close": P_("page", "Close"),
        "start": P_("page", "START"),
        "earlier": P_("page", "Earlier messages"),
        "write": P_("page", "Message"),
        "send": P_("page", "Send"),
        "commands": P_("page", "Menu of commands"),
        "attach": P_("page", "Attach"),
        "photo": P_("page", "Photo from this device"),
        "file": P_("page", "File from this device"),
        "record": P_("page", "Record a voice message"),
        "recording": P_("page", "Stop and send"),
        "sound": P_("page", "Sound file as a voice message"),
        "sample": P_("page", "Voice message of 21 seconds, silent"),
        "place": P_("page", "Place on the map"),
        "contact": P_("page", "My telephone number"),
        "contact_ask": P_("page", "Send this number to the bot?"),
        "phone_number": P_("page", "Telephone number"),
        "map_hint": P_(
            "page", "Click on the map, or move the pin with the arrow keys, or choose a grid."
        ),
        "map_whole": P_("page", "Whole county"),
        "map_town": P_("page", "Town"),
        "grid": P_("page", "Grid"),
        "latitude": P_("page", "Latitude"),
        "longitude": P_("page", "Longitude"),
        "send_place": P_("page", "Send this place"),
        "block": P_("page", "Block the bot"),
        "unblock": P_("page", "Let the bot in again"),
        "blocked": P_("page", "The bot is blocked: nothing of it comes through."),
        "typing": P_("page", "is writing"),
        "waiting": P_("page", "waiting for the bot"),
        "edited": P_("page", "edited"),
        "silent": P_("page", "without sound"),
        "pinned": P_("page", "pinned"),
        "sent": P_("page", "sent"),
        "read": P_("page", "read"),
        # L10n: Above a forwarded message; {name} is from whom it came first.
        "forwarded": P_("page", "Forwarded from {name}"),
        # L10n: A voice message in a chat; {seconds} is its length.
        "voice": P_("page", "Voice message, {seconds} s"),
        "photo_alt": P_("page", "Photo"),
        "location_alt": P_("page", "Place on a map"),
        "file_alt": P_("page", "File"),
        "own_button": P_("page", "Buttons under this message"),
        "keys": P_("page", "Keys for the answer"),
        "copied": P_("page", "Copied."),
        # L10n: Shown when somebody taps a button that leads to an address; {url} is the address.
        "would_open": P_("page", "Practice: {url} is not opened from here."),
        "gone": P_("page", "That button is no longer there."),
        "cannot": P_("page", "That did not work here."),
        # L10n: Below the field when a text will be cut; {count} is how many messages it becomes.
        "parts": P_(
            "page", "Telegram takes 4,096 characters at a time: this becomes {count} messages."
        ),
        "too_long": P_(
            "page",
            "Too long for a chat: Telegram takes 4,096 characters at a time. Send it as a file.",
        ),
        "too_big": P_("page", "This file is larger than the 50 MB that the practice keeps."),
        "no_microphone": P_("page", "This browser gives no microphone here. Attach a sound file."),
        "time": P_("page", "Date and time of the practice"),
        "hour": P_("page", "+1 hour"),
        "day": P_("page", "+1 day"),
        "workday": P_("page", "Next working day"),
        "until": P_("page", "Until"),
        "go": P_("page", "Go"),
        "passing": P_("page", "Time is passing"),
        "stop": P_("page", "Stop"),
        "backwards": P_("page", "Time does not run backwards."),
        "too_far": P_("page", "At most 400 days at once."),
        "no_time": P_("page", "While the bot is away, time stands still."),
        "unsettled": P_("page", "The bot has not come to rest; look behind the scenes."),
        "busy": P_("page", "Wait until the last step is done."),
        "faults": P_("page", "Faults"),
        "fault_429": P_("page", "Telegram says: too many messages (429)"),
        "fault_slow": P_("page", "Telegram is slow (2 s a call)"),
        "fault_offline": P_("page", "Telegram cannot be reached"),
        "fault_bot": P_("page", "The bot is stopped"),
        "bot_away": P_("page", "The bot is away. What is written now is kept for it."),
        "sandbox_away": P_(
            "page", "The practice does not answer. This page tries again by itself."
        ),
        "play": P_("page", "Play the day"),
        "step": P_("page", "Next step"),
        # L10n: How far the played day is; {done} of {all} steps.
        "steps": P_("page", "Step {done} of {all}"),
        "day_over": P_("page", "The day is over. Begin anew to play it again."),
        "day_lost": P_("page", "The day cannot go on from here. Begin anew to play it."),
        "reset": P_("page", "Begin anew"),
        "reset_ask": P_(
            "page", "Everything of this practice is put away, and the first morning begins. Go on?"
        ),
        "resetting": P_("page", "A new morning is being prepared"),
        "codes": P_("page", "Posters"),
        "codes_hint": P_(
            "page",
            "What hangs in a grid: the left code opens the chat in Chinese, the right one in Korean.",
        ),
        # L10n: Name of a QR code; {language} is the language in which it opens the chat.
        "code_of": P_("page", "Code in {language}"),
        # L10n: A button below a QR code; {name} is role and name of whose phone it is.
        "scan_as": P_("page", "Scan as {name}"),
        "scan": P_("page", "Scan a poster"),
        "scan_new": P_("page", "Scan as somebody new"),
        "behind": P_("page", "Behind the scenes"),
        "case": P_("page", "Case"),
        "no_case": P_("page", "There is no case yet."),
        "journal": P_("page", "Journal"),
        "clocks": P_("page", "Clocks"),
        "outbox": P_("page", "Outbox"),
        "next": P_("page", "Who is told next"),
        "nothing": P_("page", "Nothing."),
        "when": P_("page", "When"),
        "what": P_("page", "What"),
        "by": P_("page", "Who"),
        "state": P_("page", "State"),
        "due": P_("page", "Due"),
        "facts": P_("page", "Facts"),
        "answer": P_("page", "An answer on the screen"),
    }
)


@dataclass(frozen=True, slots=True)
class Speech:
    """The page in one language."""

    code: str
    """zh, ko or en."""
    translator: Translator

    @property
    def html(self) -> str:
        """As HTML names it."""
        return _HTML[self.code]

    def say(self, key: str, **facts: object) -> str:
        """A word of the page."""
        return self.word(WORDS[key], **facts)

    def word(self, word: Word, **facts: object) -> str:
        """Any word of the catalogues."""
        said = self.translator.word(word)
        return fill(said, **facts) if facts else said

    def term(self, term: Term, code: str) -> str:
        """A term of the house; in English its code."""
        return term.ko if self.code == "ko" else term.zh if self.code == "zh" else plain(code)

    def name(self, zh: str, ko: str | None) -> str:
        """A name as written in the page's language; English has none of its own."""
        return ko or zh if self.code == "ko" else zh

    def stamp(self, at: datetime) -> str:
        """The date and hour of the practice."""
        if self.code == ENGLISH:
            civil = at.astimezone(CIVIL)
            return format_datetime(civil, "EEE d MMM y, HH:mm", locale="en")
        return stamp(at, _OURS[self.code])


def plain(code: str) -> str:
    """A code of the house as English words."""
    return code.rpartition(".")[2].replace("_", " ")


def speech(code: str | None) -> Speech:
    """The page's language by its subtag; Chinese, where it is none of ours."""
    if code == ENGLISH:
        nothing: Mapping[tuple[str | None, str], str] = MappingProxyType({})
        return Speech(ENGLISH, Translator(ENGLISH, nothing, nothing))
    known = code if code in _OURS else "zh"
    return Speech(known, translator(_OURS[known]))
