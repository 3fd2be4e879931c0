"""Where the file with a person's function lies."""

import os
import stat

from kgen.errors import InputError, Origin


def locate(said: str, folder: str, project: str, origin: Origin) -> str:
    """The file, absolute and without symbolic links, so that its neighbours are those of the real file.

    Args:
        said: As the declaration names it, relative to the overlay's folder.
        folder: The overlay's folder.
        project: The root of the project.
        origin: Where it is said.

    Raises:
        InputError: It is not there, is no regular file, or lies outside of the project.
    """
    if os.path.isabs(said):
        message = f"the file {said!r} must be relative to the overlay's folder, or it works on this computer only"
        raise InputError(message, origin=origin, hint="write it as from there: overlay.py")
    path = os.path.realpath(os.path.join(folder, said))
    if not path.startswith(os.path.join(os.path.realpath(project), "")):
        raise InputError(
            f"the file {said!r} lies outside of the project", origin=origin, hint="move it into the project"
        )
    _check_file(path, said, origin)
    return path


def _check_file(path: str, said: str, origin: Origin) -> None:
    try:
        mode = os.stat(path).st_mode
    except OSError as error:
        hint = f"write it: def overlay(resources): ... in {path}"
        problem = "is not there" if isinstance(error, FileNotFoundError) else f"cannot be read: {error.strerror}"
        raise InputError(f"the file {said!r} {problem}", origin=origin, hint=hint) from None
    if not stat.S_ISREG(mode):
        what = "a folder" if stat.S_ISDIR(mode) else "no regular file"
        raise InputError(f"the file {said!r} is {what}", origin=origin, hint="name a Python file in it or beside it")
    if not os.access(path, os.R_OK):
        raise InputError(f"the file {said!r} cannot be read: permission denied", origin=origin, hint=f"chmod +r {path}")
