"""What ``features`` in ``kgen.yaml`` may say: each one's options."""

from typing import Final

from kgen.overlay.spec import advice
from kgen.overlay.spec.shapes import Amount, Field, Flag, Switch, Table, Text, Words

_LABEL: Final = r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?"

_CLAIM: Final = Text("a claim's name", "lower-case letters, digits, '-' and '.'", rf"{_LABEL}(?:\.{_LABEL})*", 253)
_CONFIG_MAP: Final = Text(
    "a ConfigMap's name", "lower-case letters, digits, '-' and '.'", rf"{_LABEL}(?:\.{_LABEL})*", 253
)
_FOLDER: Final = Text(
    "an absolute path", "from /, without '..', for example /mnt/data", r"/(?:(?!\.\.?(?:/|$))[^/\n]+(?:/|$))*", 4096
)
_IMAGE: Final = Text(
    "an image with a tag or digest",
    "for example airflow:dev or localhost:5001/airflow:dev",
    r"(?:[A-Za-z0-9][-A-Za-z0-9.]*(?::[0-9]+)?/)?[a-z0-9]+(?:[._/-]+[a-z0-9]+)*"
    r"(?::[A-Za-z0-9_][-A-Za-z0-9_.]{0,127}|(?::[A-Za-z0-9_][-A-Za-z0-9_.]{0,127})?@sha256:[a-f0-9]{64})",
    512,
)
_REPOSITORY: Final = Text("the address of a Git repository", "for example https://github.com/me/dags.git", r"\S+", 2048)
_BRANCH: Final = Text("a branch's name", "for example main", r"(?!-)\S+", 255)
_SUBFOLDER: Final = Text(
    "a folder in the repository",
    "relative, without '..'",
    r"(?!\.\.?(?:/|$))[^/\s]+(?:/(?!\.\.?(?:/|$))[^/\s]+)*",
    1024,
)
_SIZE: Final = Amount(
    "a plausible amount of memory",
    r"(?=[0-9.]*[1-9])[0-9]+(?:\.[0-9]+)?(?:[MGT]i|[MGT])",
    (),
    advice.memory,
)

_GIT: Final = Table(
    {
        "repo": Field(_REPOSITORY, "Where it is cloned from", "https://github.com/me/dags.git"),
        "branch": Field(_BRANCH, "Which branch; main if it is not said", "main"),
        "folder": Field(_SUBFOLDER, "Where the DAGs are in it, if not at its root", "dags"),
    }
)

FEATURES: Final = Table(
    {
        "runtime-fix": Field(
            Switch(
                Table(
                    {"recreate": Field(Flag(), "strategy Recreate, for those who never apply with --server-side", True)}
                )
            ),
            "What Airflow 1.10 needs to run today; on for minikube and kind",
            True,
        ),
        "no-examples": Field(Switch(), "Without Airflow's example DAGs, in its workers too", True),
        "probes": Field(Switch(), "Probes for Airflow's web interface and PostgreSQL", True),
        "postgres-persistence": Field(
            Switch(Table({"size": Field(_SIZE, "How much disk space; 1Gi if it is not said", "1Gi")})),
            "A claim that keeps what PostgreSQL holds",
            True,
        ),
        "credentials": Field(
            Switch(), "Database password and Fernet key from a Secret that is made of a file outside Git", True
        ),
        "content-hash": Field(
            Switch(Table({"configMaps": Field(Words(_CONFIG_MAP), "Only these, by their names", ["web-config"])})),
            "A hash of its content in the name of each plain ConfigMap that pods read, which so start anew",
            True,
        ),
        "namespaced-rbac": Field(
            Switch(), "A Role in one namespace and a ServiceAccount of its own, in place of the ClusterRole", True
        ),
        "local-image": Field(
            Switch(
                Table(
                    {
                        "image": Field(_IMAGE, "The image, with its tag or digest", "airflow:dev"),
                        "requirements": Field(
                            Flag(), "Whether pods still install requirements.txt when they start", False
                        ),
                    }
                )
            ),
            "An image of Airflow built on this computer, for pods and workers",
            {"image": "airflow:dev"},
        ),
        "worker-resources": Field(
            Switch(
                Table(
                    {
                        "request": Field(_SIZE, "What each worker reserves; 256Mi if it is not said", "256Mi"),
                        "limit": Field(_SIZE, "What each worker may use; 512Mi if it is not said", "512Mi"),
                    }
                )
            ),
            "Memory of pods that say nothing of it, as Airflow's workers do",
            True,
        ),
        "dags": Field(
            Switch(
                Table(
                    {
                        "host": Field(_FOLDER, "From a folder of the node", "/mnt/airflow/dags"),
                        "claim": Field(_CLAIM, "From a claim, which is made if it is not there", "airflow-dags"),
                        "git": Field(_GIT, "From a Git repository", {"repo": "https://github.com/me/dags.git"}),
                        "image": Field(Flag(), "From the image", True),
                    }
                )
            ),
            "Where Airflow's DAGs come from: exactly one of host, claim, git and image",
            {"claim": "airflow-dags"},
        ),
    }
)
"""By the names of the modules in ``kgen/overlay/features``."""
