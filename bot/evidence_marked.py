"""Evidence behind any other driver of fsspec: a mark of ours tells a store that is away, or another place, from an empty one.

Laws: the mark lies there before the first file does; where it does not lie, nothing is believed to be missing, and it is left only
where nothing was kept before, or where some of that lies; every folder is asked for by itself, since what most drivers list as a
whole leaves out, without a word, the folders that could not be read.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from bot.evidence_elsewhere import EvidenceElsewhere
from bot.evidence_store import EvidenceMissing, StoreAway

MARK = "gridwhistle-evidence"
_SAYS = b"Here lies the evidence of an office, sealed. Without this file it is not believed to be the place.\n"
_FOLDER_NAME = 2  # ab/cd/abcd…


class EvidenceMarked(EvidenceElsewhere):
    """A place that exists beforehand, as a bucket does."""

    def __init__(self, url: str, kept_before: Callable[[], Collection[str]] = tuple) -> None:
        """`kept_before`: addresses under which something must lie already, a few of them; none where nothing was ever kept."""
        super().__init__(url)
        self._kept_before = kept_before
        self._marked = False

    def reach(self) -> None:
        try:
            self._listed_in(self._root)
        except EvidenceMissing as why:
            raise StoreAway(str(why)) from why

    def put(self, content: bytes, sha256: str) -> str:
        self._leave_mark()
        return super().put(content, sha256)

    def put_sealed(self, address: str, sealed: bytes) -> None:
        self._leave_mark()
        folder = self._path(address).rpartition("/")[0]
        self._asked(lambda: self._files.makedirs(folder, exist_ok=True))
        super().put_sealed(address, sealed)

    def lacking(self, wanted: Mapping[str, str]) -> set[str]:
        if wanted:
            self._must_be_there()
        return super().lacking(wanted)

    def _must_be_there(self) -> None:
        try:
            self._asked(lambda: self._files.cat_file(self._mark))
        except EvidenceMissing as why:
            raise StoreAway(f"{self._mark}: {why}") from why

    def _leave_mark(self) -> None:
        """Once in a life: a place that is there and answers is ours from now on.

        The folder on which a disk was not mounted answers too: whoever has kept something must find some of it there.
        """
        if self._marked:
            return
        self.reach()
        try:
            self._asked(lambda: self._files.cat_file(self._mark))
        except EvidenceMissing:
            self._must_be_ours()
            self._asked(lambda: self._files.pipe_file(self._mark, _SAYS))
        self._marked = True

    def _must_be_ours(self) -> None:
        before = self._kept_before()
        if before and not any(self._lies(address) for address in before):
            raise StoreAway(
                f"{self._mark}: it is not there, nor what was kept before; where that is lost for good, an empty file of this name begins anew"
            )

    def _lies(self, address: str) -> bool:
        try:
            self._asked(lambda: self._files.info(self._path(address)))
        except EvidenceMissing:
            return False
        return True

    def _all_files(self) -> dict[str, dict[str, Any]]:
        self.reach()
        folders = [self._root]
        for _ in range(2):
            folders = [
                path
                for folder in folders
                for path, said in self._still_in(folder).items()
                if said.get("type") == "directory" and len(_name(path)) == _FOLDER_NAME
            ]
        return {path: said for folder in folders for path, said in self._still_in(folder).items()}

    def _still_in(self, folder: str) -> dict[str, dict[str, Any]]:
        try:
            return self._listed_in(folder)
        except EvidenceMissing:  # its last file was deleted just now, or the store went away
            self._must_be_there()
            return {}

    def _listed_in(self, folder: str) -> dict[str, dict[str, Any]]:
        found: list[dict[str, Any]] = self._asked(lambda: self._files.ls(folder, detail=True))
        return {str(said["name"]).rstrip("/"): said for said in found}

    @property
    def _mark(self) -> str:
        return f"{self._root}/{MARK}"


def _name(path: str) -> str:
    return path.rpartition("/")[2]
