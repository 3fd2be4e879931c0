"""The fields of ``kgen.yaml``: one table that the parser, the JSON Schema and the flags go by.

Names follow Kubernetes (https://kubernetes.io/docs/concepts/overview/working-with-objects/names/,
https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/) and images the grammar of references
(https://github.com/distribution/reference/blob/main/reference.go). Amounts are quantities, narrowed to what a person
can have meant: ``3072`` bytes of memory or ``250`` whole cores are slips.
"""

from typing import Final

from kgen.overlay.spec import advice
from kgen.overlay.spec.features import FEATURES
from kgen.overlay.spec.shapes import (
    Amount,
    Field,
    Flag,
    ListOf,
    MapOf,
    Shape,
    Single,
    Switch,
    Table,
    Text,
    Whole,
    Words,
)

_LABEL: Final = r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?"
_SUBDOMAIN: Final = rf"{_LABEL}(?:\.{_LABEL})*"
_QUALIFIED: Final = r"[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?"
_KIND: Final = r"(?:[A-Z][A-Za-z0-9]*/)?"
_NUMBER: Final = r"[0-9]+(?:\.[0-9]+)?"
_HOST: Final = r"[A-Za-z0-9](?:[-A-Za-z0-9.]*[A-Za-z0-9])?(?::[0-9]+)?/"
_PATH_PART: Final = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"

_DNS_RULE: Final = "lower-case letters, digits and '-', with a letter or digit at both ends"

CLUSTER: Final = Text("a cluster's name", "for example minikube", r"\S+", 63)
CONTEXT: Final = Text("a kubectl context", "'kubectl config get-contexts' lists them", r"\S+", 253)
STORAGE_CLASS: Final = Text("a StorageClass's name", "'kubectl get storageclass' lists them", _SUBDOMAIN, 253)
ACCESS_MODE: Final = Text(
    "an access mode",
    "ReadWriteOnce, ReadOnlyMany, ReadWriteMany or ReadWriteOncePod",
    "ReadWriteOnce|ReadOnlyMany|ReadWriteMany|ReadWriteOncePod",
    16,
)
EXPOSE: Final = Text("a type of exposed Service", "NodePort or LoadBalancer", "NodePort|LoadBalancer", 12)
HOST_PATH: Final = Text(
    "an absolute path", "from /, without '..', for example /mnt/data", r"/(?:(?!\.\.?(?:/|$))[^/\n]+(?:/|$))*", 4096
)
NAMESPACE: Final = Text("a namespace's name", f"up to 63 {_DNS_RULE}", _LABEL, 63)
BASE: Final = Text("a folder", "for example ../../base", r"\S(?:.*\S)?", 4096)
PYTHON: Final = Text("a file", "for example overlay.py", r"\S(?:.*\S)?", 4096)
PREFIX: Final = Text(
    "the beginning of a name",
    "lower-case letters, digits, '-' and '.', a letter or digit first",
    r"[a-z0-9][-a-z0-9.]*",
    253,
)
SUFFIX: Final = Text(
    "the end of a name", "lower-case letters, digits, '-' and '.', a letter or digit last", r"[-a-z0-9.]*[a-z0-9]", 253
)
LABEL_KEY: Final = Text(
    "a label's key",
    "up to 63 letters, digits, '-', '_' and '.'; before it, if need be, a domain and '/'",
    rf"(?:{_SUBDOMAIN}/)?{_QUALIFIED}",
    317,
)
LABEL_VALUE: Final = Text(
    "a label's value",
    "up to 63 letters, digits, '-', '_' and '.', with a letter or digit at both ends",
    rf"(?:{_QUALIFIED})?",
    63,
)
IMAGE_KEY: Final = Text(
    "an image's name", "as the base has it, without tag and digest", r"(?:[^\s@/]+/)*[^\s@:/]+", 255
)
NEW_NAME: Final = Text(
    "an image's name",
    "without tag and digest, for example localhost:5001/app",
    rf"(?:{_HOST})?{_PATH_PART}(?:/{_PATH_PART})*",
    255,
)
TAG: Final = Text(
    "an image's tag",
    "up to 128 letters, digits, '_', '.' and '-', not '.' or '-' first",
    r"[A-Za-z0-9_][-A-Za-z0-9_.]*",
    128,
)
DIGEST: Final = Text(
    "an image's digest", "sha256: and 64 hexadecimal digits", r"sha256:[a-f0-9]{64}|sha512:[a-f0-9]{128}", 135
)
WORKLOAD: Final = Text("a workload's name", "for example web or Deployment/web", rf"{_KIND}{_SUBDOMAIN}", 253)
CONTAINER: Final = Text(
    "a workload's or container's name",
    "for example web, web/app or Deployment/web/app",
    rf"{_KIND}{_SUBDOMAIN}(?:/{_LABEL})?",
    317,
)
CONFIG_MAP: Final = Text("a ConfigMap's name", f"{_DNS_RULE}, and '.' between", _SUBDOMAIN, 253)
CONFIG_KEY: Final = Text(
    "a key of a ConfigMap", "letters, digits, '-', '_' and '.', not '..' first", r"(?!\.$|\.\.)[-._A-Za-z0-9]+", 253
)
CONFIG_VALUE: Final = Text("a text", "up to 1 MiB", r"[\s\S]*", 1 << 20)

_BYTES: Final = ({"type": "integer", "minimum": 1_000_000},)
_MEMORY_PATTERN: Final = rf"{_NUMBER}(?:[KMGTPE]i|[kMGTPE]|[eE]\+?(?:[6-9]|1[0-8]))|[0-9]{{7,19}}"
MEMORY: Final = Amount("a plausible amount of memory", rf"{_MEMORY_PATTERN}|0", (*_BYTES, {"const": 0}), advice.memory)
NODE_MEMORY: Final = Amount(
    "a plausible amount of memory", rf"(?=[0-9.]*[1-9])(?:{_MEMORY_PATTERN})", _BYTES, advice.memory
)
CPU: Final = Amount(
    "a plausible amount of CPU",
    r"[0-9]{1,2}(?:\.[0-9]+)?|\.[0-9]+|[0-9]{1,9}m",
    ({"type": "number", "minimum": 0, "exclusiveMaximum": 100},),
    advice.cpu,
)
NODE_CPU: Final = Amount(
    "a plausible number of cores",
    r"[1-9][0-9]{0,2}(?:\.[0-9]+)?|[1-9][0-9]{2,8}m",
    ({"type": "number", "minimum": 1, "exclusiveMaximum": 1000},),
    advice.cpu,
)
AMOUNT: Final = Amount(
    "a quantity",
    rf"{_NUMBER}(?:[numkMGTPE]|[KMGTPE]i|[eE][-+]?[0-9]{{1,2}})?",
    ({"type": "number", "minimum": 0},),
    advice.amount,
)
PATCH_FILE: Final = Text(
    "a file in the overlay's folder",
    "a path from there without '..', for example edits/web.yaml",
    r"(?!\.\.?(?:/|$))[^/\s](?:[^/\n]*(?:/(?!\.\.?(?:/|$))[^/\n]+)*)?",
    4096,
)

IGNORED: Final = Text(
    "what to ignore",
    "KIND, KIND/NAME or KIND/NAME:PATH, for example Deployment/web:spec.replicas",
    r"[^/:\s]+(?:/[^/:\s]+)?(?::[\s\S]+)?",
    1000,
)
COUPLED: Final = Text(
    "the place of a text",
    "KIND/NAME:KEY of a ConfigMap or Secret, KIND/NAME:CONTAINER/VARIABLE or KIND/NAME:CONTAINER/args[0] of a workload",
    r"[A-Z][A-Za-z0-9]*/[^/:\s]+:\S+",
    1000,
)
COUPLING: Final = Text(
    "what a text can name",
    "none, KIND/NAME of a resource, namespace, image, tag, hostPath or port",
    r"none|namespace|image|tag|hostPath|port|[A-Z][A-Za-z0-9]*/[^/:\s]+",
    1000,
)
APP: Final = Text("an application's name", "for example airflow-1.10, or none", r"\S+", 63)
REASON: Final = Text("a reason", "in a few words", r"\S(?:[\s\S]*\S)?", 1000)

_AMOUNTS: Final = Table(
    {
        "cpu": Field(CPU, "CPU: cores, or thousandths of a core as 250m", "250m"),
        "memory": Field(MEMORY, "Memory as a quantity", "512Mi"),
        "ephemeral-storage": Field(MEMORY, "Disk space for logs and scratch files", "1Gi"),
    },
    (
        (r"hugepages-[0-9]+(?:[KMGTPE]i)?", Field(MEMORY, "Huge pages of one size", "64Mi")),
        (rf"{_SUBDOMAIN}/{_QUALIFIED}", Field(AMOUNT, "An extended resource", 1)),
    ),
)
_REQUIREMENTS: Final = Table(
    {
        "requests": Field(_AMOUNTS, "What the scheduler reserves", {"memory": "512Mi"}),
        "limits": Field(_AMOUNTS, "What the container may use at most", {"memory": "1Gi"}),
    }
)
_IMAGE: Final = Table(
    {
        "newName": Field(NEW_NAME, "Another name, with its registry", "localhost:5001/app"),
        "newTag": Field(TAG, "Another tag", "1.10.9"),
        "digest": Field(DIGEST, "A digest, which pins the image", "sha256:" + "0" * 64),
    }
)
_NODE: Final = Table(
    {
        "cpu": Field(NODE_CPU, "Cores of one node", 2),
        "memory": Field(NODE_MEMORY, "Memory of one node; minikube's --memory=3072 is 3072Mi", "3072Mi"),
        "count": Field(Whole(1, 1000), "How many nodes", 1),
    }
)
_STORAGE: Final = Table(
    {
        "class": Field(
            STORAGE_CLASS, "The StorageClass for claims that name none, if not the cluster's default", "nfs"
        ),
        "accessModes": Field(Words(ACCESS_MODE), "The access modes that it serves", ["ReadWriteOnce"]),
    }
)
_PATTERN: Final = Text("a regular expression", "for example web or web-.*", r"[\s\S]+", 1000)
_TARGET: Final = Table(
    {
        "group": Field(_PATTERN, "Its API group", "apps"),
        "version": Field(_PATTERN, "Its API version", "v1"),
        "kind": Field(_PATTERN, "Its kind", "Deployment"),
        "name": Field(_PATTERN, "Its name in the base", "web-.*"),
        "namespace": Field(_PATTERN, "Its namespace in the base", "shop"),
        "labelSelector": Field(_PATTERN, "Its labels, as kubectl selects them", "app=web"),
        "annotationSelector": Field(_PATTERN, "Its annotations, in the same way", "team=data"),
    }
)
_PATCH: Final = Table(
    {
        "path": Field(PATCH_FILE, "The file, relative to this one", "edits/web.yaml"),
        "target": Field(_TARGET, "Which resources it is for, as in kustomize", {"kind": "Deployment", "name": "web"}),
    }
)

_IGNORED: Final = Table(
    {
        "what": Field(
            IGNORED, "Which changes: KIND[/NAME][:PATH]; * stands for any text", "Deployment/web:spec.replicas"
        ),
        "reason": Field(REASON, "Why nobody need see them", "the autoscaler owns it"),
    }
)

DECLARATION: Final = Table(
    {
        "cluster": Field(CLUSTER, "The cluster to fit; without it no cluster's rule applies", "minikube"),
        "context": Field(CONTEXT, "The cluster's kubectl context, where it is not the usual one", "kind-dev"),
        "base": Field(BASE, "The folder of the base, relative to this file", "../../base"),
        "node": Field(_NODE, "The size of one node, where it is not the cluster's default", {"memory": "3072Mi"}),
        "storage": Field(
            _STORAGE, "What serves claims, where it is not the cluster's own", {"accessModes": ["ReadWriteOnce"]}
        ),
        "expose": Field(EXPOSE, "The type of Services that are NodePort or LoadBalancer in the base", "LoadBalancer"),
        "hostPaths": Field(
            MapOf(HOST_PATH, HOST_PATH),
            "Folders of the node, by the hostPath in the base",
            {"/mnt/data": "/Users/me/data"},
        ),
        "namespace": Field(NAMESPACE, "The namespace of all resources", "airflow"),
        "createNamespace": Field(Flag(), "Whether to bring the Namespace along where the base has none", True),
        "namePrefix": Field(PREFIX, "Put before the name of every resource", "dev-"),
        "nameSuffix": Field(SUFFIX, "Put behind the name of every resource", "-v2"),
        "labels": Field(
            MapOf(LABEL_KEY, LABEL_VALUE), "Labels for every resource, not for selectors", {"team": "data"}
        ),
        "images": Field(
            MapOf(IMAGE_KEY, _IMAGE), "What becomes of an image, by its name in the base", {"app": {"newTag": "1.10.9"}}
        ),
        "replicas": Field(MapOf(WORKLOAD, Whole(0)), "How many pods, by workload", {"web": 2}),
        "resources": Field(
            MapOf(CONTAINER, _REQUIREMENTS),
            "Requests and limits, by workload (web) or container (web/app)",
            {"web": {"requests": {"memory": "512Mi"}}},
        ),
        "config": Field(
            MapOf(CONFIG_MAP, MapOf(CONFIG_KEY, CONFIG_VALUE)),
            "Keys of ConfigMaps, by the ConfigMap's name; values are text: quote numbers and true",
            {"app-config": {"LOG_LEVEL": "debug"}},
        ),
        "features": Field(
            FEATURES,
            "What the application needs to run well, by name; `kgen explain NAME` tells what each does",
            {"probes": True},
        ),
        "patches": Field(
            ListOf(_PATCH, "path"),
            "Files of your own patches and resources, laid over the rest; a path, or {path, target} as in kustomize",
            ["edits/web.yaml"],
        ),
        "python": Field(
            PYTHON,
            "A file with a function overlay(resources) that changes what it is given, after the rules and all above",
            "overlay.py",
        ),
        "couplings": Field(
            MapOf(COUPLED, COUPLING),
            "What a text names, and so follows, where kgen cannot be sure; none where it is just a word",
            {"ConfigMap/app-config:DB_NAME": "none"},
        ),
        "app": Field(APP, "The application whose settings kgen knows, where no image tells it", "airflow-1.10"),
        "ignore": Field(
            ListOf(_IGNORED, "what"),
            "Changes that kgen diff counts but does not show, each a text or {what, reason}",
            [{"what": "Deployment/web:spec.replicas", "reason": "the autoscaler owns it"}],
        ),
    }
)
"""The whole file."""


def key_shape(*path: str) -> Text:
    """What names below a field such as ``images`` may look like.

    Raises:
        KeyError: There is no such field, or its names are not for people to choose.
    """
    shape = _shape(path)
    if not isinstance(shape, MapOf):
        raise KeyError(".".join(path))
    return shape.key


def single_shape(*path: str) -> Single | None:
    """What a field may hold; None if there is no such field, or it is a map."""
    shape = _shape(path)
    return None if isinstance(shape, Table | MapOf | ListOf | Words | Switch) else shape


def _shape(path: tuple[str, ...]) -> Shape | None:
    shape: Shape | None = DECLARATION
    for key in path:
        field = shape.field(key) if isinstance(shape, Table) else None
        shape = field.shape if field else shape.value if isinstance(shape, MapOf) else None
    return shape
