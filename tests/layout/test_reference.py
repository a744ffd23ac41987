"""The reference names everything there is."""

from functools import partial
from pathlib import Path

import pytest
import typer

from wattwise_backend.environment import Environment
from wattwise_cli.main import COMMANDS, app
from wattwise_clustering.settings import Settings as ClusteringSettings
from wattwise_consumption.settings import Settings as ConsumptionSettings
from wattwise_consumption.sources.kinds import kinds
from wattwise_contract.jobs import JobKind, JobState
from wattwise_forecasting.settings import Settings as ForecastingSettings
from wattwise_scheduler.settings import Settings as SchedulerSettings

REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference"
SETTINGS = (Environment, ConsumptionSettings, ClusteringSettings, ForecastingSettings, SchedulerSettings)
AS_THEY_ARE = {"database_url", "redis_url"}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_described(command: str):
    assert f"`./wattwise {command}" in (REFERENCE / "commands.md").read_text()


def test_every_command_of_a_group_is_described_with_its_options():
    text = (REFERENCE / "commands.md").read_text()
    sections = {part.partition("`")[0]: part for part in text.split("# `./wattwise ")[1:]}
    described = {" ".join(title.split()[:2]): part for title, part in sections.items()}
    root = typer.main.get_command(app)
    missing = set()
    for group in map(partial(root.get_command, None), COMMANDS):
        for name, command in getattr(group, "commands", {}).items():
            options = {
                option for each in command.params if each.param_type_name == "option" for option in each.opts[:1]
            }
            said = described.get(f"{group.name} {name}", "")
            missing |= {f"{group.name} {name} {option}" for option in options - {"--help"} if f"`{option}`" not in said}
    assert missing == set()


def test_every_setting_is_described():
    text = (REFERENCE / "settings.md").read_text()
    names = {name for settings in SETTINGS for name in settings.model_fields}
    variables = {name.upper() if name in AS_THEY_ARE else f"WATTWISE_{name.upper()}" for name in names}
    assert {variable for variable in variables if f"`{variable}`" not in text} == set()


def test_every_job_is_described():
    text = (REFERENCE / "jobs.md").read_text()
    assert {kind for kind in JobKind if f"`{kind}`" not in text} == set()
    assert {state for state in JobState if f"**{state}**" not in text} == set()


def test_every_kind_of_source_is_described():
    text = (REFERENCE / "sources.md").read_text()
    assert {kind for kind in kinds() if f"| `{kind}` |" not in text} == set()
