"""``kgen.yaml`` on its way to an overlay: read, made or spliced, and checked against its base."""

import os
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from kgen import project
from kgen.commands.bases import Bases
from kgen.errors import InputError, InputErrors, Origin, Unsupported
from kgen.external import kubectl, minikube
from kgen.external.kubectl import DetectedNode
from kgen.filesystem import FileSystem
from kgen.kustomize import nearby
from kgen.kustomize.loader import has_kustomization
from kgen.kustomize.remote import is_remote
from kgen.overlay import emit, features, spec
from kgen.overlay.clusters import CLUSTERS
from kgen.overlay.clusters.cluster import Cluster
from kgen.overlay.clusters.declared import check_context, declared_cluster
from kgen.overlay.clusters.evidence import refute
from kgen.overlay.couplings.check import check_couplings
from kgen.overlay.features.conflicts import conflicts
from kgen.overlay.flags import Flags, changes
from kgen.overlay.trial import Ground
from kgen.resource import ResourceMap
from kgen.yamlio.source import decode, splice

FILE: Final = "kgen.yaml"
_NO_FLAGS: Final = Flags()


class Place(NamedTuple):
    """Absolute folders: of the project, of the overlay, and where the person is; and the overlay's name."""

    root: str
    folder: str
    start: str
    name: str

    @property
    def file(self) -> str:
        """The path of the declaration; where a person links it from elsewhere, the file itself."""
        path = os.path.join(self.folder, FILE)
        return os.path.realpath(path) if os.path.islink(path) else path


@dataclass(frozen=True, slots=True)
class Declaration:
    """``kgen.yaml`` as it is (None: not there yet) and as the flags make it; what it says, and its base.

    Attributes:
        base: What the base builds.
        ground: Where it is.
    """

    before: str | None
    after: str
    spec: spec.Spec
    base: ResourceMap
    ground: Ground


def declare(place: Place, flags: Flags, fs: FileSystem, bases: Bases, text: str | None = None) -> Declaration:
    """The declaration, checked against its base.

    Args:
        place: Of which overlay.
        flags: What the command line changes in it.
        fs: Where the base is.
        bases: What was built of it before.
        text: What the file is to say; None for what it says.

    Raises:
        InputErrors: All that is wrong with it.
    """
    before = text_of(place.file)
    if text is None:
        text = _new_text(place, flags) if before is None else before
    declared, errors = spec.parse(text, place.file)
    try:
        base = _base(place, declared, fs, bases)
    except InputError as error:
        raise InputErrors([*errors, *error.parts]) from None
    after = text if errors else splice(text, changes(flags, base, CLUSTERS), place.file)
    if after != text:
        declared, errors = spec.parse(after, place.file)
    errors += [
        *spec.check(declared, base, CLUSTERS),
        *check_context(declared),
        *check_couplings(declared, base),
        *features.check(declared, base),
        *conflicts(declared, base),
        *_check_python(place, declared),
    ]
    errors.sort(key=spec.place)
    if errors:
        raise InputErrors(errors)
    ground = Ground(place.folder, declared.base, base, fs, bases.recall)
    return Declaration(before, after, declared, base, ground)


def python_file(place: Place, declared: spec.Spec) -> str | None:
    """The file with the function of a declaration; None where it has none.

    Raises:
        InputError: It is not there, is no regular file, or lies outside of the project.
    """
    if declared.python is None:
        return None
    from kgen.overlay.function.location import locate

    return locate(declared.python, place.folder, place.root, declared.origin("python"))


def _check_python(place: Place, declared: spec.Spec) -> list[InputError]:
    try:
        python_file(place, declared)
    except InputError as error:
        return [error]
    return []


def base_folder(place: Place) -> str | None:
    """The folder of the base that the declaration there names; None where there is none to read."""
    try:
        text = text_of(place.file)
    except InputError:
        return None
    if text is None:
        return None
    # Nearly none says it, and then it need not be parsed once more.
    says = "base" in text or "\\" in text
    return _join(place, spec.parse(text, place.file)[0].base if says else spec.Spec().base)


def detected(place: Place, flags: Flags) -> Flags:
    """The flags with the size of the nodes that run now, where they do not say it themselves.

    Raises:
        InputError: Nobody says which cluster to ask.
        ToolError: It could not be asked.
    """
    text = text_of(place.file)
    said = spec.parse(text or "", place.file)[0]
    name = flags.cluster or said.cluster or place.name
    cluster = declared_cluster(replace(said, cluster=name, context=flags.context or said.context))
    if cluster is None:
        raise InputError(
            "--detect needs to know which cluster to ask", hint="add --cluster NAME; `kgen explain` lists them"
        )
    node = _asked(cluster)
    return replace(
        flags,
        node_memory=flags.node_memory or node.memory,
        node_cpu=flags.node_cpu or node.cpu,
        nodes=flags.nodes or str(node.count),
    )


def _asked(cluster: Cluster) -> DetectedNode:
    """The size of the nodes behind the cluster's context, which must be what it is said to be.

    Raises:
        InputError: No context is declared, or it leads to another cluster.
        ToolError: It could not be asked.
    """
    context = cluster.identity.context
    if not context:
        raise InputError(
            "--detect needs to know which cluster to ask", hint="declare its context, or add --context NAME"
        )
    if cluster.name == "minikube":
        return minikube.detect(context)
    nodes = kubectl.nodes(context)
    refute(cluster, nodes)
    return kubectl.measure(context, nodes)


def text_of(path: str) -> str | None:
    """The text of a declaration; None where there is none.

    Raises:
        InputError: It cannot be read.
    """
    text = emit.read(path)
    return None if text is None else decode(text.encode(errors="surrogateescape"), path)


def _new_text(place: Place, flags: Flags) -> str:
    """What ``kgen.yaml`` starts from: the cluster of this name, if there is one.

    Raises:
        InputError: The name looks like a slip of the pen.
    """
    name = place.name
    if name not in CLUSTERS and flags == _NO_FLAGS:
        from difflib import get_close_matches

        close = get_close_matches(name, [*CLUSTERS, *project.overlay_names(place.root, (FILE,))], 1, 0.8)
        if close:
            raise InputError(
                f"there is no overlay {name!r} yet, and it is no cluster kgen knows",
                hint=f"did you mean {close[0]!r}? To make {name!r} all the same, say --cluster NAME",
            )
    return spec.new_text(name if name in CLUSTERS else None)


def base_of(place: Place, declared: spec.Spec) -> str:
    """The folder of the base that an overlay declares, absolute."""
    return _join(place, declared.base)


def _join(place: Place, base: str) -> str:
    return os.path.normpath(os.path.join(os.path.realpath(place.folder), base))


def _base(place: Place, declared: spec.Spec, fs: FileSystem, bases: Bases) -> ResourceMap:
    """What the base builds, content hashes left off.

    Raises:
        InputError: It is missing, in the wrong place, does not build, or builds nothing.
        Unsupported: It is remote.
    """
    said, origin = declared.base, declared.origin("base")
    if is_remote(said):
        raise Unsupported(f"the remote base {said}", origin=origin, hint="list it in a kustomization.yaml of your own")
    path = _join(place, said)
    if os.path.isabs(said):
        message = f"the base {said!r} must be relative to the overlay's folder, or it works on this computer only"
        raise InputError(message, origin=origin, hint="write it as from there: ../../base")
    if f"{os.path.realpath(place.folder)}/".startswith(f"{path}/") or path.startswith(f"{place.folder}/"):
        message = f"the base {said!r} is the overlay's own folder, lies in it or around it"
        raise InputError(message, origin=origin, hint="put the base beside the overlays")
    if fs.is_file(path):
        raise InputError(f"the base {said!r} is a file", origin=origin, hint="name its folder")
    if not fs.is_dir(path):
        near = nearby.path(fs, os.path.realpath(place.folder), said, lambda other: has_kustomization(other, fs))
        make = f"put your manifests and a kustomization.yaml into {path}, or name another folder with 'base:'"
        raise InputError(
            f"the base {said!r} is not there", origin=origin, hint=f"did you mean {near!r}?" if near else make
        )
    resources = bases.built(path, fs)
    if not len(resources):
        raise InputError("the base builds no resources", origin=Origin(path), hint="list manifests under 'resources:'")
    return resources
