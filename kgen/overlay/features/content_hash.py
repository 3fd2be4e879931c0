"""A hash of its content ends the name of a ConfigMap: pods that read it start anew when it changes.

kgen gives the pods a checksum of a plain ConfigMap that an overlay changes, which does the same as far as these pods
go. With a hash the content never changes under a name: a pod that starts later (a worker of Airflow, one of a rollout
that is undone by ``kubectl rollout undo``) reads what the pods beside it read, and a change that fails leaves the
running ones alone. https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/configmapgenerator/

kustomize hashes only what it generates. So one component of the overlay takes the plain ConfigMap away and the next
one generates it, with what is declared of it among the values. References follow, those in texts too where they are
nothing but the name. It is done with all that pods read, or those listed: ``content-hash: {configMaps: [NAME]}``.

What was there before stays in the cluster, under its name, until somebody deletes it.
"""

from collections.abc import Iterator
from typing import Final

from kgen.errors import InputError, KgenError
from kgen.overlay.edits import HASHED, Edit
from kgen.overlay.features.scene import Scene
from kgen.overlay.generation import check
from kgen.overlay.rules.state import Notice
from kgen.overlay.spec import find_config_map
from kgen.resource import Resource, ResourceId, ResourceMap
from kgen.schema import pods
from kgen.schema.readings import readings

ID: Final = "content-hash"
CLUSTERS: Final = frozenset[str]()
NEEDS_AIRFLOW: Final = False

OPTION: Final = "configMaps"


def unfit(scene: Scene) -> str | None:
    """There must be plain ConfigMaps, of which kustomize can generate the like."""
    try:
        meant = list(_meant(scene))
        for one in meant:
            if one.needs_hash:
                return f"the base generates {one.id} itself, with a hash of its content"
            check(one, one.body)
    except KgenError as error:
        return f"{error.message} ({error.hint})" if error.hint else error.message
    if scene.option(OPTION, None) == []:
        return f"{OPTION} names none"
    return None if meant else "no pod of the base reads a plain ConfigMap; one that it generates has a hash already"


def _meant(scene: Scene) -> Iterator[Resource]:
    """Those that are named, else those that pods read."""
    named = scene.option(OPTION, None)
    if named is None:
        read = _read(scene.resources)
        yield from (one for one in scene.resources if one.id.key in read and not one.needs_hash)
    for name in dict.fromkeys(named or ()):
        if any((one.id.gvk[::2], one.id.name) == (("", "Secret"), name) for one in scene.resources):
            raise InputError(f"{name} is a Secret, whose values would be written into Git")
        found = scene.resources.get(find_config_map(name, scene.resources))
        if found is not None:
            yield found


def _read(resources: ResourceMap) -> set[ResourceId]:
    """The keys of the ids of the ConfigMaps that pods read."""
    found = set()
    plain = {
        (one.id.name, one.id.key.namespace): one.id.key for one in resources if one.id.gvk[::2] == ("", "ConfigMap")
    }
    for workload in resources:
        space = workload.id.key.namespace
        for one in readings(pods.pod_spec(workload.body) or {}):
            if one.kind == "ConfigMap" and (one.name, space) in plain:
                found.add(plain[one.name, space])
    return found


def edits(scene: Scene) -> Iterator[Edit]:
    """One for each."""
    for resource in _meant(scene):
        yield Edit(resource.id, HASHED, True, "pods that read it start anew when it changes")


def notices(scene: Scene) -> Iterator[Notice]:
    """Say of which no pod knows."""
    read = _read(scene.resources)
    for resource in _meant(scene):
        if resource.id.key not in read:
            yield Notice(
                f"no pod of the base reads {resource.id}: a hash in its name starts nothing anew",
                f"take it out of features.{ID}, unless something else reads it by that name",
                "info",
            )
