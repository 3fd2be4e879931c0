"""What several commands take: options, and the folder a person is in."""

from enum import StrEnum
from typing import Annotated

import typer

from kgen import console
from kgen.errors import InputError


class LoadRestrictor(StrEnum):
    """Where the files of a kustomization may lie, as kustomize spells it."""

    ROOT_ONLY = "LoadRestrictionsRootOnly"
    NONE = "LoadRestrictionsNone"


NoCache = Annotated[bool, typer.Option("--no-cache", help="Keep no parsed files on disk, and use none.")]

Restrictor = Annotated[LoadRestrictor, typer.Option(help="Where files may lie.")]


def start_folder() -> str:
    """The working directory, which a command starts from.

    Raises:
        InputError: It is gone.
    """
    here = console.here()
    if not here:
        raise InputError("the folder you are in is not there any more", hint="go to another one: cd ~")
    return here
