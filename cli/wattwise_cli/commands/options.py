"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

HomeOption = Annotated[
    Path | None, typer.Option("--home", help="The folder that holds all state (or WATTWISE_HOME).", show_default=False)
]
OrganizationOption = Annotated[
    str | None, typer.Option(metavar="SLUG", show_default=False, help="Needed only where several would fit.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON only.")]
