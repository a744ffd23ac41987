"""`wattwise forecast`."""

from typing import Annotated

import typer

from wattwise_cli.commands.options import HomeOption, JsonOption, OrganizationOption
from wattwise_cli.commands.work import WaitOption, run_now
from wattwise_contract.jobs import JobKind


def forecast(
    organization: OrganizationOption = None,
    train: Annotated[bool, typer.Option("--train", help="Train and compare the forecasters instead.")] = False,
    wait: WaitOption = False,
    as_json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Forecast the next 48 hours of every meter with the model there is."""
    kind = JobKind.TRAIN_FORECASTERS if train else JobKind.FORECAST_METERS
    run_now(kind, organization=organization, wait=wait, as_json=as_json, home=home)
