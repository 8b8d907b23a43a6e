"""The command `gridwhistle import rota FILE`: who stands ready in which hours; a plan first."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.importing import (
    All,
    Apply,
    carry_out,
    importing,
    planned_with,
    read_file,
    say_end,
    say_faults,
    say_heads,
    say_list,
)

if TYPE_CHECKING:
    from cases.rota_plan import RotaPlan
    from cases.work import Work


@importing.command()
def rota(
    file: Annotated[
        Path, typer.Argument(help="An xlsx or csv file; see `gridwhistle template rota`.")
    ],
    *,
    apply: Apply = False,
    whole: Annotated[
        bool,
        typer.Option(
            "--whole",
            help="The file is all there is for its areas, roles and days: other shifts there are taken out.",
        ),
    ] = False,
    all_: All = False,
) -> None:
    """Bring in the duty rota: who stands ready for an area, from when until when; one row is one shift."""
    from bot.settings import without_token
    from cases import rota_plan
    from cases.rota_rows import NEEDED

    table = read_file(file, "rota", NEEDED)

    def planned(work: Work) -> RotaPlan:
        return rota_plan.plan(work, table.rows, whole=whole)

    made = planned_with(without_token(), planned, write=apply)
    say_heads("rota", table, made.faults, all_=all_)
    for title, shifts in (
        ("新增班次 새 당직 new shifts", made.added),
        ("修改班次 당직 변경 changed shifts", made.changed),
        ("取消班次 취소한 당직 shifts taken out", made.ended),
    ):
        say_list(title, [one.told for one in shifts], all_=all_)
    typer.echo(f"不变 그대로 unchanged: {made.unchanged}")
    if made.not_in_file:
        typer.echo(
            f"不在文件里的班次 파일에 없는 당직 shifts not in the file: {made.not_in_file}\n"
            "  → 整份值班表请加 --whole / 전체 당직표이면 --whole / for a whole rota: --whole"
        )
    faults = list(made.faults)
    if apply and not made.is_empty:
        late = carry_out(without_token(), list(rota_plan.steps(made)))
        say_faults("rota", late, all_=True)
        faults += late
    say_end(faults, empty=made.is_empty, applied=apply)
