"""What several commands take: options, and the folder a person is in."""

from typing import Annotated

import typer

from kgen import console
from kgen.errors import InputError

NoCache = Annotated[bool, typer.Option("--no-cache", help="Keep no parsed files on disk, and use none.")]


def start_folder() -> str:
    """The working directory, which a command starts from.

    Raises:
        InputError: It is gone.
    """
    here = console.here()
    if not here:
        raise InputError("the folder you are in is not there any more", hint="go to another one: cd ~")
    return here
