"""A person's code runs in this process, beside its neighbours, and leaves nothing of itself behind."""

import contextlib
import importlib
import os
import sys
from collections.abc import Callable, Iterator

IsTheirs = Callable[[str], bool]
"""Whether a file is the person's own."""


@contextlib.contextmanager
def apart(folder: str, is_theirs: IsTheirs) -> Iterator[None]:
    """While it lasts: modules in the folder can be imported, it is the working directory, what is printed is an aside.

    Afterwards the search path and the modules are as before, but for libraries that were imported meanwhile: they
    belong to the process, and not all survive being loaded twice. No compiled files are written.

    Args:
        folder: Where the code lies, absolute.
        is_theirs: Tells the modules to forget.
    """
    with _search_path(folder), _modules(folder, is_theirs), contextlib.chdir(folder), _said_aside():
        yield


@contextlib.contextmanager
def _search_path(folder: str) -> Iterator[None]:
    path, before, bytecode = sys.path, list(sys.path), sys.dont_write_bytecode
    sys.path.insert(0, folder)
    sys.dont_write_bytecode = True
    importlib.invalidate_caches()
    try:
        yield
    finally:
        path[:] = before
        sys.path, sys.dont_write_bytecode = path, bytecode
        sys.path_importer_cache.pop(folder, None)


@contextlib.contextmanager
def _modules(folder: str, is_theirs: IsTheirs) -> Iterator[None]:
    """A neighbour goes before a library of the same name that kgen happens to have loaded; Python's own are safe."""
    before = dict(sys.modules)
    neighbours = {name.partition(".")[0] for name in os.listdir(folder)} - sys.stdlib_module_names - {"kgen"}
    for name in before:
        if name.partition(".")[0] in neighbours:
            del sys.modules[name]
    try:
        yield
    finally:
        new = [name for name in list(sys.modules) if name not in before]
        for name in [name for name in new if _is_of(name, is_theirs)]:
            del sys.modules[name]
        sys.modules.update(before)


def _is_of(name: str, is_theirs: IsTheirs) -> bool:
    """Whether a module, or the folder it stands for, is theirs; what is put there need not be a module."""
    known = getattr(sys.modules[name], "__dict__", {})
    places = [known.get("__file__"), *(known.get("__path__") or ())]
    return any(isinstance(place, str) and is_theirs(place) for place in places)


@contextlib.contextmanager
def _said_aside() -> Iterator[None]:
    """What is printed goes to standard error, for standard output is kgen's; that of started programs too."""
    with contextlib.redirect_stdout(sys.stderr), contextlib.ExitStack() as stack:
        with contextlib.suppress(OSError):  # one of the two is closed
            saved = os.dup(1)
            stack.callback(os.close, saved)
            os.dup2(2, 1)
            stack.callback(os.dup2, saved, 1)
        yield
        sys.stderr.flush()
