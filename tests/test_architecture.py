"""The house rules that can be read off the files: arrows between packages, top level, names.

The same arrows stand in each folder's ruff.toml, whose message tells the writer where the code
belongs; this test also covers what a linter's import rule does not see and checks that both agree.
"""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

PACKAGES = {
    "vendors",
    "ingestion",
    "identity",
    "expectations",
    "activation",
    "reporting",
    "orchestration",
    "sandbox",
}
ARROWS: dict[str, set[str]] = {
    "orchestration": {"ingestion", "identity", "expectations", "activation", "reporting"},
    "ingestion": {"vendors"},
    "activation": {"vendors"},
    "dbt_project": {"identity"},
}
TOP_LEVEL = {
    *PACKAGES,
    "dbt_project",
    "tests",
    "docs",
    ".ci",
    ".env.example",
    ".gitignore",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "Makefile",
    "README.md",
    "pyproject.toml",
    "requirements.lock",
    "workspace.yaml",
}
FORBIDDEN_NAMES = {"utils", "helpers", "common", "manager", "final"}


def imported_packages(source: str) -> set[str]:
    """First name of everything a module imports, also inside functions and by importlib."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names.add(node.module.split(".")[0])
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "import_module":
            names |= {str(a.value).split(".")[0] for a in node.args if isinstance(a, ast.Constant)}
    return names


def violations(folder: str, source: str) -> set[str]:
    """Packages of ours that a module in `folder` imports against the arrows."""
    allowed = ARROWS.get(folder, set()) | {folder}
    return (imported_packages(source) & PACKAGES) - allowed


def tracked_files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [Path(line) for line in listed.stdout.splitlines() if (ROOT / line).exists()]


@pytest.mark.parametrize("folder", sorted(PACKAGES | {"dbt_project"}))
def test_imports_follow_the_arrows(folder: str) -> None:
    broken = {
        str(path.relative_to(ROOT)): sorted(found)
        for path in (ROOT / folder).rglob("*.py")
        if "target" not in path.parts
        if (found := violations(folder, path.read_text(encoding="utf-8")))
    }
    assert not broken, f"imports against the arrows of CONTRIBUTING.md: {broken}"


@pytest.mark.parametrize(
    ("folder", "source", "expected"),
    [
        ("reporting", "import vendors.salesforce\n", {"vendors"}),
        ("ingestion", "def f():\n    from orchestration import jobs\n", {"orchestration"}),
        ("activation", "from ingestion.pipeline import load_source\n", {"ingestion"}),
        ("vendors", "import importlib\nimportlib.import_module('sandbox.world')\n", {"sandbox"}),
        ("ingestion", "from vendors import salesforce\n", set()),
        ("dbt_project", "import identity\n", set()),
        ("orchestration", "import reporting.friday\n", set()),
    ],
)
def test_the_check_sees_a_violating_sample(folder: str, source: str, expected: set[str]) -> None:
    assert violations(folder, source) == expected


@pytest.mark.parametrize("folder", sorted(PACKAGES | {"dbt_project"}))
def test_the_lint_rule_bans_what_the_arrows_ban(folder: str) -> None:
    rules = tomllib.loads((ROOT / folder / "ruff.toml").read_text(encoding="utf-8"))
    banned = rules["lint"]["flake8-tidy-imports"]["banned-api"]
    expected = PACKAGES - ARROWS.get(folder, set()) - {folder}
    assert expected <= set(banned)
    assert not set(banned) & ARROWS.get(folder, set())
    assert all("belong" in rule["msg"] for rule in banned.values())


def test_the_lint_rule_fires_on_a_violating_sample(tmp_path: Path) -> None:
    for name in ("pyproject.toml", "reporting/ruff.toml"):
        target = tmp_path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text((ROOT / name).read_text(encoding="utf-8"), encoding="utf-8")
    sample = tmp_path / "reporting" / "sample.py"
    sample.write_text('"""Sample."""\n\nfrom vendors import salesforce\n', encoding="utf-8")
    result = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--select", "TID251", "--no-cache", str(sample)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 1
    assert "vendor connections belong to vendors/" in result.stdout


def test_top_level_holds_only_the_house() -> None:
    found = {path.parts[0] for path in tracked_files()}
    assert found <= TOP_LEVEL, f"not in the tree of the house: {sorted(found - TOP_LEVEL)}"


def test_no_attic_names() -> None:
    broken = [str(p) for p in tracked_files() if FORBIDDEN_NAMES & set(p.stem.lower().split("_"))]
    assert not broken, f"name what it does instead: {broken}"


def test_every_package_is_listed_for_the_distribution() -> None:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    listed = set(config["tool"]["setuptools"]["packages"])
    product = PACKAGES - {"sandbox"}
    real = {
        ".".join(path.parent.parts)
        for path in tracked_files()
        if path.name == "__init__.py" and path.parts[0] in product
    }
    assert real == listed
