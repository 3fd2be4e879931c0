"""The build engine: what kustomize 5.6 (in kubectl 1.33) makes of a kustomization, or a refusal by name.

It knows nothing of clusters, overlays or the command line.
"""

import os
from typing import TYPE_CHECKING

from kgen.errors import KgenError, Origin, Unsupported
from kgen.filesystem import DiskFileSystem, FileSystem
from kgen.resource import ResourceMap

if TYPE_CHECKING:
    from collections.abc import Collection

    from kgen.kustomize.accumulation import Amend
    from kgen.kustomize.legacy import Oddity
    from kgen.yamlio.recall import Recall

__all__ = ["build"]


def build(  # noqa: PLR0913  # each is an option of kustomize's own, or of what kgen shows beside it
    path: str | os.PathLike[str],
    fs: FileSystem | None = None,
    *,
    hash_suffixes: bool = True,
    reorder: str = "legacy",
    restricted: bool = True,
    origins: "bool | Collection[Origin]" = False,
    oddities: "list[Oddity] | None" = None,
    recall: "Recall | None" = None,
    amend: "Amend | None" = None,
) -> ResourceMap:
    """Build the kustomization of a folder.

    Args:
        path: The folder; a relative path is meant from the working directory.
        fs: Where to read; the disk by default.
        hash_suffixes: Whether content hashes end the names of generated ConfigMaps and Secrets. Without them
            references keep the plain names too, and `Resource.needs_hash` tells whose name would end so.
        reorder: ``legacy`` for kustomize's order of kinds, ``none`` for the order of the files.
        restricted: Whether files must lie in or below the folder of the kustomization that names them.
        origins: Whether every resource gets the origins of its fields (`Resource.origins`), which takes its time; or
            which ones do, by where they come from (`Resource.origin` of another build).
        oddities: Gets what kustomize accepts and a person surely did not mean, each with its place.
        recall: Who parses the files of resources, and may know some from builds before; nobody by default.
        amend: Asked for each resource that the kustomization lists, before its own fields apply: by its id and its
            body as it is then, what it is to be, with kustomize's own notes if need be; None for nothing.

    Returns:
        The resources in kustomize's output order.

    Raises:
        InputError: The files are wrong; with the place and what to do.
        Unsupported: They use what kgen does not build.
    """
    from kgen.kustomize.faults import removable
    from kgen.kustomize.legacy import Oddity
    from kgen.kustomize.pipeline import run
    from kgen.kustomize.session import Session
    from kgen.kustomize.spots import placed
    from kgen.yamlio.allowance import bounded
    from kgen.yamlio.recall import Recall

    session = Session(DiskFileSystem() if fs is None else fs, restricted, recall or Recall())
    if origins is not False:
        from kgen.kustomize.tracing import Tracer

        session.tracer = Tracer(None if origins is True else frozenset(origins))
    try:
        with bounded():
            built = run(os.path.abspath(path), session, hash_suffixes=hash_suffixes, reorder=reorder, amend=amend)
    except RecursionError:
        where = Origin(os.fspath(path))
        raise Unsupported("maps and lists that nest this deep", origin=where, hint="use fewer levels") from None
    except KgenError as error:
        for part in error.parts:
            part.origin = placed(part.origin)
        if not session.removes:
            raise
        raise removable(error) from None
    if oddities is not None:
        oddities.extend(Oddity(odd.message, placed(odd.origin)) for odd in session.oddities)
    return built
