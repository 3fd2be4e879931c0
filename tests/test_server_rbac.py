"""What kgen says that rules allow more than others did, against the authorizer of a real API server."""

from itertools import product
from typing import Any, Final, NamedTuple

import pytest
from control_plane import ControlPlane
from kubernetes_api import Body

from kgen.preview.verdicts import rbac

_GROUP: Final = "rbac.authorization.k8s.io"


def rule(groups: str, resources: str, verbs: str, *names: str) -> Body:
    """One rule of words; the core group is ``core``."""
    found = {"apiGroups": ["" if one == "core" else one for one in groups.split()], "resources": resources.split()}
    return {**found, "verbs": verbs.split()} | ({"resourceNames": list(names)} if names else {})


def urls(paths: str, verbs: str) -> Body:
    return {"nonResourceURLs": paths.split(), "verbs": verbs.split()}


READ: Final = rule("core", "pods", "get list")
PAIRS: Final[dict[str, tuple[list[Body], list[Body]]]] = {
    "a verb": ([READ], [rule("core", "pods", "get list watch")]),
    "a verb less": ([READ], [rule("core", "pods", "get")]),
    "in two rules": ([READ], [rule("core", "pods", "get"), rule("core", "pods", "list")]),
    "another order": ([rule("core apps", "pods secrets", "get list")], [rule("apps core", "secrets pods", "list get")]),
    "a resource": ([READ], [rule("core", "pods secrets", "get list")]),
    "a part of it": ([READ], [READ, rule("core", "pods/log", "get")]),
    "a part all had": ([rule("core", "*", "get")], [rule("core", "pods/log", "get")]),
    "a part of all": ([rule("core", "pods", "get")], [rule("core", "*/log", "get")]),
    "that part of one": ([rule("core", "*/log", "get")], [rule("core", "pods/log", "get")]),
    "all but no part": ([rule("core", "pods", "*")], [rule("core", "pods/log", "get")]),
    "all verbs": ([READ], [rule("core", "pods", "*")]),
    "all verbs before": ([rule("core", "pods", "*")], [READ]),
    "all resources": ([READ], [rule("core", "*", "get list")]),
    "all groups": ([READ], [rule("*", "pods", "get list")]),
    "another group": ([rule("apps", "deployments", "get")], [rule("core", "deployments", "get")]),
    "everything": ([READ], [rule("*", "*", "*")]),
    "less than everything": ([rule("*", "*", "*")], [rule("core apps", "pods pods/log secrets", "create")]),
    "a name": ([rule("core", "pods", "get", "one")], [rule("core", "pods", "get", "one", "two")]),
    "a name less": ([rule("core", "pods", "get", "one", "two")], [rule("core", "pods", "get", "one")]),
    "no name": ([rule("core", "pods", "get", "one")], [rule("core", "pods", "get")]),
    "from all to a name": ([rule("core", "pods", "get")], [rule("core", "pods", "get", "one")]),
    "a URL": ([urls("/healthz", "get")], [urls("/healthz /metrics", "get")]),
    "below a URL": ([urls("/logs", "get")], [urls("/logs/*", "get")]),
    "a URL below": ([urls("/logs/*", "get")], [urls("/logs/one", "get")]),
    "all URLs": ([urls("/healthz", "get")], [urls("*", "get")]),
    "a verb of a URL": ([urls("/healthz", "get")], [urls("/healthz", "get post")]),
    "nothing": ([READ], []),
    "from nothing": ([], [READ]),
}


class Question(NamedTuple):
    """What somebody may want to do."""

    verb: str
    group: str = ""
    resource: str = ""
    part: str = ""
    name: str = ""
    url: str = ""

    def asked(self, user: str) -> Body:
        """As a review."""
        if self.url:
            attributes: dict[str, Any] = {"nonResourceAttributes": {"path": self.url, "verb": self.verb}}
        else:
            fields = {"group": self.group, "resource": self.resource, "subresource": self.part, "name": self.name}
            attributes = {"resourceAttributes": {**fields, "verb": self.verb}}
        return {"apiVersion": "authorization.k8s.io/v1", "spec": {"user": user, **attributes}}


ASKED_OF: Final = (
    ("", "pods", ""),
    ("", "pods", "log"),
    ("", "secrets", ""),
    ("", "deployments", ""),
    ("apps", "pods", ""),
    ("apps", "deployments", ""),
)
QUESTIONS: Final = [
    *(
        Question(verb, group, resource, part, name)
        for verb, (group, resource, part), name in product(("get", "list", "create"), ASKED_OF, ("", "one", "two"))
    ),
    Question("watch", "", "pods"),
    *(Question(verb, url=url) for verb in ("get", "post") for url in ("/healthz", "/metrics", "/logs/one", "/logs")),
]


def may(server: ControlPlane, name: str, rules: list[Body]) -> list[Question]:
    """What a user with these rules may do."""
    user = name.replace(" ", "-").lower()
    root = f"/apis/{_GROUP}/v1"
    server.api.create(f"{root}/clusterroles", {"metadata": {"name": user}, "rules": rules})
    reference = {"apiGroup": _GROUP, "kind": "ClusterRole", "name": user}
    subject = {"apiGroup": _GROUP, "kind": "User", "name": user}
    binding = {"metadata": {"name": user}, "roleRef": reference, "subjects": [subject]}
    server.api.create(f"{root}/clusterrolebindings", binding)
    server.api.until(f"{root}/clusterrolebindings", lambda known: user in known)
    return [question for question in QUESTIONS if _is_allowed(server, question.asked(user))]


def _is_allowed(server: ControlPlane, review: Body) -> bool:
    answer = server.api.create("/apis/authorization.k8s.io/v1/subjectaccessreviews", review)
    return bool(answer["status"]["allowed"])


@pytest.mark.parametrize("name", PAIRS)
def test_rules_allow_more_where_kgen_says_so(name: str, server: ControlPlane) -> None:
    before, after = PAIRS[name]
    had, has = (may(server, f"rbac {name} {when}", rules) for when, rules in (("before", before), ("after", after)))
    assert (bool(had), bool(has)) == (bool(before), bool(after))
    assert bool(list(rbac.more(before, after))) == bool(set(has) - set(had))
