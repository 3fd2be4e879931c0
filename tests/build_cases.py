"""The build cases: folders with a kustomization and the text that comes of it.

``expected.yaml`` is what kustomize 5.6 prints, byte for byte; ``expected.error`` is what kgen says where both fail,
with paths from the case's folder. A case may keep its kustomization in a folder named ``top``, to have others beside.
"""

from pathlib import Path

from kgen.errors import KgenError
from kgen.kustomize import build
from kgen.yamlio import dump

CASES = Path(__file__).parent / "cases" / "build"


def names() -> list[str]:
    """All cases."""
    return sorted(path.name for path in CASES.iterdir() if path.is_dir())


def root(name: str) -> Path:
    """The folder to build."""
    folder = CASES / name
    return folder / "top" if (folder / "top").is_dir() else folder


def built(name: str) -> str:
    """What kgen prints."""
    return dump([resource.body for resource in build(str(root(name)))])


def shown(error: KgenError, folder: Path) -> str:
    """An error as the command line shows it."""
    lines = []
    for part in error.parts:
        where = f"{part.origin}: " if part.origin else ""
        lines.append(f"{where}{type(part).__name__}: {part.message}")
        lines.extend([f"  hint: {part.hint}"] if part.hint else [])
        lines.extend(f"  from {place}" for place in part.chain)
    return "\n".join(lines).replace(f"{folder}/", "").replace(str(folder), ".") + "\n"
