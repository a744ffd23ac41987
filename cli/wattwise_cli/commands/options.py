"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

HomeOption = Annotated[
    Path | None, typer.Option("--home", help="The folder that holds all state (or WATTWISE_HOME).", show_default=False)
]
