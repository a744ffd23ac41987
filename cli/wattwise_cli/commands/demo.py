"""`wattwise demo`: the platform with a simulated neighbourhood in it, ready to look at."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from wattwise_cli.commands.options import HomeOption
from wattwise_cli.commands.up import announce
from wattwise_cli.connection import CommandError, connect
from wattwise_cli.platform.home import find_home
from wattwise_cli.platform.settings import Wishes
from wattwise_cli.platform.startup import bring_up
from wattwise_client import Unreachable
from wattwise_contract.jobs import JobKind, JobState

if TYPE_CHECKING:
    from wattwise_client import Wattwise

SLUG, NAME, TIMEZONE, COUNTRY = "demo", "Simulated neighbourhood", "Europe/Amsterdam", "NL"
EVERY = 0.4  # seconds between looks
PATIENCE = 600.0  # seconds for all of it; a machine this slow is better told
STEPS: dict[str, tuple[JobKind, ...]] = {
    "Simulate a year and import it": (JobKind.IMPORT,),
    "Roll up by hour, day and month": (JobKind.ROLL_UP,),
    "Put homes into clusters": (JobKind.CLUSTER_CONSUMERS,),
    "Train and compare forecasters": (JobKind.TRAIN_FORECASTERS,),
    "Forecast the next 48 hours": (JobKind.FORECAST_METERS,),
}
LIVE = (JobState.WAITING, JobState.QUEUED, JobState.RUNNING)
Record = dict[str, Any]


@dataclass
class Story:
    """How far each step is (0..1), what it says, and what failed for good."""

    fractions: dict[str, float] = field(default_factory=dict)
    messages: dict[str, str] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)

    @property
    def is_over(self) -> bool:
        return all(self.fractions.get(step, 0.0) >= 1.0 for step in STEPS)


def demo(
    homes: Annotated[int, typer.Option(min=8, max=2000, help="How many homes to simulate.")] = 60,
    seed: Annotated[int, typer.Option(min=0, help="Another number, another neighbourhood.")] = 1,
    port: Annotated[int | None, typer.Option(help="Where people reach it; 8000 at first.")] = None,
    host: Annotated[str | None, typer.Option(help="The address to listen on; 0.0.0.0 opens it to the network.")] = None,
    home: HomeOption = None,
) -> None:
    """Start the platform with a simulated neighbourhood: a year of readings, rolled up, clustered and forecast."""
    console = Console(highlight=False)
    started = time.monotonic()
    with console.status("starting") as status:
        platform = bring_up(find_home(home), Wishes(host, port), say=lambda words: status.update(words))
    up_after = time.monotonic() - started
    with connect(home) as api:
        organization_id, is_new = _neighbourhood(api)
        if is_new or not _has_import(api, organization_id):
            config = {"homes": homes, "seed": seed, "until": _now().isoformat()}
            api.create_simulation(organization_id=organization_id, config=config)
            is_new = True
        story, seconds = _follow(api, organization_id, console)
    announce(platform, console, seconds=up_after)
    _conclude(console, story, seconds, is_new=is_new, total=time.monotonic() - started)


def _now() -> datetime:
    return datetime.now(UTC)


def _neighbourhood(api: "Wattwise") -> tuple[int, bool]:
    """(id of the simulated organization, whether it was made just now)."""
    for organization in api.organizations():
        if organization.slug == SLUG:
            if not organization.is_simulated:
                raise CommandError(f"There is an organization “{SLUG}” of somebody's own here. Use another --home.")
            return organization.id, False
    made = api.create_organization(slug=SLUG, name=NAME, timezone=TIMEZONE, country=COUNTRY, is_simulated=True)
    return int(made["id"]), True


def _has_import(api: "Wattwise", organization_id: int) -> bool:
    return any(
        each["job"] is not None and each["job"]["state"] in (*LIVE, JobState.SUCCEEDED)
        for each in api.imports(organization_id=organization_id)
    )


def _follow(api: "Wattwise", organization_id: int, console: Console) -> tuple[Story, dict[str, float]]:
    """Watch until every step is over. Answers the seconds after which each was."""
    began = time.monotonic()
    over_after: dict[str, float] = {}
    with _bars(console) as (progress, bars):
        while True:
            story = _look(api, organization_id)
            for step, bar in bars.items():
                progress.update(bar, completed=story.fractions.get(step, 0.0), message=story.messages.get(step, ""))
                if story.fractions.get(step, 0.0) >= 1.0 and step not in over_after:
                    over_after[step] = time.monotonic() - began
                    progress.stop_task(bar)
            if story.is_over or time.monotonic() - began > PATIENCE:
                return story, over_after
            time.sleep(EVERY)


@contextmanager
def _bars(console: Console) -> Iterator[tuple[Progress, dict[str, TaskID]]]:
    columns = (
        SpinnerColumn(), TextColumn("{task.description:<32}"), BarColumn(bar_width=24), TimeElapsedColumn(),
        TextColumn("[dim]{task.fields[message]}"),
    )  # fmt: skip
    with Progress(*columns, console=console, transient=True) as progress:
        yield progress, {step: progress.add_task(step, total=1.0, message="") for step in STEPS}


def _look(api: "Wattwise", organization_id: int) -> Story:
    story = Story()
    try:
        jobs = list(api.jobs(organization_id=organization_id))
    except Unreachable:  # it may be starting again
        return story
    for step, kinds in STEPS.items():
        ours = [job for job in jobs if job["kind"] in kinds]
        story.fractions[step], story.messages[step] = _progress(ours)
        newest = max(ours, key=lambda job: job["created_at"], default=None)
        if newest and newest["state"] == JobState.DEAD:
            story.failures.append(f"{step}: {newest['error']}")
    first, rolling, *later = STEPS
    if story.failures and story.fractions[first] < 1.0 or any(failure.startswith(first) for failure in story.failures):
        story.fractions = dict.fromkeys(STEPS, 1.0)
    if not any(story.messages[step] for step in later):  # more readings may yet be rolled up
        story.fractions[rolling] = min(story.fractions[rolling], 0.99)
    return story


def _progress(jobs: list[Record]) -> tuple[float, str]:
    """(how far, what is said) of a step that several jobs may carry out."""
    if not jobs:
        return 0.0, ""
    live = [job for job in jobs if job["state"] in LIVE]
    fraction = sum(1.0 if job not in live else float(job["progress"]) for job in jobs) / len(jobs)
    if not live:
        return 1.0, "done"
    return min(fraction, 0.99), str(live[0]["message"] or live[0]["state"])


def _conclude(console: Console, story: Story, seconds: dict[str, float], *, is_new: bool, total: float) -> None:
    if not is_new:
        console.print(f"The {NAME.lower()} is already there; nothing was changed.")
    else:
        for step, after in seconds.items():
            console.print(f"  {step:<32} done after {after:5.1f} s")
        console.print(f"The {NAME.lower()} is ready after {total:.0f} s. All of it is simulated: nobody lives there.")
    for failure in story.failures:
        console.print(f"[red]{failure}[/red]")
    if story.failures or not story.is_over:
        console.print("Not everything is done. Look at: wattwise jobs")
        raise typer.Exit(1)
