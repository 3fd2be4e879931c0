"""``buildMetadata``: annotations that tell where a resource comes from and what changed it.

https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/buildmetadata/
"""

import posixpath
import re
from collections.abc import Iterable

from kgen.errors import Unsupported
from kgen.kustomize.collection import Collection
from kgen.kustomize.draft import Draft, Maker
from kgen.kustomize.fields import Place
from kgen.kustomize.loader import Folder
from kgen.kustomize.reading import Spot
from kgen.resource import Body

ORIGIN, CHANGES = "config.kubernetes.io/origin", "alpha.config.kubernetes.io/transformations"
MANAGED_BY, VERSION = "app.kubernetes.io/managed-by", "kustomize-(devel)"
_PLAIN = re.compile(r"[A-Za-z_./][A-Za-z0-9_./-]*")


def read_from(folder: Folder, path: str) -> Maker:
    """A resource that was read from a file."""
    return Maker(path=posixpath.normpath(posixpath.join(folder.said, path)))


def made_by(folder: Folder, spot: Spot, kind: str) -> Maker:
    """What one of a kustomization's own fields made or changed."""
    file = posixpath.join(folder.said, posixpath.basename(spot.file.path))
    return Maker(configured_in=posixpath.normpath(file), kind=kind)


def made_by_plugin(draft: Draft) -> Maker | None:
    """What a plug-in's configuration made or changed."""
    if draft.maker is None:
        return None
    gvk = draft.gvk
    return Maker("", draft.maker.path, gvk.kind, gvk.api_version, draft.name, draft.namespace)


def record(collection: Iterable[Draft], maker: Maker | None, times: int) -> None:
    """Note on all resources that a transformer was at work; it counts as the maker of those that have none."""
    if maker is None:
        return
    for draft in collection:
        if draft.maker is None:
            draft.maker = maker
        else:
            draft.changes.extend([maker] * times)


def annotate(collection: Collection, said: Iterable[str]) -> None:
    """Write down what was asked for.

    Raises:
        Unsupported: A path is not plain text in YAML.
    """
    options = set(said)
    for draft in collection:
        notes: Body = {}
        if "originAnnotations" in options and draft.maker is not None:
            notes[ORIGIN] = _written(draft.maker)
        if "transformerAnnotations" in options and draft.changes:
            notes[CHANGES] = "".join(_item(maker) for maker in draft.changes)
        if notes:
            Place(draft.body["metadata"], "annotations").put({**draft.strings("annotations"), **notes})


def label(collection: Collection) -> None:
    """Add the label of ``managedByLabel``."""
    for draft in collection:
        metadata = draft.body["metadata"]
        metadata["labels"] = {**(metadata.get("labels") or {}), MANAGED_BY: VERSION}


def _item(maker: Maker) -> str:
    first, *rest = _written(maker).splitlines(keepends=True)
    return "- " + first + "".join(f"  {line}" for line in rest)


def _written(maker: Maker) -> str:
    by = {"apiVersion": maker.api_version, "kind": maker.kind, "name": maker.name, "namespace": maker.namespace}
    paths = {"path": maker.path, "configuredIn": maker.configured_in}
    lines = [f"{key}: {_plain(value)}" for key, value in paths.items() if value]
    if maker.kind:
        lines += ["configuredBy:", *(f"  {key}: {_plain(value)}" for key, value in by.items() if value)]
    return "".join(f"{line}\n" for line in lines)


def _plain(value: str) -> str:
    if not _PLAIN.fullmatch(value) or value.lower() in ("y", "n", "yes", "no", "on", "off", "true", "false", "null"):
        raise Unsupported(f"buildMetadata with the text '{value}'", hint="build with --engine kubectl")
    return value
