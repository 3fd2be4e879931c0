"""The port of Airflow's web interface: a setting, which its container, its probes and its Service must know.

Where nothing is set it is 8080. A Service without ``targetPort`` sends to the pods' port of its own number.
https://airflow.apache.org/docs/apache-airflow/1.10.9/configurations-ref.html#webserver,
https://kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from kgen.fieldpath import FieldPath, ItemKey
from kgen.overlay.apps import airflow_container
from kgen.overlay.apps.app import Scene
from kgen.overlay.couplings.things import Course
from kgen.overlay.edits import Edit
from kgen.overlay.rules.state import Notice
from kgen.resource import Body, Resource
from kgen.schema import pods

KEY: Final = "AIRFLOW__WEBSERVER__WEB_SERVER_PORT"
_DEFAULT: Final = "8080"
_HIGHEST: Final = 65535
_PROBES: Final = ("startupProbe", "livenessProbe", "readinessProbe")
_REASON: Final = f"the web interface listens where {KEY} says"


class _Interface(NamedTuple):
    """A container of the web interface: its workload, itself as it will be, and its port before and then."""

    course: Course
    container: Body
    before: int
    after: int

    @property
    def place(self) -> FieldPath:
        """Where the container is."""
        above = FieldPath(pods.pod_spec_path(self.course.edited.id.gvk) or ())
        return above / "containers" / _item(self.container, "name")


def edits(scene: Scene) -> Iterator[Edit]:
    """What must follow where the port is another one."""
    for one in _interfaces(scene.courses):
        if one.before != one.after:
            found = (*_of_container(one), *_of_services(one, scene.courses))
            yield from (edit for edit in found if (edit.resource.key, edit.path) not in scene.taken)


def notices(scene: Scene) -> Iterator[Notice]:
    """Say where a container's port is another one, and the setting is not."""
    for one in _interfaces(scene.courses):
        numbers = [port.get("containerPort") for port in pods.items(one.container, "ports")]
        if one.before == one.after and numbers and one.after not in numbers and not _says(one.course, numbers):
            yield Notice(
                f"{one.course.edited.id} has containerPort {numbers[0]}, but the web interface listens on {one.after}",
                f"set {KEY} to '{numbers[0]}' under config: in kgen.yaml; the rest follows",
            )


def _says(course: Course, numbers: Sequence[Any]) -> bool:
    """Whether it was so in the base already."""
    before = [port.get("containerPort") for _, one in _containers(course.base) for port in pods.items(one, "ports")]
    return before == numbers


def _containers(resource: Resource | None) -> Iterator[tuple[str, Body]]:
    return pods.containers(resource.body if resource else {})


def _interfaces(courses: Sequence[Course]) -> Iterator[_Interface]:
    before = [course.base for course in courses if course.base]
    after = [course.edited for course in courses]
    for course in courses:
        now = {body.get("name"): body for _, body in _containers(course.edited)}
        for field, body in _containers(course.base):
            name = body.get("name")
            if field == "containers" and _is_interface(body) and name in now:
                ports = (_port(body, before), _port(now[name], after))
                if ports[0] and ports[1]:
                    yield _Interface(course, now[name], ports[0], ports[1])


def _is_interface(container: Body) -> bool:
    """Whether it is started as one, or says nothing and has an image that is one by itself."""
    image, is_said = container.get("image"), "command" in container or "args" in container
    is_known = isinstance(image, str) and airflow_container.runs(image)
    return airflow_container.role(container) == "webserver" and (is_known or is_said)


def _port(container: Body, resources: Sequence[Resource]) -> int:
    """Where a container of the web interface listens: its own variable counts, else the last source that has it."""
    said: list[Any] = [_DEFAULT]
    for source in pods.items(container, "envFrom"):
        name = (pods.mapping(source, "configMapRef") or {}).get("name")
        for resource in resources:
            if (resource.id.gvk.kind, resource.id.name) == ("ConfigMap", name):
                said.append((pods.mapping(resource.body, "data") or {}).get(KEY, said[-1]))
    said += [one.get("value") for one in pods.items(container, "env") if one.get("name") == KEY]
    number = str(said[-1])
    return int(number) if number.isascii() and number.isdecimal() and int(number) <= _HIGHEST else 0


def _of_container(one: _Interface) -> Iterator[Edit]:
    workload = one.course.edited.id
    for port in pods.items(one.container, "ports"):
        if port.get("containerPort") == one.before:
            path = one.place / "ports" / _item(port, "containerPort", "protocol") / "containerPort"
            yield Edit(workload, path, one.after, _REASON)
    for probe in _PROBES:
        for handler in ("httpGet", "tcpSocket"):
            asked = pods.mapping(one.container, probe, handler) or {}
            if asked.get("port") == one.before:
                yield Edit(workload, one.place / probe / handler / "port", one.after, _REASON)


def _of_services(one: _Interface, courses: Sequence[Course]) -> Iterator[Edit]:
    workload = one.course.edited
    for course in courses:
        service = course.edited
        if service.id.gvk[::2] != ("", "Service") or service.id.key.namespace != workload.id.key.namespace:
            continue
        if not _selects(pods.mapping(service.body, "spec", "selector") or {}, pods.labels(workload.body)):
            continue
        for port in pods.items(pods.mapping(service.body, "spec") or {}, "ports"):
            if port.get("targetPort", port.get("port")) == one.before:
                path = FieldPath(("spec", "ports")) / _item(port, "port", "protocol") / "targetPort"
                yield Edit(service.id, path, one.after, _REASON)


def _selects(selector: Mapping[str, Any], labels: Mapping[str, Any]) -> bool:
    return bool(selector) and selector.items() <= labels.items()


def _item(body: Body, *keys: str) -> ItemKey:
    """An item of a list by those of the keys that it has."""
    return ItemKey(tuple((key, body[key]) for key in keys if key in body))
