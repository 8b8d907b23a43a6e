"""Where long runs are played: folders and databases of one kind, made as they are asked for."""

import tempfile
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests import postgres
from tests.chaos.moments import Databases, PostgresDatabases, SQLiteFiles
from tests.postgres import Fill


@dataclass(frozen=True, slots=True)
class Place:
    """The run's folder with the PostgreSQL in it, and on which database it is played."""

    folder: Path
    database: str

    def folder_of(self, what: str) -> Path:
        return Path(tempfile.mkdtemp(prefix=f"{what}-", dir=self.folder / "days"))

    def new(self, own: Path) -> Callable[[Fill | None], str]:
        """What makes fresh databases; they go with the run's folder."""
        if self.database == "sqlite":
            return lambda fill: postgres.new_sqlite_file(own, fill)
        server = postgres.PostgresServer(self.folder)
        return lambda fill: server.url(server.create(fill))

    def moments(self, own: Path) -> Databases:
        if self.database == "sqlite":
            return SQLiteFiles(own)
        server = postgres.PostgresServer(self.folder)
        return PostgresDatabases(server, f"chaos_{uuid.uuid4().hex[:8]}", set())
