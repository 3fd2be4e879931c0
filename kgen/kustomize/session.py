"""One build: what all its kustomizations share."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kgen.filesystem import FileSystem
from kgen.kustomize.legacy import Oddity
from kgen.kustomize.openapi import Schema
from kgen.yamlio.recall import Recall

if TYPE_CHECKING:
    from kgen.kustomize.tracing import Tracer


@dataclass
class Session:
    """What all kustomizations of one build share.

    Attributes:
        fs: Where files are read.
        restricted: Whether files must lie below the kustomization that names them.
        recall: Parses the files of resources.
        tracks: Whether resources note where they come from, for ``buildMetadata``.
        schema: What strategic merges know of kinds.
        oddities: What kustomize accepts and a person surely did not mean.
        tracer: Follows the fields, if their origins are asked for.
        top: The folder the build begins with, as it was named.
        failed: The folders that do not build; what is wrong there is told already.
        vendored: The folder that holds copies of what is remote, if there is one.
        removes: Whether a kustomization so far may take away what the resources of others have, or a file speaks of
            local-config, which takes away the whole resource.
        folders: How many kustomizations were named so far.
        bytes_read: How many bytes of files were read so far.
    """

    fs: FileSystem
    restricted: bool = True
    recall: Recall = field(default_factory=Recall)
    tracks: bool = False
    schema: Schema = field(default_factory=Schema)
    oddities: list[Oddity] = field(default_factory=list)
    tracer: "Tracer | None" = None
    top: str = ""
    failed: set[str] = field(default_factory=set)
    vendored: str | None = None
    removes: bool = False
    folders: int = 0
    bytes_read: int = 0
