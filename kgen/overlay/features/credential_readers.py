"""Who says or reads Airflow's database password and Fernet key in a base, and how each gets them from a Secret."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from kgen.fieldpath import FieldPath
from kgen.overlay.edits import ABSENT, Edit
from kgen.overlay.env_file import KEY, PASSWORD
from kgen.overlay.features.scene import Scene, named, pod
from kgen.resource import Body, Resource, ResourceId
from kgen.schema import pods

ADDRESS: Final = "AIRFLOW__CORE__SQL_ALCHEMY_CONN"
KEYS: Final[Mapping[str, str]] = {PASSWORD: PASSWORD, KEY: KEY, "FERNET_KEY": KEY}
"""What no ConfigMap holds any more, and the Secret's key for it; the entrypoint makes one Fernet key of the other."""

VARIABLES: Final = {**KEYS, "PGPASSWORD": PASSWORD}
"""What containers call it."""
_URL: Final = re.compile(r"(?P<start>[\w+.-]+://[^/\s:@]*:)(?P<password>[^\s@]+)(?=@)")
_MOVED: Final = "it comes from the Secret"
_PUT_IN: Final = "Airflow puts in what the variable holds"


class _Container(NamedTuple):
    """A container: its workload, where and what it is, and whether it runs Airflow."""

    workload: ResourceId
    path: FieldPath
    body: Body
    is_server: bool


def password(scene: Scene) -> str | None:
    """The password as it is written for Airflow; None where a Secret or nobody says it."""
    said = scene.settings.get(PASSWORD)
    return said if isinstance(said, str) else password_in(scene.settings.get(ADDRESS))


def password_in(text: Any) -> str | None:
    """The password in the first address of a text, if it is written down there."""
    match = _URL.search(text) if isinstance(text, str) else None
    return match["password"] if match and not match["password"].startswith("$") else None


def edits(scene: Scene, secret: str) -> Iterator[Edit]:
    """What no ConfigMap says any more, and who reads the Secret of this name instead."""
    space = scene.airflow.settings.key.namespace if scene.airflow else None
    resources = [resource for resource in scene.resources if resource.id.key.namespace == space]
    moved = {resource.id.name: keys for resource in resources if (keys := _moving(scene, resource))}
    for resource in resources:
        yield from _of_config(resource, moved)
        for container in _containers(scene, resource):
            yield from _of_variables(scene, container, moved, secret)
            yield from _of_sources(container, moved, secret)


def _moving(scene: Scene, resource: Resource) -> list[str]:
    """What goes from a ConfigMap: all of it from Airflow's settings, from others what says the same."""
    if (resource.id.gvk.group, resource.id.gvk.kind) != ("", "ConfigMap"):
        return []
    data, is_own = pods.mapping(resource.body, "data") or {}, resource.id == (scene.airflow and scene.airflow.settings)
    known = {**scene.settings, PASSWORD: password(scene)}
    return [key for key in KEYS if key in data and (is_own or data[key] == known.get(key))]


def _of_config(resource: Resource, moved: Mapping[str, list[str]]) -> Iterator[Edit]:
    if (resource.id.gvk.group, resource.id.gvk.kind) != ("", "ConfigMap"):
        return
    for key in moved.get(resource.id.name, ()):
        yield Edit(resource.id, FieldPath(("data", key)), ABSENT, _MOVED)
    address = (pods.mapping(resource.body, "data") or {}).get(ADDRESS)
    if password_in(address):
        yield Edit(resource.id, FieldPath(("data", ADDRESS)), _with_variable(str(address)), _PUT_IN)


def _with_variable(address: str) -> str:
    """An address for Airflow, which puts in what variables hold."""
    return _URL.sub(rf"\g<start>${PASSWORD}", address, count=1)


def _containers(scene: Scene, resource: Resource) -> Iterator[_Container]:
    servers = {(one.workload.key, one.container) for one in scene.airflow.servers} if scene.airflow else set()
    for field, body in pods.containers(resource.body):
        path = pod(resource.id) / field / named(body.get("name"))
        yield _Container(resource.id, path, body, (resource.id.key, body.get("name")) in servers)


def _of_variables(scene: Scene, one: _Container, moved: Mapping[str, list[str]], secret: str) -> Iterator[Edit]:
    """Those that say it, or take it from a ConfigMap."""
    for variable in pods.items(one.body, "env"):
        name, value = variable.get("name"), variable.get("value")
        where = one.path / "env" / named(name)
        source = pods.mapping(variable, "valueFrom", "configMapKeyRef") or {}
        key = KEYS.get(str(source.get("key"))) if source.get("key") in moved.get(str(source.get("name")), ()) else None
        if isinstance(value, str) and name in VARIABLES and (one.is_server or value == password(scene)):
            key = VARIABLES[name]
        if key is not None:
            yield Edit(one.workload, where / "value", ABSENT, _MOVED)
            yield Edit(one.workload, where / "valueFrom", _reference(secret, key), _MOVED)
        elif one.is_server and name == ADDRESS and password_in(value):
            yield Edit(one.workload, where / "value", _with_variable(str(value)), _PUT_IN)


def _of_sources(one: _Container, moved: Mapping[str, list[str]], secret: str) -> Iterator[Edit]:
    """Airflow gets all of the Secret; others that had all of a ConfigMap get what went from it."""
    sources = list(pods.items(one.body, "envFrom"))
    if one.is_server:
        reason = "database password and Fernet key come from the Secret, beside what the ConfigMap says"
        yield Edit(one.workload, one.path / "envFrom", [*sources, {"secretRef": {"name": secret}}], reason)
        return
    said = {variable.get("name") for variable in pods.items(one.body, "env")}
    for source in sources:
        for key in moved.get(str((pods.mapping(source, "configMapRef") or {}).get("name")), ()):
            name = f"{source.get('prefix') or ''}{key}"
            if name not in said:
                where = one.path / "env" / named(name) / "valueFrom"
                yield Edit(one.workload, where, _reference(secret, KEYS[key]), _MOVED)


def _reference(secret: str, key: str) -> Body:
    return {"secretKeyRef": {"name": secret, "key": key}}
