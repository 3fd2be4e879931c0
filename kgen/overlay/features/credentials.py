"""Database password and Fernet key come from a Secret that is made of a file outside Git, instead of the ConfigMap.

kustomize makes the Secret of ``credentials.env`` beside ``kgen.yaml``, which ``.gitignore`` keeps out of Git. Without
it nothing builds the overlay: ``kgen overlay`` tells the one command that makes it, with random values, readable by you
alone. All who apply to the same cluster need the same file; Argo CD and Flux, which have only Git, cannot build it.

Overlays are made and proven with placeholders; kgen looks into the file only to say whether it can work. A hash of the
content ends the Secret's name, so pods start anew when it changes.

Who needs them gets them from the Secret: PostgreSQL, web interface, scheduler, and workers by
``AIRFLOW__KUBERNETES__ENV_FROM_SECRET_REF``. Without a Fernet key of their own, each pod makes another one, and
workers cannot read an encrypted connection or variable.

Two leaks are closed with it. The scheduler writes the address of the database, password and all, into every worker pod
unless ``AIRFLOW__KUBERNETES__AIRFLOW_CONFIGMAP`` names an ``airflow.cfg`` for them: that one makes the address of
variables. And the web interface of puckel's image shows all settings to everyone (``expose_config``).
https://github.com/apache/airflow/blob/1.10.9/airflow/contrib/kubernetes/worker_configuration.py,
https://github.com/puckel/docker-airflow/blob/1.10.9/config/airflow.cfg

Workers then no longer read the ``airflow.cfg`` of the image: what it says beside Airflow's defaults belongs into the
ConfigMap, as ``AIRFLOW__SECTION__KEY``.

What stays: tasks can read the password, as their pods connect to the database; and whoever may read Secrets of the
namespace or start pods in it can as well. The password becomes a part of an address, so it is letters, digits and
``-._~`` only.

PostgreSQL takes its password when it makes the database: one that exists keeps the one it has, until
``ALTER USER airflow PASSWORD '…'``. https://hub.docker.com/_/postgres (POSTGRES_PASSWORD)
"""

import base64
from collections.abc import Collection, Iterable, Iterator
from typing import Final

from kgen.errors import KgenError, Origin, Unsupported
from kgen.fieldpath import FieldPath
from kgen.overlay import env_file
from kgen.overlay.apps.airflow_1_10 import SECTION
from kgen.overlay.couplings.following import Key
from kgen.overlay.couplings.places import places
from kgen.overlay.edits import REMOVED, Edit, is_on
from kgen.overlay.env_file import PASSWORD
from kgen.overlay.features import credential_readers, postgres_persistence
from kgen.overlay.features.credential_readers import ADDRESS
from kgen.overlay.features.scene import Scene, added, metadata
from kgen.overlay.rules.state import Notice
from kgen.resource import Body, ResourceId, ResourceMap

ID: Final = "credentials"
CLUSTERS: Final = frozenset[str]()
NEEDS_AIRFLOW: Final = True

SECRET: Final = "airflow-credentials"  # noqa: S105 - a name
CONFIG: Final = "airflow-worker-config"

_REFERENCE: Final = f"{SECTION}ENV_FROM_SECRET_REF"
_WORKER_CONFIG: Final = f"{SECTION}AIRFLOW_CONFIGMAP"
_EXPOSED: Final = "AIRFLOW__WEBSERVER__EXPOSE_CONFIG"

_DEFAULTS: Final = {"USER": "airflow", "PASSWORD": "", "HOST": "postgres", "PORT": "5432", "DB": "airflow"}
"""What the entrypoint takes where nothing is said."""

_WHOLE: Final = FieldPath()
_FREE: Final = tuple(("metadata", key) for key in ("name", "namespace", "labels", "annotations"))
_TAKEN: Final = "database password and Fernet key come from the Secret"


def unfit(scene: Scene) -> str | None:
    """It needs a password that is written down, and names that are free."""
    taken = [str(one.id) for one in scene.resources if _is_ours(one.id)]
    if taken:
        return f"the base has {' and '.join(taken)} already"
    if _REFERENCE in scene.settings:
        return f"{_REFERENCE} is set already, to {scene.settings[_REFERENCE]!r}"
    if credential_readers.password(scene) is None:
        return f"Airflow's settings say no password ({PASSWORD}, or one in {ADDRESS}); nothing is to be hidden"
    return None


def _is_ours(resource: ResourceId) -> bool:
    return (resource.gvk.kind, resource.name) in {("Secret", SECRET), ("ConfigMap", CONFIG)}


def edits(scene: Scene) -> Iterator[Edit]:
    """The Secret, who reads it, what no ConfigMap says any more, and the configuration of the workers."""
    if scene.airflow is None:
        return
    about = metadata(SECRET, scene.airflow.settings)
    yield added(_secret(about), "database password and Fernet key: its file is not in Git")
    yield from credential_readers.edits(scene, SECRET)
    yield from scene.setting(_REFERENCE, SECRET, f"workers too: {_TAKEN}")
    if _WORKER_CONFIG not in scene.settings:
        yield added(_worker_config(scene), "the scheduler no longer writes the password into worker pods")
        yield from scene.setting(_WORKER_CONFIG, CONFIG, "without it each worker pod holds the password in clear")
    if _EXPOSED not in scene.settings:
        yield from scene.setting(_EXPOSED, "False", "the web interface would show password and key to everyone")


def _secret(about: Body) -> Body:
    data = {key: base64.b64encode(value.encode()).decode() for key, value in env_file.PLACEHOLDERS.items()}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": about, "type": "Opaque", "data": data}


def _worker_config(scene: Scene) -> Body:
    """What workers read in the place of the image's file; Airflow puts variables in, and has defaults for the rest.

    https://github.com/apache/airflow/blob/1.10.9/airflow/configuration.py (expand_env_var)
    """
    parts = {
        key: f"$POSTGRES_{key}" if key == "PASSWORD" or f"POSTGRES_{key}" in scene.settings else default
        for key, default in _DEFAULTS.items()
    }
    extras = "$POSTGRES_EXTRAS" if "POSTGRES_EXTRAS" in scene.settings else ""
    address = "postgresql+psycopg2://{USER}:{PASSWORD}@{HOST}:{PORT}/{DB}".format(**parts)
    about = metadata(CONFIG, scene.airflow.settings) if scene.airflow else {}
    data = {"airflow.cfg": f"[core]\nsql_alchemy_conn = {address}{extras}\n"}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": about, "data": data}


def notices(scene: Scene) -> Iterator[Notice]:
    """Say which text still has the password, and what a database does that is there."""
    password = credential_readers.password(scene)
    for place in (place for resource in scene.resources for place in places(resource)):
        if place.key != ADDRESS and password is not None and credential_readers.password_in(place.text) == password:
            yield Notice(
                f"{place.address} still holds the database password",
                "let what reads it take the password from the Secret, or write $(POSTGRES_PASSWORD) in its place",
            )
    if _WORKER_CONFIG not in scene.settings:
        yield Notice(
            "workers no longer read the airflow.cfg of their image",
            "what it says beside Airflow's defaults belongs into the ConfigMap, as AIRFLOW__SECTION__KEY",
            "info",
        )
    databases = list(scene.databases())
    if not databases or not all(postgres_persistence.is_forgetful(*one) for one in databases):
        yield Notice(
            "PostgreSQL takes its password when it makes the database: one that exists keeps the one it has",
            "write that one into the file, or change it there before you apply: ALTER USER airflow PASSWORD '…'",
            "info",
        )


def put_back(resources: ResourceMap, taken: Collection[Key]) -> Iterator[Notice]:
    """Say where a hand-written patch or a function writes a password or key down again.

    Args:
        resources: As they will be, before kustomize's own fields apply.
        taken: Fields that somebody set.
    """
    for place in (place for resource in resources if resource.id.gvk.kind != "Secret" for place in places(resource)):
        is_named = place.key in credential_readers.VARIABLES and place.text and not place.text.startswith("$")
        tells = is_named or credential_readers.password_in(place.text)
        if tells and any(place.resource.key == key and is_on(place.path, path) for key, path in taken):
            yield Notice(
                f"{place.address} is set to a password or key: it is in Git, and features.credentials has a Secret "
                "for it",
                "leave it out of the patch or the function that sets it",
            )


class Fixed(Unsupported):
    """A field of a Secret that kustomize makes of the file is to be set by something else."""

    def __init__(self, secret: ResourceId, path: FieldPath, origin: Origin | None) -> None:
        KgenError.__init__(
            self,
            f"{secret} is made of {env_file.NAME}, so this cannot set its {path}",
            origin=origin,
            hint=f"set {' and '.join(env_file.KEYS)} in that file; what else pods need goes into a Secret of its own",
        )


def is_fixed(path: FieldPath) -> bool:
    """Whether a field of such a Secret comes from the file, and not from the options of the generator."""
    return path not in (_WHOLE, REMOVED) and path.segments[:2] not in _FREE


def generated(made: Iterable[Edit]) -> frozenset[ResourceId]:
    """Which of the added resources are generated from the file, by the key of their id."""
    return frozenset(edit.resource.key for edit in made if edit.resource.gvk.kind == "Secret" and edit.path == _WHOLE)
