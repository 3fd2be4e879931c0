"""Who may import whom: a module imports only from rows above its own (the rooms, top to bottom)."""

import ast
import re
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "kgen"

# Each row may import the rows above it and itself; the rooms of one row do not import each other.
ROWS = (
    ("errors",),
    ("fieldpath", "quantity", "equality", "redaction"),
    ("filesystem", "cache"),
    ("project",),
    ("origins",),
    ("resource",),
    ("yamlio",),
    ("schema",),
    ("capacity",),
    ("kustomize",),
    ("overlay", "preview"),
    ("renderers", "external"),
    ("commands", "console"),
    ("exits",),
    ("cli", "plain"),
)

YAML_LIBRARIES = {"yaml", "ruamel"}


def room(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path.parent != PACKAGE or path.stem[0] != "_")


def row_of(name: str) -> int | None:
    return next((index for index, row in enumerate(ROWS) if name in row), None)


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def test_deepdiff_is_a_second_opinion_and_on_no_hot_path() -> None:
    """It takes 190 ms to import, and hundreds of times as long to compare."""
    users = [
        file
        for file in sorted(PACKAGE.rglob("*.py"))
        if re.search("^ *(import|from) deepdiff", file.read_text(), re.MULTILINE)
    ]
    assert [str(file.relative_to(PACKAGE)) for file in users] == ["overlay/verify.py"]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_imports_only_from_the_rows_above(path: Path) -> None:
    own = room_of(path)
    own_row = row_of(own)
    assert own_row is not None, f"{own} is a new room: give it a row"
    for module in imports(path):
        if not module.startswith("kgen."):
            continue
        other = room(module)
        other_row = row_of(other)
        if other in (own, "__version__"):
            continue
        assert other_row is not None, f"{module} is in no room"
        assert other_row < own_row, f"{own} may not import {other}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_libraries_stay_in_their_rooms(path: Path) -> None:
    own = room_of(path)
    heads = {module.split(".")[0] for module in imports(path)}
    allowed = {"yamlio": YAML_LIBRARIES, "cli": {"typer"}, "external": {"subprocess"}}
    fenced = YAML_LIBRARIES | {"typer", "subprocess"}
    assert heads & fenced <= allowed.get(own, set())


_POSSESSIVE_GROUP = re.compile(r"\)(?:[*+?]|\{[0-9,]*\})\+|\(\?>")


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_group_of_a_regular_expression_is_possessive(path: Path) -> None:
    """Python before 3.11.5 takes back too little of such a group: https://github.com/python/cpython/issues/106052."""
    constants = (node.value for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Constant))
    assert not [value for value in constants if isinstance(value, str) and _POSSESSIVE_GROUP.search(value)]
