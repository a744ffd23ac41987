"""`wattwise aggregate`, `cluster` and `forecast`: jobs that the scheduler would start by itself, started now."""

from pathlib import Path
from typing import Annotated, Any

import typer

from wattwise_cli.connection import choose_organization, connect
from wattwise_cli.output import console, notes, print_json
from wattwise_cli.waiting import wait_for_job
from wattwise_contract.jobs import JobKind

WaitOption = Annotated[bool, typer.Option("--wait", help="Wait for the end; exit with 1 where it failed.")]
TITLES = {
    JobKind.ROLL_UP: "Rolling up",
    JobKind.CLUSTER_CONSUMERS: "Clustering consumers",
    JobKind.TRAIN_FORECASTERS: "Training forecasters",
    JobKind.FORECAST_METERS: "Forecasting",
}


def run_now(kind: JobKind, *, organization: str | None, wait: bool, as_json: bool, home: Path | None) -> None:
    """Starts a job over everything in the organization, or joins the one that is under way."""
    with connect(home) as api:
        job = api.request_job(kind, choose_organization(api, organization).id)
        if wait:
            job = wait_for_job(lambda: api.job(job["id"]), TITLES[kind], quiet=as_json)
    print_json(job) if as_json else _say(kind, job)
    if wait and job["state"] != "succeeded":
        raise typer.Exit(1)


def _say(kind: JobKind, job: dict[str, Any]) -> None:
    short = job["id"][:8]
    if job["state"] == "succeeded":
        console.print(f"{TITLES[kind]}: done. {job['message']}", markup=False)
    elif job["state"] in ("dead", "cancelled"):
        notes.print(f"{TITLES[kind]}: {job['state']}. {job['error']}", markup=False)
    else:
        console.print(f"{TITLES[kind]} is under way. Follow it: wattwise jobs show {short}")
