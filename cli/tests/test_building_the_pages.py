"""The pages are built when their sources changed, and only then; with the machine's real npm."""

import json
from pathlib import Path

import pytest

from wattwise_cli.platform import frontend_build
from wattwise_cli.platform.frontend_build import BuildFailed
from wattwise_cli.platform.node import OLDEST, find_node, version

BUILD = "mkdir -p dist && cat src/main.ts > dist/index.html && echo built >> builds.log"


@pytest.fixture
def pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("WATTWISE_FRONTEND_DIST", raising=False)
    folder = tmp_path / "frontend"
    (folder / "src").mkdir(parents=True)
    (folder / "src/main.ts").write_text("// kilowatt-hours\n" * 200)
    write_package(folder, BUILD)
    lock = {
        "name": "pages",
        "version": "1.0.0",
        "lockfileVersion": 3,
        "packages": {"": {"name": "pages", "version": "1.0.0"}},
    }
    (folder / "package-lock.json").write_text(json.dumps(lock))
    return folder


def write_package(folder: Path, build: str) -> None:
    (folder / "package.json").write_text(json.dumps({"name": "pages", "version": "1.0.0", "scripts": {"build": build}}))


def test_the_pages_are_built_again_only_when_a_source_changed(pages: Path):
    assert frontend_build.ensure(pages)
    assert (pages / "dist/index.html.gz").exists()
    (pages / "builds.log").rename(pages / "README.md")  # no source: the log must not count as a change
    assert not frontend_build.ensure(pages)
    (pages / "src/main.ts").write_text("// megawatt-hours")
    assert frontend_build.ensure(pages)
    assert (pages / "dist/index.html").read_text() == "// megawatt-hours"


def test_what_the_tests_need_is_installed_beside_what_the_build_needs_and_not_taken_away_again(pages: Path):
    stamp = pages / "node_modules/.wattwise-lock"
    frontend_build.ensure(pages)
    assert stamp.read_text().endswith("to build")
    frontend_build.install_for_tests(pages)
    assert stamp.read_text().endswith("with tests")
    (pages / "src/main.ts").write_text("// megawatt-hours")
    assert frontend_build.ensure(pages)
    assert stamp.read_text().endswith("with tests")


def test_a_build_that_fails_says_at_which_step_and_why(pages: Path):
    write_package(pages, "echo the kettle is broken && exit 1")
    with pytest.raises(BuildFailed, match=r"npm run(.|\n)*the kettle is broken"):
        frontend_build.ensure(pages)
    assert not (pages / "dist/.sources").exists()


def test_a_checkout_without_pages_has_nothing_to_build(tmp_path: Path):
    assert not frontend_build.ensure(tmp_path)


def test_pages_built_elsewhere_are_not_built_here(pages: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("WATTWISE_FRONTEND_DIST", "/srv/pages")
    assert not frontend_build.ensure(pages)


def test_the_node_found_is_new_enough_and_has_its_npm():
    found = find_node()
    assert version(str(found.folder / "node")) >= OLDEST
    assert Path(found.npm[-1]).exists()
