"""The rules of the house that no linter keeps: size, and documents that tell the truth."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from pydantic import BaseModel

from feedhub.cli import main
from feedhub.config.shape import ArticlesSection, FeedSection, MainFile, OrganizationFile, Section

ROOT = Path(__file__).parents[1]
MODULES = sorted((ROOT / "feedhub").rglob("*.py"))
README = (ROOT / "README.md").read_text("utf-8")
SHIPPED = (ROOT / "config" / "feedhub.toml").read_text("utf-8")

MODULE_LINES = 400
FUNCTION_LINES = 50


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_module_and_its_functions_are_small(path: Path) -> None:
    text = path.read_text("utf-8")
    # The records are looked up, not read through.
    assert text.count("\n") <= MODULE_LINES or path.name == "model.py"
    long = [
        node.name
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= FUNCTION_LINES
    ]
    assert [] == long


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_module_says_what_it_is_for(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text("utf-8"))) or not path.stat().st_size


def commands() -> Iterator[tuple[str, click.Command]]:
    for name, command in main.commands.items():
        if isinstance(command, click.Group):
            yield from ((f"{name} {each}", inner) for each, inner in command.commands.items())
        else:
            yield name, command


@pytest.mark.parametrize(
    ("name", "command"), list(commands()), ids=[name for name, _ in commands()]
)
def test_command_is_helpful_and_stands_in_the_readme(name: str, command: click.Command) -> None:
    row = re.search(rf"^\|[^|]*`{name}[ `].*$", README, re.MULTILINE)
    assert row, f"README has no row for {name}"
    assert command.help
    for option in command.params:
        if isinstance(option, click.Option):
            assert option.help, option.name
            assert any(each in row[0] for each in option.opts), option.name


def tables() -> Iterator[tuple[str, type[BaseModel]]]:
    for name, field in MainFile.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, Section):
            yield name, field.annotation


@pytest.mark.parametrize(("table", "section"), list(tables()), ids=[name for name, _ in tables()])
def test_every_key_stands_in_the_readme_and_in_the_shipped_file(
    table: str, section: type[BaseModel]
) -> None:
    row = re.search(rf"^\| `\[{table}\]`.*$", README, re.MULTILINE)
    assert row
    part = SHIPPED.split(f"[{table}]\n", 1)[1].split("\n[", 1)[0]
    for key in section.model_fields:
        assert f"`{key}`" in row[0], f"README: [{table}] {key}"
        assert re.search(rf"^(?:# )?{key} = ", part, re.MULTILINE), f"feedhub.toml: {key}"


def test_shipped_values_are_the_defaults() -> None:
    """Who deletes a line of the shipped file changes nothing."""
    shipped = MainFile.model_validate(tomllib.loads(SHIPPED))
    for table, section in tables():
        if table != "site":
            assert section() == getattr(shipped, table)


@pytest.mark.parametrize("shape", [OrganizationFile, FeedSection, ArticlesSection])
def test_every_key_of_an_organization_stands_in_the_readme(shape: type[BaseModel]) -> None:
    part = README.split("`organizations/SLUG.toml`:", 1)[1].split("\n## ", 1)[0]
    missing = [key for key in shape.model_fields if f"`{key}`" not in part]
    assert [] == [key for key in missing if key not in {"feeds", "articles"}]


def test_no_registry_and_no_path_of_a_machine_is_named() -> None:
    texts = [
        path
        for path in ROOT.rglob("*")
        if path.is_file()
        and path.suffix in {".md", ".py", ".toml", ".txt", ".lock"}
        and not {".venv", ".git", "var"} & set(path.relative_to(ROOT).parts)
    ]
    forbidden = re.compile(r"pyp[i]\.|pythonhoste[d]|index-ur[l]|/roo[t]/|/hom[e]/[a-z]")
    assert [] == [str(path) for path in texts if forbidden.search(path.read_text("utf-8"))]


def test_every_benchmark_is_listed() -> None:
    part = README.split("tests.bench.NAME", 1)[1].split("\n## ", 1)[0]
    listed = re.findall(r"`(\w+)`", "".join(re.findall(r"^\|([^|]*)\|", part, re.MULTILINE)))
    assert sorted(each.stem for each in (ROOT / "tests/bench").glob("*.py")) == sorted(listed)


NOT_AT_START = ("feedgen", "feedparser", "jinja2", "lxml", "markdown_it", "starlette")


def test_hub_starts_without_what_reads_and_renders() -> None:
    """Most passes find nothing new, and should cost nothing more than to ask."""
    program = (
        "import sys, feedhub.pipeline.hub; "
        f"print([name for name in {NOT_AT_START} if name in sys.modules])"
    )
    line = [sys.executable, "-c", program]
    run = subprocess.run(line, check=True, capture_output=True, text=True)
    assert "[]" == run.stdout.strip()
