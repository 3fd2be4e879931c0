"""What is wanted of an overlay beside hand-written patches: its declaration, the rules, and its Python function."""

from dataclasses import replace

from kgen.commands import declaration
from kgen.commands.declaration import Declaration, Place
from kgen.overlay.desired import Wish, wish


def wished(place: Place, declared: Declaration, *, python: bool) -> Wish:
    """What the declaration and the rules ask for, as the Python function leaves it, if there is one.

    Args:
        place: The overlay.
        declared: What its ``kgen.yaml`` says.
        python: Whether the function may run.

    Raises:
        InputError: The function may not run, or fails.
    """
    made = replace(wish(declared.spec, declared.base), ground=declared.ground)
    file = declaration.python_file(place, declared.spec)
    if file is None:
        return made
    from kgen.overlay import function

    if not python:
        raise function.Refused(str(declared.spec.python), declared.spec.origin("python"))
    return function.run(made, file, place.root)
