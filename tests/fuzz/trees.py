"""Random kustomization trees: plain data for each file, from a seed."""

import random
from typing import Any

Data = Any
Tree = dict[str, list[Data]]
"""Documents by path; a text stands for a file that is not YAML."""

NAMES = ["web", "db", "cfg", "a"]
NAMESPACES = ["n1", "n2", "default"]
WORKLOADS = {
    "Deployment": "apps/v1",
    "StatefulSet": "apps/v1",
    "DaemonSet": "apps/v1",
    "ReplicaSet": "apps/v1",
    "Job": "batch/v1",
    "CronJob": "batch/v1",
    "Pod": "v1",
    "PodTemplate": "v1",
    "ReplicationController": "v1",
}
OTHERS = {
    "Service": "v1",
    "ConfigMap": "v1",
    "Secret": "v1",
    "ServiceAccount": "v1",
    "Role": "rbac.authorization.k8s.io/v1",
    "ClusterRole": "rbac.authorization.k8s.io/v1",
    "RoleBinding": "rbac.authorization.k8s.io/v1",
    "ClusterRoleBinding": "rbac.authorization.k8s.io/v1",
    "Ingress": "networking.k8s.io/v1",
    "NetworkPolicy": "networking.k8s.io/v1",
    "PersistentVolumeClaim": "v1",
    "PersistentVolume": "v1",
    "StorageClass": "storage.k8s.io/v1",
    "HorizontalPodAutoscaler": "autoscaling/v2",
    "PodDisruptionBudget": "policy/v1",
    "Namespace": "v1",
    "CustomResourceDefinition": "apiextensions.k8s.io/v1",
    "APIService": "apiregistration.k8s.io/v1",
    "ValidatingWebhookConfiguration": "admissionregistration.k8s.io/v1",
    "PriorityClass": "scheduling.k8s.io/v1",
    "Thing": "example.com/v1",
    "ThingList": "example.com/v1",
}
IMAGES = ["nginx", "nginx:1.2", "reg.io:5000/nginx:1", "nginx@sha256:12", "a/b:1@sha256:34", "redis:6", "x.y/nginx"]
LITERALS = ["1", "x y", '"q"', "<&>", ""]
SCALARS = ["x", "", "yes", "1", "0x1f", "1.50", "1e3", "null", "~", "true", "2020-01-01"]
SCALARS += ["a: b", "#c", " x", "é", "a\nb\n"]
RAW = [1, 0, -5, 1.5, True, False, None, 10**10, 1e25]


class Raw(str):
    """A scalar as it stands in YAML, without quotes."""

    __slots__ = ()


SPELT = [
    Raw(t) for t in ("0x10", "1.50", "2020-01-01", "yes", "~", "True", "1_000", "", "0o7", "x", "1e3", "'q'", "-0")
]


class Forest:
    """Makes trees."""

    def __init__(self, seed: int) -> None:
        self.r = random.Random(seed)  # noqa: S311  # nothing secret
        self.tree: Tree = {}
        self.folders = 0

    def chance(self, p: float) -> bool:
        return self.r.random() < p

    def pick(self, items: Any) -> Any:
        return self.r.choice(list(items))

    def some(self, items: Any, most: int = 3) -> list[Any]:
        items = list(items)
        return self.r.sample(items, self.r.randint(0, min(most, len(items))))

    def name(self) -> str:
        return self.pick(NAMES)

    def scalar(self) -> Any:
        return self.pick(SCALARS if self.chance(0.4) else SPELT if self.chance(0.6) else RAW)

    # ---- resources

    def labels(self) -> dict[str, Any]:
        return {key: self.pick(["web", "x", "1", self.name()]) for key in self.some(["app", "tier", "a.b/c"], 2)}

    def metadata(self, kind: str) -> dict[str, Any]:
        found: dict[str, Any] = {"name": self.name()}
        if self.chance(0.35):
            found["namespace"] = self.pick(NAMESPACES)
        if self.chance(0.5):
            found["labels"] = self.labels()
        if self.chance(0.3):
            found["annotations"] = {k: self.scalar() for k in self.some(["x", "y", "note/z"], 2)}
        if kind == "Ingress" and self.chance(0.3):
            found["annotations"] = {"nginx.ingress.kubernetes.io/auth-secret": self.name()}
        if self.chance(0.08):
            found["finalizers"] = self.some(["f1", "f2", "f3"])
        if self.chance(0.03):
            found["annotations"] = {"config.kubernetes.io/local-config": self.pick(["true", "false"])}
        if self.chance(0.1) and kind in ("ConfigMap", "Secret"):
            found["annotations"] = {"internal.config.kubernetes.io/needsHashSuffix": "enabled"}
        return found

    def resource(self) -> dict[str, Any]:
        table = WORKLOADS if self.chance(0.45) else OTHERS
        kind = self.pick(table)
        body: dict[str, Any] = {"apiVersion": table[kind], "kind": kind, "metadata": self.metadata(kind)}
        body |= getattr(self, f"of_{kind.lower()}", self.of_any)() if table is OTHERS else self.of_workload(kind)
        return body

    def of_any(self) -> dict[str, Any]:
        return {"spec": self.anything(2)} if self.chance(0.6) else {}

    def anything(self, depth: int) -> Any:
        if depth == 0 or self.chance(0.3):
            return self.scalar()
        if self.chance(0.3):
            return [self.anything(depth - 1) for _ in range(self.r.randint(0, 2))]
        return {key: self.anything(depth - 1) for key in self.some(["a", "b", "c", "name", "containers"])}

    def env(self) -> list[Any]:
        found = []
        for name in self.some(["A", "B", "C", "D"]):
            kind = self.r.random()
            if kind < 0.5:
                found.append({"name": name, "value": self.pick(["1", "x", Raw("x"), Raw("5"), "$(V)", "a-$(V)-b"])})
            else:
                ref = self.pick(["configMapKeyRef", "secretKeyRef"])
                found.append({"name": name, "valueFrom": {ref: {"name": self.name(), "key": "k"}}})
        if found and self.chance(0.1):
            found.append(dict(found[0]))
        return found

    def container(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = {"name": name}
        if self.chance(0.8):
            found["image"] = self.pick(IMAGES)
        if self.chance(0.5):
            found["env"] = self.env()
        if self.chance(0.2):
            found["envFrom"] = [{self.pick(["configMapRef", "secretRef"]): {"name": self.name()}}]
        if self.chance(0.3):
            found["args"] = self.some(["-a", "$(V)", "b"])
        if self.chance(0.3):
            found["ports"] = [self.port("containerPort") for _ in range(self.r.randint(1, 3))]
        if self.chance(0.2):
            found["volumeMounts"] = [{"name": "v", "mountPath": f"/{n}"} for n in self.some("abc", 2)]
        if self.chance(0.1):
            found["resources"] = self.pick([{}, None, {"limits": {"cpu": 1}}])
        return found

    def port(self, key: str) -> dict[str, Any]:
        found: dict[str, Any] = {key: self.pick([80, 81, "80"])}
        if self.chance(0.5):
            found["protocol"] = self.pick(["TCP", "UDP"])
        if self.chance(0.3):
            found["name"] = self.pick(["http", "x"])
        return found

    def volume(self, name: str) -> dict[str, Any]:
        kind = self.r.random()
        if kind < 0.3:
            return {"name": name, "configMap": {"name": self.name()}}
        if kind < 0.5:
            return {"name": name, "secret": {"secretName": self.name()}}
        if kind < 0.7:
            return {"name": name, "persistentVolumeClaim": {"claimName": self.name()}}
        if kind < 0.8:
            return {"name": name, "projected": {"sources": [{"configMap": {"name": self.name()}}]}}
        return {"name": name, "emptyDir": {}}

    def pod(self) -> dict[str, Any]:
        found: dict[str, Any] = {"containers": [self.container(n) for n in self.some(["c1", "c2", "c3"])]}
        if self.chance(0.3):
            found["initContainers"] = [self.container(n) for n in self.some(["i1", "i2"])]
        if self.chance(0.4):
            found["volumes"] = [self.volume(n) for n in self.some(["v", "w"])]
        if self.chance(0.2):
            found["serviceAccountName"] = self.name()
        if self.chance(0.15):
            found["imagePullSecrets"] = [{"name": n} for n in self.some(NAMES, 2)]
        if self.chance(0.1):
            found["tolerations"] = [{"key": "k"}]
        if self.chance(0.1):
            found["priorityClassName"] = self.name()
        if self.chance(0.1):
            spread = {"whenUnsatisfiable": "X", "labelSelector": {"matchLabels": self.labels()}}
            keys = self.some("zh", 2)
            found["topologySpreadConstraints"] = [{"topologyKey": key, **spread} for key in keys]
        if self.chance(0.1):
            term = {"labelSelector": {"matchLabels": self.labels()}}
            found["affinity"] = {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [term]}}
        return found

    def template(self) -> dict[str, Any]:
        found: dict[str, Any] = {"spec": self.pod()}
        if self.chance(0.7):
            found["metadata"] = {"labels": self.labels()}
        return found

    def of_workload(self, kind: str) -> dict[str, Any]:
        if kind == "Pod":
            return {"spec": self.pod()}
        if kind == "PodTemplate":
            return {"template": self.template()}
        spec: dict[str, Any] = {"template": self.template()}
        if kind == "CronJob":
            spec = {"jobTemplate": {"spec": spec}}
        if self.chance(0.5):
            spec["replicas"] = self.r.randint(0, 3)
        if self.chance(0.6):
            labels = self.labels()
            spec["selector"] = labels if kind == "ReplicationController" else {"matchLabels": labels}
        if kind == "StatefulSet":
            spec["serviceName"] = self.name()
            if self.chance(0.4):
                spec["volumeClaimTemplates"] = [{"metadata": {"name": "d"}, "spec": {"storageClassName": self.name()}}]
        return {"spec": spec}

    def of_service(self) -> dict[str, Any]:
        found: dict[str, Any] = {"ports": [self.port("port") for _ in range(self.r.randint(0, 3))]}
        if self.chance(0.6):
            found["selector"] = self.labels()
        return {"spec": found}

    def of_configmap(self) -> dict[str, Any]:
        return (
            {"data": {k: self.pick(SCALARS + SPELT) for k in self.some(["k", "l", "m.txt"])}}
            if self.chance(0.8)
            else {}
        )

    of_secret = of_configmap

    def of_role(self) -> dict[str, Any]:
        return {"rules": [{"resources": ["configmaps"], "resourceNames": self.some(NAMES)}]}

    of_clusterrole = of_role

    def of_rolebinding(self) -> dict[str, Any]:
        subjects = []
        for _ in range(self.r.randint(0, 2)):
            subject = {"kind": self.pick(["ServiceAccount", "User"]), "name": self.pick([*NAMES, "default"])}
            if self.chance(0.5):
                subject["namespace"] = self.pick([*NAMESPACES, "other"])
            subjects.append(subject)
        kind = self.pick(["Role", "ClusterRole"])
        role = {"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": self.name()}
        return {"roleRef": role, "subjects": subjects}

    of_clusterrolebinding = of_rolebinding

    def of_ingress(self) -> dict[str, Any]:
        path = {"path": "/", "backend": {"service": {"name": self.name(), "port": {"number": 80}}}}
        found: dict[str, Any] = {"rules": [{"host": "$(V).x", "http": {"paths": [path]}}]}
        if self.chance(0.5):
            found["tls"] = [{"secretName": self.name()}]
        if self.chance(0.3):
            found["ingressClassName"] = self.name()
        return {"spec": found}

    def of_networkpolicy(self) -> dict[str, Any]:
        return {"spec": {"podSelector": {"matchLabels": self.labels()}, "ingress": [{"from": [{"podSelector": {}}]}]}}

    def of_persistentvolumeclaim(self) -> dict[str, Any]:
        return {"spec": {"storageClassName": self.name(), "volumeName": self.name()}}

    def of_persistentvolume(self) -> dict[str, Any]:
        return {"spec": {"storageClassName": self.name(), "claimRef": {"name": self.name(), "namespace": "n1"}}}

    def of_horizontalpodautoscaler(self) -> dict[str, Any]:
        kind = self.pick(["Deployment", "StatefulSet"])
        return {"spec": {"scaleTargetRef": {"apiVersion": "apps/v1", "kind": kind, "name": self.name()}}}

    def of_poddisruptionbudget(self) -> dict[str, Any]:
        return {"spec": {"selector": {"matchLabels": self.labels()}}}

    def of_apiservice(self) -> dict[str, Any]:
        return {"spec": {"service": {"name": self.name()}}}

    def of_validatingwebhookconfiguration(self) -> dict[str, Any]:
        service = {"name": self.name(), "namespace": self.pick(NAMESPACES)}
        return {"webhooks": [{"name": n, "clientConfig": {"service": dict(service)}} for n in self.some("wx", 2)]}

    # ---- patches

    def target(self, body: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        group, _, version = body["apiVersion"].rpartition("/")
        if self.chance(0.7):
            found["kind"] = body["kind"]
        if self.chance(0.5):
            found["name"] = self.pick([body["metadata"]["name"], ".*", "w.b", "web|db", "x"])
        if self.chance(0.15):
            found["version"] = version
        if self.chance(0.1) and group:
            found["group"] = group
        if self.chance(0.1):
            found["namespace"] = self.pick(NAMESPACES)
        if self.chance(0.1):
            found["labelSelector"] = self.pick(["app", "app=web", "app!=web", "app in (web,x)", "!tier"])
        if self.chance(0.05):
            found["annotationSelector"] = self.pick(["x", "x=x"])
        return found

    def mutated(self, value: Any, depth: int = 0) -> Any:
        """A part of a value, with changes: what a strategic merge patch may hold."""
        if isinstance(value, dict):
            kept = {k: v for k, v in value.items() if self.chance(0.6) or k in ("name", "port")}
            found = {k: self.mutated(v, depth + 1) for k, v in kept.items()}
            if self.chance(0.15):
                found[self.pick(["new", "a", "labels"])] = self.pick([None, "n", {}, [], {"x": None}])
            if depth > 1 and self.chance(0.06):
                found["$patch"] = self.pick(["replace", "delete", "merge"])
            for key in list(found):
                if self.chance(0.05) and depth:
                    found[key] = None
            return found
        if isinstance(value, list):
            found_list = [self.mutated(item, depth + 1) for item in value if self.chance(0.7)]
            self.r.shuffle(found_list)
            if self.chance(0.05):
                found_list.insert(0, {"$patch": self.pick(["replace", "delete", "merge"])})
            if self.chance(0.2):
                found_list.append(self.pick([{"name": "c9", "image": "new"}, {"name": "c1"}, "z"]))
            return found_list
        return value if self.chance(0.6) else self.pick(["changed", 7, True, *SPELT])

    def merge_patch(self, body: dict[str, Any], *, keep: bool) -> dict[str, Any]:
        patch = self.mutated({k: v for k, v in body.items() if k not in ("apiVersion", "kind", "metadata")})
        metadata = {"name": body["metadata"]["name"] if keep or self.chance(0.7) else self.name()}
        if "namespace" in body["metadata"] and keep:
            metadata["namespace"] = body["metadata"]["namespace"]
        if self.chance(0.4):
            extra = self.mutated({k: v for k, v in body["metadata"].items() if k not in ("name", "namespace")}, 1)
            metadata = {**extra, **metadata}
            metadata.pop("$patch", None)
        head = {"apiVersion": body["apiVersion"], "kind": body["kind"], "metadata": metadata}
        if self.chance(0.04):
            return {**head, "$patch": "delete"}
        patch.pop("$patch", None)
        return {**head, **patch}

    def pointers(self, value: Any, path: str = "") -> list[tuple[str, Any]]:
        found = [(path, value)]
        items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        for key, item in items:
            step = str(key).replace("~", "~0").replace("/", "~1")
            found += self.pointers(item, f"{path}/{step}")
        return found

    def operations(self, body: dict[str, Any]) -> list[Any]:
        places = [p for p in self.pointers(body) if p[0] and not p[0].startswith(("/apiVersion", "/kind"))]
        found = []
        for _ in range(self.r.randint(1, 2)):
            path, value = self.pick(places)
            op = self.pick(["add"] * 5 + ["replace"] * 5 + ["remove", "test", "move", "copy"])
            if op == "add" and isinstance(value, list):
                path += self.pick(["/-", "/0", "/-1"])
            elif op in ("add", "replace") and self.chance(0.4):
                path = path.rpartition("/")[0] + "/new"
            operation = {"op": op, "path": path}
            if op in ("add", "replace"):
                operation["value"] = self.pick(["v", "y", 5, None, {"k": "v"}, ["l"], True, 1.0])
            if op == "test":
                operation["value"] = value
            if op in ("move", "copy"):
                operation["from"], operation["path"] = path, f"{self.pick(['/metadata', '/spec', ''])}/moved"
            found.append(operation)
        return found

    def patch(self, bodies: list[dict[str, Any]], folder: str) -> dict[str, Any]:
        body = self.pick(bodies)
        entry: dict[str, Any] = {}
        if self.chance(0.35):
            entry["target"], patch = self.target(body), [self.operations(body)]
        elif self.chance(0.4):
            entry["target"], patch = self.target(body), [self.merge_patch(body, keep=False)]
            if self.chance(0.2):
                entry["options"] = {self.pick(["allowNameChange", "allowKindChange"]): True}
        else:
            patch = [self.merge_patch(body, keep=True) for _ in range(1 if self.chance(0.9) else 2)]
        if self.chance(0.5):
            entry["patch"] = Inline(patch)
        else:
            path = f"p{len(self.tree)}.yaml"
            self.tree[f"{folder}/{path}"] = patch
            entry["path"] = path
        return entry

    # ---- kustomizations

    def generator(self, kind: str) -> dict[str, Any]:
        entry: dict[str, Any] = {"name": self.name()}
        behavior = self.pick(["merge", "replace"]) if self.chance(0.06) else self.pick(["", "create"])
        if self.chance(0.8):
            entry["literals"] = [f"{k}={self.pick(LITERALS)}" for k in self.some(["k", "l", "m"])]
        if self.chance(0.2):
            entry["namespace"] = self.pick(NAMESPACES)
        if behavior:
            entry["behavior"] = behavior
        if self.chance(0.3):
            entry["options"] = {
                k: v
                for k, v in [
                    ("disableNameSuffixHash", self.chance(0.5)),
                    ("labels", self.labels()),
                    ("annotations", {"g": "1"}),
                    ("immutable", True),
                ]
                if self.chance(0.4)
            }
        if kind == "secretGenerator" and self.chance(0.2):
            entry["type"] = "x/y"
        return entry

    def replacement(self, bodies: list[dict[str, Any]]) -> dict[str, Any]:
        source, target = self.pick(bodies), self.pick(bodies)
        path = self.pick(self.pointers(source)[1:] or [("/metadata/name", "")])[0]
        to = self.pick(self.pointers(target)[1:])[0]
        chosen = {"kind": source["kind"], "name": source["metadata"]["name"]}
        found: dict[str, Any] = {
            "source": {**chosen, "fieldPath": self.dotted(path, source)},
            "targets": [{"select": {"kind": target["kind"]}, "fieldPaths": [self.dotted(to, target)]}],
        }
        if self.chance(0.3):
            found["targets"][0]["select"]["name"] = target["metadata"]["name"]
        if self.chance(0.4):
            options = {"create": self.chance(0.5), "delimiter": self.pick([":", "-", "/", ""])}
            options["index"] = self.r.randint(-1, 2)
            self.pick([found["source"], found["targets"][0]])["options"] = options
        if self.chance(0.15):
            found["targets"][0]["reject"] = [{"name": self.name()}]
        return found

    def dotted(self, pointer: str, body: Any) -> str:
        parts, node = [], body
        for step in pointer.split("/")[1:]:
            key = step.replace("~1", "/").replace("~0", "~")
            if isinstance(node, list):
                item = node[int(key)]
                named = isinstance(item, dict) and isinstance(item.get("name"), str) and item["name"]
                parts.append(f"[name={item['name']}]" if named and self.chance(0.6) else self.pick([key, "*"]))
                node = item
            else:
                parts.append(key.replace(".", "\\."))
                node = node[key]
        return ".".join(parts)

    def kustomization(self, depth: int, *, component: bool = False) -> str:
        """Write a folder and what it needs; its path."""
        folder = f"f{self.folders}"
        self.folders += 1
        said: dict[str, Any] = {}
        if component:
            said |= {"apiVersion": "kustomize.config.k8s.io/v1alpha1", "kind": "Component"}
        self.tree[f"{folder}/kustomization.yaml"] = [said]
        unlike = {}
        for body in [self.resource() for _ in range(self.r.randint(0 if depth else 1, 4))]:
            unlike[body["kind"], body["metadata"]["name"]] = body
        bodies = list(unlike.values())
        resources = []
        if bodies:
            self.tree[f"{folder}/r.yaml"] = list(bodies)
            resources.append("r.yaml")
        for _ in range(self.r.randint(0, 2) if depth else 0):
            below = self.kustomization(depth - 1)
            resources.insert(self.r.randint(0, len(resources)), f"../{below}")
            bodies += [b for d in (self.tree.get(f"{below}/r.yaml") or []) for b in [d]]
        if resources or self.chance(0.5):
            said["resources"] = resources
        if depth and self.chance(0.25):
            said["components"] = [f"../{self.kustomization(0, component=True)}"]
        self.fields(said, bodies, folder)
        return folder

    def fields(self, said: dict[str, Any], bodies: list[dict[str, Any]], folder: str) -> None:
        simple: list[tuple[float, str, Any]] = [
            (0.3, "namespace", self.pick(["n1", "prod"])),
            (0.3, "namePrefix", self.pick(["p-", "dev-"])),
            (0.2, "nameSuffix", "-s"),
            (0.2, "commonLabels", self.labels()),
            (0.25, "labels", [self.label()]),
            (0.15, "commonAnnotations", {"ca": self.pick(["1", "x"])}),
            (0.3, "images", [self.image() for _ in range(self.r.randint(1, 2))]),
            (0.02, "replicas", [{"name": self.name(), "count": self.r.randint(0, 5)}]),
            (0.25, "configMapGenerator", [self.generator("configMapGenerator")]),
            (0.25, "secretGenerator", [self.generator("secretGenerator")]),
            (0.1, "generatorOptions", {"disableNameSuffixHash": self.chance(0.5), "labels": self.labels()}),
            (0.05, "sortOptions", {"order": self.pick(["legacy", "fifo"])}),
            (0.03, "buildMetadata", self.some(["originAnnotations", "transformerAnnotations", "managedByLabel"])),
        ]
        said |= {key: value for chance, key, value in simple if self.chance(chance)}
        if bodies:
            self.patches(said, bodies, folder)
        if self.chance(0.06):
            self.configuration(said, folder)

    def label(self) -> dict[str, Any]:
        included = self.some(["includeSelectors", "includeTemplates"], 1)
        return {"pairs": self.labels(), **dict.fromkeys(included, True)}

    def patches(self, said: dict[str, Any], bodies: list[dict[str, Any]], folder: str) -> None:
        body = self.pick(bodies)
        named = {"kind": body["kind"], "name": body["metadata"]["name"]}
        if self.chance(0.5):
            said["patches"] = [self.patch(bodies, folder) for _ in range(self.r.randint(1, 2))]
        if self.chance(0.1):
            said["patchesStrategicMerge"] = [Inline([self.merge_patch(self.pick(bodies), keep=True)])]
        if self.chance(0.08):
            target = {"version": "v1", **named}
            said["patchesJson6902"] = [{"target": target, "patch": Inline([self.operations(body)])}]
        if self.chance(0.2):
            said["replacements"] = [self.replacement(bodies)]
        if self.chance(0.06):
            objref = {**named, "apiVersion": body["apiVersion"]}
            said["vars"] = [{"name": "V", "objref": objref, "fieldref": {"fieldPath": "metadata.name"}}]

    def configuration(self, said: dict[str, Any], folder: str) -> None:
        path = self.pick(["spec/a", "spec/b/name", "spec/a/b", "metadata/annotations/x"])
        spec = {"path": path, "kind": self.pick(["Thing", "Deployment"]), "create": self.chance(0.4)}
        table = self.pick(["namePrefix", "namespace", "commonLabels", "commonAnnotations", "images", "varReference"])
        data: dict[str, Any] = {table: [spec]}
        if self.chance(0.5):
            data = {"nameReference": [{"kind": self.pick(["ConfigMap", "Thing"]), "fieldSpecs": [spec]}]}
        self.tree[f"{folder}/c.yaml"] = [data]
        said["configurations"] = ["c.yaml"]

    def image(self) -> dict[str, Any]:
        found = {"name": self.pick(["nginx", "redis", "a/b", "x.y/nginx", "reg.io:5000/nginx"])}
        parts = {"newName": "new/img", "newTag": "9", "digest": "sha256:ff", "tagSuffix": "-s"}
        return found | {key: value for key, value in parts.items() if self.chance(0.35)}


class Inline:
    """Documents that stand in a kustomization as text."""

    def __init__(self, documents: list[Data]) -> None:
        self.documents = documents


def make(seed: int) -> Tree:
    """The tree of a seed; the folder to build is ``f0``."""
    forest = Forest(seed)
    forest.kustomization(forest.r.randint(0, 2))
    return forest.tree
