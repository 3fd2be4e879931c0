"""The text of a ``kgen.yaml`` that nobody has written yet."""

SCHEMA_FILE = "kgen.schema.json"
"""Written beside the overlays, one folder above each declaration."""

_START = f"""\
# yaml-language-server: $schema=../{SCHEMA_FILE}
# What is wanted of this overlay; `kgen overlay` writes the files beside this one from it.
# Besides cluster: context, base, node, storage, expose, hostPaths, namespace, namePrefix, nameSuffix, labels, images,
# replicas, resources, config, features, patches, python, couplings, app, ignore.
# For example: replicas: {{web: 2}}, or resources: {{web: {{requests: {{memory: 512Mi}}}}}}
"""


def new_text(cluster: str | None = None) -> str:
    """A declaration that names its cluster, if there is one, and says what else can be declared."""
    return _START + (f"cluster: {cluster}\n" if cluster else "")
