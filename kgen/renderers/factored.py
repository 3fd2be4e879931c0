"""What became of variants, as a person reads it in a terminal."""

import os
from collections import Counter
from collections.abc import Iterator, Sequence

from kgen.overlay.factor import Factored


def summary(made: Factored) -> str:
    """What was shared, in one line: ``12 resources, 9 identical, 3 differ in 7 fields; 1,840 lines became 312``."""
    parts = [_many(made.resources, "resource"), f"{made.identical:,} identical"]
    if made.differ:
        verb = "differ" if len(made.differ) > 1 else "differs"
        parts.append(f"{len(made.differ):,} {verb} in {_many(sum(made.differ), 'field')}")
    if made.partial:
        parts.append(f"{len(made.partial):,} not in all")
    return f"{', '.join(parts)}; {_many(made.before, 'line')} became {made.after:,}\n"


def partial(made: Factored, names: Sequence[str]) -> str:
    """A line for each resource that not all variants have, and who has it, or who does not where that is shorter."""
    return "".join(f"  {resource}: {_who(having, names)}\n" for resource, having in made.partial)


def _who(having: Sequence[str], names: Sequence[str]) -> str:
    lacking = [name for name in names if name not in having]
    return f"only in {', '.join(having)}" if len(having) <= len(lacking) else f"not in {', '.join(lacking)}"


def folders(made: Factored, folder: str, start: str, *, dry: bool = False) -> str:
    """A line for the base and for each overlay, and how many files it has."""
    verb = "would write" if dry else "wrote"
    return "".join(f"  {verb} {line}\n" for line in _folders(made, os.path.relpath(folder, start)))


def texts(made: Factored, folder: str, start: str) -> str:
    """For ``--dry-run``: the whole text of each file."""
    above = os.path.relpath(folder, start)
    return "".join(f"\n--- {os.path.join(above, path)}\n{text}" for path, text in made.files.items())


def _folders(made: Factored, above: str) -> Iterator[str]:
    depth = {"base": 1, "overlays": 2}
    counts = Counter("/".join(path.split("/")[: depth[path.split("/")[0]]]) for path in made.files)
    for folder, count in counts.items():
        yield f"{os.path.join(above, folder)} ({_many(count, 'file')})"


def _many(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
