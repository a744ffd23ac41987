"""The doctor looks at everything, and has a remedy for each trouble."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

from wattwise_cli.platform import secrets, settings
from wattwise_cli.platform.home import Home
from wattwise_cli.platform.settings import Wishes


def examine(home: Path) -> tuple[int, dict[str, dict[str, str]]]:
    words = [sys.executable, "-m", "wattwise_cli", "doctor", "--json", "--home", str(home)]
    done = subprocess.run(words, capture_output=True, text=True, env=os.environ | {"NO_COLOR": "1"})
    return done.returncode, {finding["check"]: finding for finding in json.loads(done.stdout)["findings"]}


def test_a_machine_without_a_platform_is_told_to_start_one(tmp_path: Path):
    code, found = examine(tmp_path / "absent")
    assert code == 1
    assert found["home"]["outcome"] == "failed"
    assert "./wattwise up" in found["home"]["remedy"]
    assert found["servers' programs"]["outcome"] == "ok"
    assert {"python", "node", "memory", "disk of the home", "clock", "secrets"} <= set(found)


def test_a_stopped_platform_with_open_secrets_and_a_taken_port_hears_of_each(tmp_path: Path):
    home = Home(tmp_path)
    home.make()
    secrets.settle(home)
    home.secrets_file.chmod(0o644)
    with socket.socket() as squatter:
        squatter.bind(("127.0.0.1", 0))
        squatter.listen()
        settings.save(home, settings.settle(home, Wishes(port=squatter.getsockname()[1])))
        code, found = examine(tmp_path)
    assert code == 1
    assert found["secrets"]["remedy"] == f"chmod 600 {home.secrets_file}"
    assert "--port" in found["ports"]["remedy"]
    assert found["service forecasting"]["detail"] == "stopped"
    assert all(finding["remedy"] for finding in found.values() if finding["outcome"] != "ok")
