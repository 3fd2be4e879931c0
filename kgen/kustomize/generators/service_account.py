"""The builtin ``IAMPolicyGenerator``: a ServiceAccount that stands for one of Google's cloud.

https://github.com/kubernetes-sigs/kustomize/blob/master/api/filters/iampolicygenerator/iampolicygenerator.go
"""

import re
from typing import NamedTuple

from kgen.errors import Origin, Unsupported
from kgen.kustomize.collection import Collection
from kgen.kustomize.draft import Draft, Maker
from kgen.kustomize.generators.sources import Files
from kgen.resource import Body

_NAME = re.compile(r"[a-z][a-z0-9.-]*")


class ServiceAccountGenerator(NamedTuple):
    """One such configuration.

    Attributes:
        name: Of the ServiceAccount.
        namespace: Of the ServiceAccount; may be empty.
        account: The account in the cloud.
        project: Its project.
        origin: Where it is written.
    """

    name: str
    namespace: str
    account: str
    project: str
    origin: Origin | None = None

    def style(self, draft: Draft) -> None:
        """There is nothing in it that a patch would find in quotes."""

    def generate(self, collection: Collection, files: Files, maker: Maker | None = None) -> Draft:  # noqa: ARG002  # needs no file
        """Make the ServiceAccount and add it to the others; the ServiceAccount.

        Raises:
            InputError: It exists already.
            Unsupported: A name is one that kustomize, which writes YAML by hand here, may garble.
        """
        for said in (self.name, self.account, self.project, self.namespace or "default"):
            if not _NAME.fullmatch(said) or said in ("null", "true", "false"):
                raise Unsupported(f"an IAMPolicyGenerator with the name '{said}'", origin=self.origin)
        metadata: Body = {
            "annotations": {"iam.gke.io/gcp-service-account": f"{self.account}@{self.project}.iam.gserviceaccount.com"},
            "name": self.name,
        }
        if self.namespace:
            metadata["namespace"] = self.namespace
        body: Body = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata}
        draft = Draft(body, self.origin, maker=maker)
        collection.add(draft)
        return draft
