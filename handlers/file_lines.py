"""Files in words: how many of which kind, whether each is saved yet, and why one was not taken."""

from collections.abc import Iterable, Iterator

from cases.views import CaseView, EvidenceView, NoticeView
from handlers.cards import Card, Shown
from handlers.words import Html, Say, cut, lines, number
from locales import P_, Word
from models.vocabulary import EvidenceKind, EvidenceState, Refusal

_NAME = 40  # characters of a file's name
_NAMED = 3  # files that one message names; the others are counted
_MB = 1 << 20

_COUNTED: dict[EvidenceKind, Word] = {
    # L10n: {count} is a number.
    EvidenceKind.PHOTO: P_("word", "{count} photos"),
    # L10n: {count} is a number.
    EvidenceKind.VOICE: P_("word", "{count} voice messages"),
    # L10n: {count} is a number.
    EvidenceKind.DOCUMENT: P_("word", "{count} files"),
    # L10n: {count} is a number.
    EvidenceKind.AUDIO: P_("word", "{count} recordings"),
    # L10n: {count} is a number.
    EvidenceKind.VIDEO: P_("word", "{count} videos"),
    # L10n: {count} is a number.
    EvidenceKind.ANIMATION: P_("word", "{count} videos"),
}
_STATES: dict[EvidenceState, Word] = {
    EvidenceState.STORED: P_("word", "saved"),
    EvidenceState.ANNOUNCED: P_("word", "being saved"),
    EvidenceState.REFUSED: P_("word", "not taken"),
}

#: What was wrong, in a word, for who reads the case.
_REASONS: dict[Refusal, Word] = {
    Refusal.TOO_LARGE: P_("word", "too large"),
    Refusal.KIND_NOT_TAKEN: P_("word", "this kind of file is not taken"),
    Refusal.EMPTY: P_("word", "empty"),
    Refusal.GONE: P_("word", "no longer with Telegram"),
    Refusal.DROPPED: P_("word", "deleted with its draft"),
}

#: What was wrong and what to do, for who sent it.
_WHAT_TO_DO: dict[Refusal, Word] = {
    Refusal.TOO_LARGE:
    # L10n: Read by who sent a file; {limit} is a number.
    P_(
        "notice",
        "It is too large, at most {limit} MB. Please send a smaller one, or photos instead of a video, or hand it to the mediator.",
    ),
    Refusal.KIND_NOT_TAKEN: P_(
        "notice",
        "This kind of file is not taken. Please send photos, voice, video, PDF, Word or Excel.",
    ),
    Refusal.EMPTY: P_("notice", "The file is empty, please send it again."),
    Refusal.GONE: P_("notice", "It could not be fetched, please send it once more."),
}


def counted(files: Iterable[EvidenceView], say: Say) -> str:
    """照片2张（已保存1，正在保存1）、语音1段（已保存）."""
    by_kind: dict[EvidenceKind, list[EvidenceView]] = {}
    for file in files:
        by_kind.setdefault(file.kind, []).append(file)
    return say.list(
        say.label(
            # L10n: {files} is a number of files of one kind, {states} is how many of them are saved.
            P_("word", "{files} ({states})"),
            files=say.label(_COUNTED[kind], count=len(some)),
            states=_states(some, say),
        )
        for kind, some in by_kind.items()
    )


def _states(files: list[EvidenceView], say: Say) -> str:
    """The state alone when all have the same, else each with its number."""
    states = [file.state for file in files]
    present = [state for state in _STATES if state in states]
    if len(present) == 1:
        return say.plain(_STATES[present[0]])
    return say.list(
        say.label(
            # L10n: {state} is a word like "saved", {count} is how many.
            P_("word", "{state} {count}"),
            state=say.plain(_STATES[state]),
            count=states.count(state),
        )
        for state in present
    )


def named_files(view: NoticeView) -> tuple[EvidenceView, ...]:
    """The files that a message names: those its facts list, as far as its reader may see them."""
    wanted = view.facts.get("evidence")
    if view.case is None or not isinstance(wanted, list):
        return ()
    return tuple(file for file in view.case.evidence if file.id in wanted)


def files_line(view: NoticeView, say: Say) -> Html | None:
    """Each kind, and whether it is saved yet; the same message is changed as they arrive."""
    files = named_files(view)
    if not files:
        return None
    # L10n: Read by who sent files; {files} is a list of kinds and numbers, and whether they are saved.
    return say(P_("notice", "Files: {files}"), files=counted(files, say))


def case_files(case: CaseView, say: Say) -> Iterator[Html]:
    """All files of a case, and by name those that were not taken."""
    if case.evidence:
        yield say(
            # L10n: Read by staff; {files} is a list of kinds and numbers of files.
            P_("card", "Attachments: {files}"),
            files=counted(case.evidence, say),
        )
    for file in case.evidence:
        if file.refusal is not None:
            yield say(
                # L10n: Read by staff; {file} is the name of a file or its kind, {reason} is why it was not taken.
                P_("card", "Not taken: {file} ({reason})"),
                file=cut(file.name, _NAME) or say.label(_COUNTED[file.kind], count=1),
                reason=say.plain(_REASONS[file.refusal]),
            )


def shown(file: EvidenceView) -> Shown | None:
    """A file as it can be shown. A paper whose content nobody has looked at is not handed on."""
    seen = file.kind in {EvidenceKind.PHOTO, EvidenceKind.VOICE}
    if file.state is EvidenceState.STORED or (seen and file.state is EvidenceState.ANNOUNCED):
        return Shown(file.kind, file.file_id)
    return None


def file_refused(view: NoticeView, say: Say) -> Card:
    """To who sent them: what could not be taken, why, and what to do."""
    files = [
        (EvidenceKind(kind), name, Refusal(reason))
        for kind, name, reason in view.facts.get("refused", [])
    ]
    reasons = [reason for reason in _WHAT_TO_DO if reason in {each for _, _, each in files}]
    limit = int(view.facts.get("limit", 0)) // _MB
    return Card(
        lines(
            _how_many(number(view), len(files), say),
            *(
                _why(reason, [name for _, name, each in files if each is reason], limit, say)
                for reason in reasons
            ),
            say(P_("notice", "Everything else was received.")),
        ),
        say.language,
    )


def _how_many(short: str, count: int, say: Say) -> Html:
    if not short:
        # L10n: Read by who sent files; {count} is a number.
        return say(P_("notice", "{count} files could not be taken."), count=count)
    return say(
        # L10n: Read by who sent files; {number} is the short case number, {count} is a number.
        P_("notice", "{number} {count} files could not be taken."),
        number=short,
        count=count,
    )


def _why(reason: Refusal, names: list[str | None], limit: int, say: Say) -> Html:
    why = say(_WHAT_TO_DO[reason], limit=limit)
    known = [cut(name, _NAME) for name in names if name][:_NAMED]
    if not known:
        return why
    return say(
        # L10n: Read by who sent files; {files} is one or more names of files, {why} is what was wrong and what to do.
        P_("notice", "{files}: {why}"),
        files=say.list(known),
        why=why,
    )
