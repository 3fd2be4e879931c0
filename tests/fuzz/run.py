"""A differential fuzzer: random kustomization trees, built by kgen and by kubectl.

    python tests/fuzz/run.py [--seeds FROM:TO] [--kubectl PATH] [--keep FOLDER]

Prints how many trees both build alike, and each one where they differ, shrunk. Exit 1 if there is one.
"""

import argparse
import collections
import copy
import json
import os
import shutil
import subprocess
import sys
import tempfile
import traceback
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).parents[2]))

from trees import Inline, Raw, Tree, make

from kgen.errors import KgenError, Unsupported
from kgen.kustomize import build
from kgen.yamlio import dump

BAD = ("wrong", "crash", "rejected", "accepted")


class Verdict(NamedTuple):
    """What came of a tree, and why."""

    word: str
    detail: str


def text(data: Any, indent: int = 0) -> str:
    """A document as block YAML; every scalar as JSON, which is YAML too."""
    pad = "  " * indent
    if isinstance(data, Inline):
        data = documents(data.documents)
    if isinstance(data, Raw):
        return str(data)
    if isinstance(data, dict) and data:
        return "".join(f"\n{pad}{json.dumps(key)}: {text(value, indent + 1)}" for key, value in data.items())
    if isinstance(data, list) and data:
        return "".join(f"\n{pad}- {text(item, indent + 1)}" for item in data)
    return json.dumps(data)


def documents(bodies: list[Any]) -> str:
    """Documents of one file."""
    return "\n---".join(text(body) for body in bodies) + "\n"


def write(tree: Tree, folder: Path) -> None:
    """Write the files of a tree."""
    for path, bodies in tree.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(documents(bodies))


def judge(tree: Tree, kubectl: str) -> Verdict:
    """Build with both, and compare."""
    with tempfile.TemporaryDirectory() as folder:
        write(tree, Path(folder))
        top = os.path.join(folder, "f0")
        run = subprocess.run([kubectl, "kustomize", top], capture_output=True, timeout=60, check=False)
        try:
            built = dump([resource.body for resource in build(top)]).encode()
        except Unsupported as error:
            return Verdict("refused", error.message)
        except KgenError as error:
            said = f"{error.message} ({error.origin})"
            return Verdict("error", said) if run.returncode else Verdict("rejected", said)
        except Exception:  # noqa: BLE001  # a crash of kgen is what is looked for
            return Verdict("crash", traceback.format_exc()[-600:])
        if run.returncode:
            return Verdict("accepted", run.stderr.decode(errors="replace")[-300:])
        if run.stdout == built:
            return Verdict("identical", "")
        return Verdict("wrong", difference(run.stdout.decode(), built.decode()))


def difference(expected: str, got: str) -> str:
    """The first lines that differ."""
    before, after = expected.splitlines(), got.splitlines()
    for number, (one, other) in enumerate(zip(before, after, strict=False)):
        if one != other:
            return f"line {number + 1}: kubectl {before[number : number + 3]}, kgen {after[number : number + 3]}"
    return f"kubectl prints {len(before)} lines, kgen {len(after)}"


def shrink(tree: Tree, kubectl: str, word: str, tries: int = 250) -> Tree:
    """Take parts away for as long as the verdict stays."""
    changed = True
    while changed and tries > 0:
        changed = False
        for path in list(parts(tree)):
            if tries <= 0:
                break
            smaller = copy.deepcopy(tree)
            if not without(smaller, path):
                continue
            tries -= 1
            if judge(smaller, kubectl).word == word:
                tree, changed = smaller, True
                break
    return tree


def parts(data: Any, path: tuple[Any, ...] = ()) -> Any:
    """The places of all parts, large ones first."""
    data = data.documents if isinstance(data, Inline) else data
    items = list(data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ())
    for key, _ in items:
        yield (*path, key)
    for key, value in items:
        yield from parts(value, (*path, key))


def without(tree: Any, path: tuple[Any, ...]) -> bool:
    """Remove one part."""
    node = tree
    for key in path[:-1]:
        node = node.documents if isinstance(node, Inline) else node
        try:
            node = node[key]
        except (KeyError, IndexError, TypeError):
            return False
    node = node.documents if isinstance(node, Inline) else node
    try:
        del node[path[-1]]
    except (KeyError, IndexError, TypeError):
        return False
    return True


def say(text: object) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def oracle() -> str | None:
    """The kubectl 1.33 beside the real file of kubectl, or the one on PATH."""
    found = shutil.which("kubectl")
    if found is None:
        return None
    beside = Path(found).resolve().parent / "kubectl.1.33"
    return str(beside) if beside.exists() else found


def main() -> int:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", default="0:500")
    parser.add_argument("--kubectl", default=oracle())
    parser.add_argument("--keep", type=Path, help="write what differs here")
    parser.add_argument("--shrink", type=int, default=250)
    options = parser.parse_args()
    if options.kubectl is None:
        say("skipped: no kubectl found")
        return 0
    first, last = map(int, options.seeds.split(":"))
    counts: collections.Counter[str] = collections.Counter()
    for seed in range(first, last):
        tree = make(seed)
        verdict = judge(tree, options.kubectl)
        counts[verdict.word] += 1
        if verdict.word not in BAD:
            continue
        tree = shrink(tree, options.kubectl, verdict.word, options.shrink)
        say(f"--- seed {seed}: {verdict.word}: {judge(tree, options.kubectl).detail}")
        for path, bodies in tree.items():
            say(f"# {path}\n{documents(bodies)}")
        if options.keep:
            write(tree, options.keep / f"seed-{seed}")
    say(dict(counts))
    return 1 if any(counts[word] for word in BAD) else 0


if __name__ == "__main__":
    sys.exit(main())
