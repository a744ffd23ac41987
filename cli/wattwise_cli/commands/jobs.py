"""`wattwise jobs`: what the platform works on."""

from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wattwise_cli.commands.options import HomeOption, JsonOption, OrganizationOption
from wattwise_cli.connection import CommandError, choose_organization, connect
from wattwise_cli.output import console, moment, print_json, print_statement, print_table
from wattwise_contract.jobs import JobKind, JobState

if TYPE_CHECKING:
    from wattwise_client import Wattwise

app = typer.Typer(add_completion=False)
JobId = Annotated[str, typer.Argument(metavar="JOB", help="A job's id, or how it begins.")]


@app.callback(invoke_without_command=True)
def jobs(context: typer.Context, as_json: JsonOption = False, home: HomeOption = None) -> None:
    """What the platform works on: list (also without a command), show, retry, cancel."""
    if context.invoked_subcommand is None:
        list_jobs(as_json=as_json, home=home)


@app.command("list")
def list_jobs(
    organization: OrganizationOption = None,
    state: Annotated[JobState | None, typer.Option(help="Only jobs in this state.")] = None,
    kind: Annotated[JobKind | None, typer.Option(help="Only jobs of this kind.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="The newest so many.")] = 30,
    as_json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """List jobs, newest first."""
    with connect(home) as api:
        organization_id = choose_organization(api, organization).id if organization else None
        found = list(islice(api.jobs(organization_id=organization_id, state=state, kind=kind), limit))
    if as_json:
        print_json(found)
        return
    rows = [
        (job["id"][:8], job["kind"], job["state"], f"{job['progress']:.0%}", job["attempts"], moment(job["created_at"]),
         job["error"] if job["state"] == "dead" else job["message"])
        for job in found
    ]  # fmt: skip
    print_table(("job", "kind", "state", "done", "tries", "made (UTC)", ""), rows, empty="There are no such jobs.")


@app.command()
def show(job: JobId, as_json: JsonOption = False, home: HomeOption = None) -> None:
    """Show a job with the story of its attempts."""
    with connect(home) as api:
        found = _find(api, job)
    if as_json:
        print_json(found)
        return
    names = ("id", "kind", "state", "message", "error", "created_at", "started_at", "finished_at")
    print_statement(
        f"Job {found['id'][:8]}", [(name, str(found[name])) for name in names if found.get(name)], justify="left"
    )
    for attempt in found["story"]:
        line = f"  {attempt['attempt']}. {moment(attempt['started_at'])} UTC, {attempt['worker']}"
        console.print(f"{line}: {attempt['outcome']} {attempt['error']}", markup=False)
    if found["traceback"]:
        console.print(found["traceback"], markup=False)


@app.command()
def retry(job: JobId, as_json: JsonOption = False, home: HomeOption = None) -> None:
    """Give a dead or cancelled job its attempts anew."""
    with connect(home) as api:
        answer = api.retry_job(_find(api, job)["id"])
    print_json(answer) if as_json else console.print(f"Job {answer['id'][:8]} is {answer['state']} again.")


@app.command()
def cancel(job: JobId, as_json: JsonOption = False, home: HomeOption = None) -> None:
    """Cancel a job: at once where it has not begun, else at its next step."""
    with connect(home) as api:
        answer = api.cancel_job(_find(api, job)["id"])
    state = "cancelled" if answer["state"] == "cancelled" else "stopping"
    print_json(answer) if as_json else console.print(f"Job {answer['id'][:8]} is {state}.")


def _find(api: "Wattwise", beginning: str) -> dict[str, Any]:
    """The one job whose id is or begins so."""
    if len(beginning) == 36:
        return api.job(beginning)
    found = [job["id"] for job in api.jobs() if job["id"].startswith(beginning.lower())]
    if len(found) != 1:
        many = f"There are {len(found)} jobs" if found else "There is no job"
        raise CommandError(f"{many} whose id begins with {beginning!r}. See: wattwise jobs list")
    return api.job(found[0])
