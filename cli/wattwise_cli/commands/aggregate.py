"""`wattwise aggregate`."""

from wattwise_cli.commands.options import HomeOption, JsonOption, OrganizationOption
from wattwise_cli.commands.work import WaitOption, run_now
from wattwise_contract.jobs import JobKind


def aggregate(
    organization: OrganizationOption = None,
    wait: WaitOption = False,
    as_json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Roll readings up to hours, days and months, where they changed."""
    run_now(JobKind.ROLL_UP, organization=organization, wait=wait, as_json=as_json, home=home)
