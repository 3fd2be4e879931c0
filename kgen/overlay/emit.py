"""Writes overlays into the repository: the only writer there.

kgen writes only files it owns, which its header tells (`kgen.overlay.header`), so that a hand edit shows and is never
lost. All files of a run are staged beside their places first and then moved there one by one;
a run that fails puts everything back as it was.
"""

import contextlib
import difflib
import os
import signal
import stat
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from kgen.errors import InputError, InputErrors, Origin
from kgen.overlay import header
from kgen.overlay.generation import COMPONENTS
from kgen.project import KUSTOMIZATION_NAMES

if sys.platform != "win32":
    import fcntl

State = Literal["new", "changed", "stale", "edited", "extra", "foreign", "current"]

_MANY: Final = 20


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """One file of an overlay: what is there, what shall be, and what that means.

    Attributes:
        path: Absolute.
        state: ``new`` not there yet; ``changed`` kgen's and to be replaced; ``stale`` kgen's and no longer needed;
            ``edited`` kgen's, but changed by hand since, and about to be replaced; ``extra`` with kgen's
            header, but no file that kgen writes, and left alone; ``foreign`` not kgen's;
            ``current`` as it should be.
        before: The text there, None when there is none.
        after: The text to be, None when it shall go.
    """

    path: str
    state: State
    before: str | None
    after: str | None

    @property
    def difference(self) -> str:
        """From what is there to what shall be, as a unified diff."""
        before, after = ((text or "").splitlines(keepends=True) for text in (self.before, self.after))
        return "".join(difflib.unified_diff(before, after, "as it is", "as kgen would write it"))


def plan(folder: str, files: Mapping[str, str]) -> list[PlannedFile]:
    """What writing these files (path in the folder → sealed text) would do.

    Raises:
        InputError: A file that is there cannot be read.
    """
    return [_planned(folder, path, text) for path, text in files.items()]


def plan_overlay(folder: str, files: Mapping[str, str]) -> list[PlannedFile]:
    """The same for a whole overlay: files of kgen's that it no longer needs go, a second kustomization is foreign."""
    unneeded = [_planned(folder, path, None) for path in _headed_files(folder) if path not in files]
    ours = [os.path.dirname(path) for path in files if os.path.basename(path) in KUSTOMIZATION_NAMES]
    others = [
        path
        for place in ours
        for name in KUSTOMIZATION_NAMES
        if (path := os.path.join(place, name)) not in files and os.path.lexists(os.path.join(folder, path))
    ]
    foreign = [PlannedFile(os.path.join(folder, path), "foreign", "", None) for path in others]
    paths = {file.path for file in foreign}
    return plan(folder, files) + [file for file in unneeded if file.path not in paths] + foreign


def plan_text(path: str, before: str | None, after: str) -> PlannedFile:
    """The plan for a file that a person owns and kgen spliced."""
    state: State = "new" if before is None else "current" if before == after else "changed"
    return PlannedFile(path, state, before, after)


def plan_given(path: str, after: str | None) -> PlannedFile:
    """The same for a file that kgen writes for a person to own; None where it is to go."""
    before = read(path)
    if after is None:
        return PlannedFile(path, "current" if before is None else "stale", before, None)
    return plan_text(path, before, after)


def forced(planned: Sequence[PlannedFile]) -> list[PlannedFile]:
    """The plan with hand edits given up; what is not kgen's stays refused."""
    return [replace(file, state="changed") if file.state == "edited" else file for file in planned]


def refuse_losses(planned: Sequence[PlannedFile]) -> None:
    """Stop before anything a person wrote would be lost.

    Raises:
        InputErrors: One error for each such file.
    """
    errors = [_loss(file) for file in planned if file.state in ("edited", "foreign")]
    if errors:
        raise InputErrors(errors)


def is_built(path: str) -> bool:
    """Whether this file of kgen's is one that kustomize reads; others are for people and for what creates clusters."""
    parent, name = os.path.split(path)
    return name in ("kustomization.yaml", "namespace.yaml") or os.path.basename(parent) in ("patches", "resources")


def _loss(file: PlannedFile) -> InputError:
    origin, name = Origin(file.path), os.path.basename(file.path)
    if file.state == "foreign" and file.after is None:
        return InputError(
            "kgen would write kustomization.yaml beside this one, and kustomize takes only one",
            origin=origin,
            hint="move it away, or give the overlay another name",
        )
    if file.state == "foreign":
        other = "leave out --write-readme" if name == "README.md" else "give the overlay another name"
        return InputError(
            "kgen would write this file, but the one that is there is not its own",
            origin=origin,
            hint=f"move it away, or {other}",
        )
    if name.endswith(".json"):
        keep = ""
    elif is_built(file.path):
        keep = "move the change to kgen.yaml and edits/ with --adopt, or "
    else:
        keep = f"make {name} your own with --adopt, or "
    return InputError(
        f"changed by hand since kgen wrote it:\n{file.difference.rstrip()}",
        origin=origin,
        hint=f"{keep}give the change up with --force",
    )


def _planned(folder: str, name: str, after: str | None) -> PlannedFile:
    path = os.path.join(folder, name)
    if os.path.islink(path):
        return PlannedFile(path, "foreign", "", after or "")
    before = read(path)
    if before is None:
        return PlannedFile(path, "new", None, after)
    if after is not None and header.normal(before) == header.normal(after):
        return PlannedFile(path, "current", before, after)
    if header.recorded(before) is None:
        return PlannedFile(path, "foreign", before, after)
    if not header.fits(before, name):
        return PlannedFile(path, "extra" if after is None else "edited", before, after)
    return PlannedFile(path, "stale" if after is None else "changed", before, after)


def read(path: str) -> str | None:
    """The text of a file as it is, None where there is none.

    Raises:
        InputError: It cannot be read, or is no file.
    """
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            raise InputError("this is not a file", origin=Origin(path), hint="move it away")
        with open(path, encoding="utf-8", errors="surrogateescape", newline="") as file:
            return file.read()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise failed("read", path, error) from None


def _headed_files(folder: str) -> Iterator[str]:
    """The paths of the files in an overlay's folder that carry kgen's header, in order."""
    for place in ("", "patches", "resources", *COMPONENTS):
        for name in _names(os.path.join(folder, place)):
            path = os.path.join(folder, place, name)
            readable = (
                name.endswith((".yaml", ".md", ".gitignore")) and os.path.isfile(path) and not os.path.islink(path)
            )
            if readable and header.recorded(read(path) or ""):
                yield os.path.join(place, name)


def _names(folder: str) -> list[str]:
    try:
        return sorted(os.listdir(folder))
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise failed("read", folder, error) from None


@contextlib.contextmanager
def exclusive(folder: str) -> Iterator[None]:
    """Hold a folder, so that two runs at once do not mix; the second one waits. Leaves no file behind."""
    if sys.platform == "win32":  # two runs at once are not told apart there
        yield
        return
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise failed("read", folder, error) from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def write(planned: Sequence[PlannedFile]) -> None:
    """Do what the plan says, all of it or nothing; a signal waits until that is done.

    Raises:
        InputError: A file cannot be written; everything is as it was.
    """
    todo = [file for file in planned if file.state in ("new", "changed")]
    stale = [file for file in planned if file.state == "stale"]
    with _undisturbed():
        made: list[str] = []
        staged: list[str] = []
        done: list[PlannedFile] = []
        try:
            for file in todo:
                _make_folders(os.path.dirname(file.path), made)
                staged.append(_stage(file))
            _settle(staged)
            for file, temporary in zip(todo, staged, strict=True):
                done.append(file)
                _move(temporary, file.path)
            for file in stale:
                done.append(file)
                os.unlink(file.path)
                with contextlib.suppress(OSError):  # up to the first folder that holds something
                    os.removedirs(os.path.dirname(file.path))
        except BaseException as error:
            _undo(done, staged, made)
            if isinstance(error, OSError):
                raise failed("write", error.filename or (todo or stale)[0].path, error) from None
            raise


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Let Ctrl-C and its like wait: the work is short, and half of it is worse than none."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM, signal.SIGHUP})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _make_folders(folder: str, made: list[str]) -> None:
    """Make what is missing on the way to a folder, and note it."""
    if not os.path.isdir(folder):
        _make_folders(os.path.dirname(folder), made)
        os.mkdir(folder)
        made.append(folder)


def _stage(file: PlannedFile) -> str:
    """The text in a new file beside its place."""
    folder, name = os.path.split(file.path)
    try:
        descriptor, path = tempfile.mkstemp(prefix=f".{name}.", suffix=".kgen-tmp", dir=folder)
    except OSError as error:
        error.filename = file.path
        raise
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="surrogateescape", newline="") as stream:
            stream.write(file.after or "")
    except BaseException:
        os.unlink(path)
        raise
    return path


def _settle(paths: Sequence[str]) -> None:
    """See that files are on the disk; several at once, as disks like it."""
    if len(paths) < _MANY:
        for path in paths:
            _sync(path)
        return
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(4) as threads:
        for _ in threads.map(_sync, paths):
            pass


def _sync(path: str) -> None:
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _move(temporary: str, path: str) -> None:
    """Put a file in its place, with the permissions of the one that is there."""
    os.chmod(temporary, _mode(path))
    os.replace(temporary, path)


def _mode(path: str) -> int:
    """The permissions of the file there, else those that a new file gets."""
    try:
        return os.stat(path).st_mode & 0o777
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask


def _undo(done: list[PlannedFile], staged: list[str], made: list[str]) -> None:
    for temporary in staged:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
    for file in reversed(done):
        with contextlib.suppress(OSError, InputError):
            _restore(file)
    for folder in reversed(made):
        _remove_if_empty(folder)


def _restore(file: PlannedFile) -> None:
    if file.before is None:
        os.unlink(file.path)
    elif read(file.path) != file.before:
        os.makedirs(os.path.dirname(file.path), exist_ok=True)
        temporary = _stage(replace(file, after=file.before))
        _settle([temporary])
        _move(temporary, file.path)


def _remove_if_empty(folder: str) -> None:
    with contextlib.suppress(OSError):
        os.rmdir(folder)


def failed(verb: str, path: str, error: OSError) -> InputError:
    """What a person reads when the disk refuses."""
    reason = (error.strerror or str(error)).lower()
    return InputError(f"cannot {verb} this: {reason}", origin=Origin(path), hint=_HINTS.get(type(error)))


_HINTS: Final[dict[type[OSError], str]] = {
    PermissionError: "check the permissions",
    NotADirectoryError: "a file stands where a folder is needed: move it away",
    IsADirectoryError: "a folder stands where a file is needed: move it away",
    FileExistsError: "a file stands where a folder is needed: move it away",
}
