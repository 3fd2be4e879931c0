"""A declaration as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kgen.errors import Origin

Path = tuple[str | int, ...]
"""The keys and positions that lead to a field of ``kgen.yaml``."""


@dataclass(frozen=True, kw_only=True, slots=True)
class NodeSize:
    """The node to fit into; None is not declared. Amounts are Kubernetes quantities as they were written."""

    cpu: str | None = None
    memory: str | None = None
    count: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class StorageFacts:
    """What serves claims on the cluster; None is not declared.

    Attributes:
        storage_class: The class that claims are to name.
        access_modes: The modes it serves.
    """

    storage_class: str | None = None
    access_modes: frozenset[str] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Image:
    """What becomes of an image; None stays as the base has it."""

    new_name: str | None = None
    new_tag: str | None = None
    digest: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Requirements:
    """Requests and limits of one container, by resource name (``memory``), as quantities."""

    requests: Mapping[str, str] = field(default_factory=dict)
    limits: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class PatchFile:
    """A file of patches and resources, relative to the overlay's folder, and for which resources it is, if it says."""

    path: str
    target: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Ignored:
    """Changes that a preview does not show: ``KIND[/NAME][:PATH]``, and why."""

    what: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Spec:
    """One ``kgen.yaml``.

    Attributes:
        base: The folder of the base, relative to the overlay's.
        create_namespace: Whether the overlay brings the Namespace along where the base has none.
        context: The kubectl context of the cluster, where it is not the usual one.
        expose: The type of the Services that are reached from outside.
        host_paths: Folders of the laptop by the hostPath in the base.
        images: By the image's name in the base.
        replicas: By workload: ``web`` or ``Deployment/web``.
        resources: By container: ``web``, ``web/app`` or ``Deployment/web/app``.
        config: Keys and texts by the ConfigMap's name in the base.
        features: Options by the name of the feature; None where it is switched off.
        patches: Files that people own, in the order in which they apply.
        python: A file with a function that changes the resources, relative to the overlay's folder.
        ignore: What a preview does not show.
        couplings: What texts name, by the place of the text: ``none`` for nothing.
        app: Which application's facts apply, where its images do not tell it: ``none`` for none.
        path: How errors name the file.
        origins: Where each key is written.
    """

    cluster: str | None = None
    base: str = "../../base"
    context: str | None = None
    node: NodeSize = NodeSize()
    storage: StorageFacts = StorageFacts()
    expose: str | None = None
    host_paths: Mapping[str, str] = field(default_factory=dict)
    namespace: str | None = None
    create_namespace: bool = True
    name_prefix: str = ""
    name_suffix: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    images: Mapping[str, Image] = field(default_factory=dict)
    replicas: Mapping[str, int] = field(default_factory=dict)
    resources: Mapping[str, Requirements] = field(default_factory=dict)
    config: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    features: Mapping[str, Mapping[str, Any] | None] = field(default_factory=dict)
    patches: tuple[PatchFile, ...] = ()
    python: str | None = None
    ignore: tuple[Ignored, ...] = ()
    couplings: Mapping[str, str] = field(default_factory=dict)
    app: str | None = None
    path: str = field(default="kgen.yaml", compare=False)
    origins: Mapping[Path, Origin] = field(default_factory=dict, compare=False, repr=False)

    def origin(self, *path: str | int) -> Origin:
        """Where the key at these keys is written; of a key that is not there, the nearest one above it, or the file."""
        while path and path not in self.origins:
            path = path[:-1]
        return self.origins.get(path, Origin(self.path))
