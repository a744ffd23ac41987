"""`wattwise cluster`."""

from wattwise_cli.commands.options import HomeOption, JsonOption, OrganizationOption
from wattwise_cli.commands.work import WaitOption, run_now
from wattwise_contract.jobs import JobKind


def cluster(
    organization: OrganizationOption = None,
    wait: WaitOption = False,
    as_json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Put consumers into clusters by their details."""
    run_now(JobKind.CLUSTER_CONSUMERS, organization=organization, wait=wait, as_json=as_json, home=home)
