"""Loads a person's file, calls its function ``overlay``, and tells what goes wrong by their own file and line."""

import inspect
import os
import sys
import sysconfig
import traceback
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any, Final

from kgen.errors import InputError, KgenError, Origin, together
from kgen.overlay.desired import Wish
from kgen.overlay.features.credentials import Fixed, is_fixed
from kgen.overlay.function.isolation import apart
from kgen.overlay.function.resources import Resources
from kgen.overlay.function.wishes import granted

NAME: Final = "overlay"
_EXAMPLE: Final = "write: def overlay(resources): ..."
_LIBRARIES: Final = ("/site-packages/", "/dist-packages/")
_LONGEST: Final = 500


def run(wished: Wish, file: str, project: str) -> Wish:
    """What a file's function makes of a wish.

    Args:
        wished: What the rules and the declaration make of the base.
        file: The file, absolute.
        project: The root of the project: what lies in it and is no library is the person's own.

    Raises:
        InputError: It is no Python, has no such function, fails, or leaves behind what are no resources.
        KeyboardInterrupt: The person wants no more.
    """
    folder, name = os.path.split(file)

    def is_theirs(path: str) -> bool:
        real = os.path.realpath(path)
        return any(_is_in(real, own) for own in (folder, project)) and not _is_library(real)

    with apart(folder, is_theirs):
        try:
            function = _load(file)
            made = granted(wished, lambda resources: _call(function, file, resources), f"set in {name}")
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            raise _told(error, file, is_theirs) from error
    _refuse_fixed(made, _here(function, file))
    return made


def _refuse_fixed(made: Wish, here: Origin) -> None:
    """What is made of a file is changed there.

    Raises:
        Unsupported: For each field of such a Secret.
    """
    changed = [one for one in made.edits if one.resource.key in made.directives.generated and is_fixed(one.path)]
    if changed:
        raise together(Fixed(one.resource, one.path, here) for one in changed)


def _is_in(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder + os.sep)


def _is_library(path: str) -> bool:
    """Whether a file belongs to kgen, to Python or to what is installed, wherever that lies."""
    own = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
    shipped = os.path.realpath(sysconfig.get_path("stdlib"))
    return any(part in path for part in _LIBRARIES) or any(_is_in(path, folder) for folder in (own, shipped))


def _load(file: str) -> Any:
    """The function, or whatever the name stands for."""
    with open(file, "rb") as source:
        code = compile(source.read(), file, "exec", dont_inherit=True)
    stem = os.path.splitext(os.path.basename(file))[0]
    module = ModuleType(f"_{stem}" if stem in {*sys.stdlib_module_names, "kgen"} else stem)
    module.__file__ = file
    sys.modules[module.__name__] = module  # as dataclasses and pickles want it
    exec(code, module.__dict__)  # noqa: S102 - this is what a person asks for with python:
    if not hasattr(module, NAME):
        raise InputError(f"there is no function {NAME} in it", origin=Origin(file), hint=_EXAMPLE)
    return getattr(module, NAME)


def _call(function: Any, file: str, resources: Resources) -> None:
    here = _here(function, file)
    _check(function, here)
    given = function(resources)
    if given is not None:
        raise InputError(
            f"overlay() gives back a value of type {type(given).__name__}",
            origin=here,
            hint="change what you are given; return None",
        )


def _here(function: Any, file: str) -> Origin:
    """Where it is written, if it is in this file."""
    code = getattr(function, "__code__", None)
    return Origin(file, code.co_firstlineno if code and code.co_filename == file else None)


def _check(function: Any, here: Origin) -> None:
    if not callable(function):
        raise InputError(f"overlay is no function, but of type {type(function).__name__}", origin=here, hint=_EXAMPLE)
    for kind, word in _KINDS:
        if kind(function):
            raise InputError(f"overlay() must be a plain function, not {word}", origin=here, hint=_EXAMPLE)
    try:
        inspect.signature(function).bind(None)
    except TypeError as error:
        message = f"overlay() must take one argument, the resources: {error}"
        raise InputError(message, origin=here, hint=_EXAMPLE) from None
    except ValueError:  # a function of Python's own, which does not say
        return


_KINDS: Final[tuple[tuple[Callable[[Any], bool], str], ...]] = (
    (inspect.iscoroutinefunction, "async"),
    (inspect.isasyncgenfunction, "async"),
    (inspect.isgeneratorfunction, "a generator: it has a 'yield'"),
)


def _told(error: BaseException, file: str, is_theirs: Callable[[str], bool]) -> InputError:
    """The error as the person is to see it: theirs is the innermost line of their own files."""
    place, line = next(_places(error, is_theirs), (Origin(file), ""))
    if isinstance(error, KgenError):
        return InputError(error.message, origin=error.origin or place, hint=error.hint)
    if isinstance(error, SyntaxError) and error.filename and is_theirs(error.filename):
        return _not_python(error, error.filename)
    return InputError(_summary(error), origin=place, hint=_hint(error, line))


def _places(error: BaseException, is_theirs: Callable[[str], bool]) -> Iterator[tuple[Origin, str]]:
    """The person's lines that led to the error, the innermost first."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if is_theirs(frame.filename):
            yield Origin(frame.filename, frame.lineno), (frame.line or "").strip()


def _not_python(error: SyntaxError, file: str) -> InputError:
    line = (error.text or "").strip()
    return InputError(
        f"this is no Python: {error.msg}",
        origin=Origin(file, error.lineno, error.offset or None),
        hint=f"the line is: {line}" if line else None,
    )


def _summary(error: BaseException) -> str:
    if isinstance(error, SystemExit):
        return "the function ends kgen: sys.exit() is not for an overlay"
    try:
        said = str(error)
    except Exception:  # noqa: BLE001 - a person's own exception may fail in any way
        said = "(it cannot say what)"
    text = " ".join(said[: 4 * _LONGEST].split())
    text = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
    name = type(error).__name__
    return f"{name}: {text}" if text else name


def _hint(error: BaseException, line: str) -> str:
    if isinstance(error, SystemExit):
        return "raise an exception that says what is wrong, or return"
    if isinstance(error, ModuleNotFoundError):
        return "put the module beside the file, or install it where kgen is installed"
    return f"the line is: {line} (--debug shows all of them)" if line else "--debug shows where it happened"
