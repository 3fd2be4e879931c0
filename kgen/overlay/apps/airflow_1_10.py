"""Airflow 1.10: its Kubernetes executor makes worker pods from settings that are plain text.

The scheduler starts a pod for each task from ``AIRFLOW__KUBERNETES__*``: the image in two parts, names of a claim and
of a ConfigMap, a folder of the node, a namespace, a service account. What is not set has a default that is right only
where nothing was renamed: the namespace ``default``, and its service account ``default``.
https://airflow.apache.org/docs/apache-airflow/1.10.9/configurations-ref.html#kubernetes,
https://github.com/apache/airflow/blob/1.10.9/airflow/kubernetes/worker_configuration.py

The entrypoint of puckel's image waits for ``POSTGRES_HOST``, makes the address of the database from ``POSTGRES_*``, and
installs ``/requirements.txt``: with another version of Airflow than the image has, pip replaces it at each start.
https://github.com/puckel/docker-airflow/blob/1.10.9/script/entrypoint.sh
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from kgen.kustomize.transformers.images import split
from kgen.overlay.apps import airflow_accounts, airflow_container, airflow_web_port
from kgen.overlay.apps.airflow_accounts import account, is_scheduler
from kgen.overlay.apps.app import Scene, Setting, added
from kgen.overlay.couplings.following import Followed
from kgen.overlay.couplings.meaning import (
    ACCOUNT,
    CLAIM,
    CONFIG_MAP,
    HOST,
    HOST_PATH,
    NAMESPACE,
    PORT,
    SECRET,
    Role,
)
from kgen.overlay.couplings.things import Course
from kgen.overlay.edits import Edit
from kgen.overlay.rules.state import Notice
from kgen.schema import pods

NAME: Final = "airflow-1.10"

SECTION: Final = "AIRFLOW__KUBERNETES__"
"""Begins the names of what the executor goes by."""
_REPOSITORY: Final = f"{SECTION}WORKER_CONTAINER_REPOSITORY"
_TAG: Final = f"{SECTION}WORKER_CONTAINER_TAG"
_NAMESPACE: Final = f"{SECTION}NAMESPACE"
_ACCOUNT: Final = f"{SECTION}WORKER_SERVICE_ACCOUNT_NAME"
_DATABASE: Final = ("POSTGRES_USER", "POSTGRES_PASSWORD", "POSTGRES_DB")

ROLES: Final[Mapping[str, Role]] = MappingProxyType(
    {
        f"{SECTION}AIRFLOW_CONFIGMAP": CONFIG_MAP,
        f"{SECTION}AIRFLOW_LOCAL_SETTINGS_CONFIGMAP": CONFIG_MAP,
        f"{SECTION}DAGS_VOLUME_CLAIM": CLAIM,
        f"{SECTION}DAGS_VOLUME_HOST": HOST_PATH,
        f"{SECTION}ENV_FROM_CONFIGMAP_REF": CONFIG_MAP,
        f"{SECTION}ENV_FROM_SECRET_REF": SECRET,
        f"{SECTION}GIT_SSH_KEY_SECRET_NAME": SECRET,
        f"{SECTION}GIT_SSH_KNOWN_HOSTS_CONFIGMAP_NAME": CONFIG_MAP,
        f"{SECTION}GIT_SYNC_CREDENTIALS_SECRET": SECRET,
        f"{SECTION}IMAGE_PULL_SECRETS": SECRET,
        f"{SECTION}LOGS_VOLUME_CLAIM": CLAIM,
        f"{SECTION}LOGS_VOLUME_HOST": HOST_PATH,
        _NAMESPACE: NAMESPACE,
        _ACCOUNT: ACCOUNT,
        airflow_web_port.KEY: Role("port", "Pod"),
        "POSTGRES_HOST": HOST,
        "POSTGRES_PORT": PORT,
    }
)

_PINNED: Final = re.compile(r"(apache-airflow(?:\[[^\]\n]*\])?==)([0-9][\w.]*)")
_VERSION: Final = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+(?![\w.])")


runs = airflow_container.runs


def follows(scene: Scene) -> Iterator[Followed]:
    """The image of the workers in its two parts, their namespace and account, the pinned version, the database."""
    settings = list(scene.settings())
    yield from _worker_images(scene, settings)
    yield from _places_of_workers(scene, settings)
    for setting, version in _pins(scene, settings):
        text = _PINNED.sub(rf"\g<1>{version}", setting.after.text) if version else setting.after.text
        if setting.is_free:
            yield setting.becomes(text, "the version of Airflow in the image")
    yield from _database(settings)


def edits(scene: Scene) -> Iterator[Edit]:
    """Container, probes and Service follow the port of the web interface."""
    return airflow_web_port.edits(scene)


def notices(scene: Scene) -> Iterator[Notice]:
    """Say what does not fit: the port, the scheduler's account, the version that is pinned."""
    yield from airflow_web_port.notices(scene)
    yield from airflow_accounts.notices(scene)
    yield from _unsure_pins(scene)


def _unsure_pins(scene: Scene) -> Iterator[Notice]:
    """Say where a version is pinned that the image may not have."""
    for setting, version in _pins(scene, list(scene.settings())):
        address = setting.before.address
        if version is None and setting.is_free and address not in scene.ignored:
            yield Notice(
                f"{address} pins a version of Airflow, and the tag of its image does not tell whether it has it",
                f"declare it under config: in kgen.yaml if it has another one, else say '{address}: none' under "
                "couplings:; pip would replace Airflow at each start",
            )


def _worker_images(scene: Scene, settings: Iterable[Setting]) -> Iterator[Followed]:
    """Workers get ``REPOSITORY:TAG`` whatever these are, a digest too: ``name@sha256`` and its digits."""
    becomes = _becomes(scene)
    for repository, tag in _worker_settings(settings):
        images = becomes.get(f"{repository.before.text}:{tag.before.text}", set())
        if len(images) == 1 and repository.is_free and tag.is_free:
            for setting, text in zip((repository, tag), _halves(next(iter(images))), strict=True):
                if setting.before.text != text:
                    yield setting.becomes(text, "the image of the workers is that of the scheduler")


def _worker_settings(settings: Iterable[Setting]) -> Iterator[tuple[Setting, Setting]]:
    """The two parts of the worker's image, where one place has both."""
    found: dict[str, dict[str, Setting]] = {}
    for setting in settings:
        if setting.before.key in (_REPOSITORY, _TAG):
            found.setdefault(_holder(setting), {})[setting.before.key] = setting
    yield from ((both[_REPOSITORY], both[_TAG]) for both in found.values() if len(both) == 2)  # noqa: PLR2004


def _holder(setting: Setting) -> str:
    return f"{setting.before.resource} {setting.before.label.removesuffix(setting.before.key)}"


def _halves(image: str) -> tuple[str, str]:
    name, tag, digest = split(image)
    if digest:
        algorithm, _, digits = digest.partition(":")
        return f"{name}{tag and ':'}{tag}@{algorithm}", digits
    return name, tag or "latest"


def _becomes(scene: Scene) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for before, after in scene.images():
        found.setdefault(before, set()).add(after)
    return found


def _places_of_workers(scene: Scene, settings: Iterable[Setting]) -> Iterator[Followed]:
    """The namespace and the account of the workers, where those of the scheduler are no longer the default ones."""
    schedulers = [course for course in scene.courses if course.base and is_scheduler(course.base.body)]
    spaces = {(one.base.id.key.namespace, one.after.id.key.namespace) for one in schedulers if one.base}
    accounts = {(account(one.base).name, account(one.after).name) for one in schedulers if one.base}
    said = {(id(setting.course), setting.before.key): setting for setting in settings}
    for course in _with_section(settings):
        for key, moves, what in ((_NAMESPACE, spaces, "namespace"), (_ACCOUNT, accounts, "service account")):
            before, after = next(iter(moves)) if len(moves) == 1 else ("", "")
            setting, reason = said.get((id(course), key)), f"workers run in the scheduler's {what}"
            if before != after and setting is None and not _has(course, key):
                yield added(course, key, after, reason.replace("run in", "use") if key == _ACCOUNT else reason)
            elif before != after and setting is not None and setting.is_free and setting.before.text == before:
                yield setting.becomes(after, reason)


def _has(course: Course, key: str) -> bool:
    return any(key in (pods.mapping(course.after.body, field) or {}) for field in ("data", "stringData"))


def _with_section(settings: Iterable[Setting]) -> list[Course]:
    """The ConfigMaps and Secrets with settings of the executor."""
    found = {
        id(setting.course): setting.course
        for setting in settings
        if setting.before.key.startswith(SECTION) and setting.before.container is None
    }
    return list(found.values())


def _pins(scene: Scene, settings: Iterable[Setting]) -> Iterator[tuple[Setting, str | None]]:
    """Texts that pin the version that an image had, with the one it has now; None where its tag does not tell."""
    workers = {f"{one.before.text}:{two.before.text}" for one, two in _worker_settings(settings)}
    moves = {(before, after) for before, after in scene.images() if runs(before) or before in workers}
    versions = {(split(before)[1], _version(after)) for before, after in moves if before != after}
    if len(versions) != 1:
        return
    before, after = versions.pop()
    for setting in settings:
        pinned = _PINNED.search(setting.before.text)
        if pinned and pinned[2] == before and after != before:
            yield setting, after


def _version(image: str) -> str | None:
    match = _VERSION.match(split(image)[1])
    return match[0] if match else None


def _database(settings: Iterable[Setting]) -> Iterator[Followed]:
    """User, password and database are said once to Airflow and once to PostgreSQL."""
    said: dict[str, list[Setting]] = {}
    for setting in settings:
        if setting.before.key in _DATABASE and (setting.before.container is None or _is_database(setting)):
            said.setdefault(setting.before.key, []).append(setting)
    for key, places in said.items():
        for one in places:
            others = [two for two in places if _is_database(two) != _is_database(one)]
            texts = {two.after.text for two in others if two.before.text == one.before.text}
            if one.is_free and len(texts) == 1 and texts != {one.before.text}:
                yield one.becomes(texts.pop(), f"{key} is the same in {others[0].before.resource}")


def _is_database(setting: Setting) -> bool:
    image = (setting.before.container or {}).get("image")
    return isinstance(image, str) and split(image)[0].rpartition("/")[2] == "postgres"
