"""The browser tests of the frontend, against the whole platform with the simulated neighbourhood in it."""

import os
import subprocess

import pytest

from wattwise_cli.testing import REPOSITORY, Platform

pytestmark = pytest.mark.platform


def test_a_person_signs_in_uploads_and_sees_chart_and_forecast(platform: Platform):
    login = platform.secrets()["first_login"]
    environment = os.environ | {
        "WATTWISE_E2E_URL": platform.url,
        "WATTWISE_E2E_EMAIL": login["email"],
        "WATTWISE_E2E_PASSWORD": login["password"],
    }
    done = subprocess.run(["npm", "run", "e2e"], cwd=REPOSITORY / "services/frontend", env=environment, timeout=840)
    assert done.returncode == 0, platform.logs()
