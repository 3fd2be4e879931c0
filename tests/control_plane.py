"""A Kubernetes control plane on loopback for a test run: etcd, API server, scheduler and controller manager are real.

Its programs are found on PATH, or in the folder that KGEN_CONTROL_PLANE names. There is no kubelet: `pretended_nodes`
says of pods that they run, and makes the volumes that a provisioner would.
"""

import contextlib
import os
import shutil
import socket
import subprocess
import time
from functools import cached_property
from pathlib import Path
from typing import Final, Self

from kubernetes_api import Api
from pretended_nodes import PretendedNodes

FOLDER: Final = "KGEN_CONTROL_PLANE"
PROGRAMS: Final = ("etcd", "kube-apiserver", "kube-scheduler", "kube-controller-manager", "openssl")
CONTROLLERS: Final = (
    "daemonset",
    "deployment",
    "endpoint",
    "job",
    "namespace",
    "persistentvolume-binder",
    "pv-protection",
    "pvc-protection",
    "replicaset",
    "serviceaccount",
    "serviceaccount-token",
    "statefulset",
)
"""Not those of nodes: without a kubelet they would evict all pods."""

_LONGEST: Final = 60  # seconds until a program answers, or the test run ends with what it said


def found() -> dict[str, str]:
    """The programs there are, by name."""
    path = os.pathsep.join([os.environ.get(FOLDER, os.devnull), os.environ.get("PATH", "")])
    return {name: where for name in PROGRAMS if (where := shutil.which(name, path=path))}


def missing() -> str:
    """Why there is none, in words; empty where there is one."""
    absent = [name for name in PROGRAMS if name not in found()]
    return f"no {', '.join(absent)} on PATH or in {FOLDER}" if absent else ""


class ControlPlane:
    """One, in a folder; it ends with the context.

    Attributes:
        api: Asks the API server, as somebody who may do everything.
        nodes: Pretends that there are nodes.
        kubeconfig: The same for kubectl.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._programs = found()
        self._running: list[subprocess.Popen[bytes]] = []
        self._port = _free_port()
        self._certificate()
        (folder / "tokens.csv").write_text(
            "admin,admin,1,system:masters\n"
            "scheduler,system:kube-scheduler,2\n"
            "controllers,controllers,3,system:masters\n"  # each has a role of its own only as a service account
        )
        self.kubeconfig = self._kubeconfig("admin")
        self.api = Api(self._port, folder / "server.crt", "admin")
        self.nodes = PretendedNodes(self.api)

    def __enter__(self) -> Self:
        try:
            self._start_api_server(self._start_etcd())
            self._start_clients()
            self.nodes.begin()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.api.close()
        for process in reversed(self._running):
            process.kill()  # what they have is in a temporary folder
            process.wait()

    @cached_property
    def version(self) -> tuple[int, int]:
        """Its version."""
        major, minor, *_ = self.api.get("/version")["gitVersion"].removeprefix("v").split(".")
        return int(major), int(minor)

    def kubectl(self, program: str, *words: str, text: str = "") -> subprocess.CompletedProcess[str]:
        """What a kubectl says that works on this server."""
        options = (f"--kubeconfig={self.kubeconfig}", f"--cache-dir={self._folder / 'cache'}")
        return subprocess.run(
            [program, *options, *words], input=text, capture_output=True, text=True, timeout=120, check=False
        )

    def _start_etcd(self) -> str:
        urls = [f"http://127.0.0.1:{_free_port()}" for _ in range(2)]
        names = ("listen-client-urls", "advertise-client-urls"), ("listen-peer-urls", "initial-advertise-peer-urls")
        options = [f"--{name}={url}" for pair, url in zip(names, urls, strict=True) for name in pair]
        cluster = f"--initial-cluster=default={urls[1]}"
        self._start("etcd", f"--data-dir={self._folder / 'etcd'}", "--log-level=error", cluster, *options)
        return urls[0]

    def _start_api_server(self, etcd: str) -> None:
        key = self._folder / "server.key"
        server = self._start(
            "kube-apiserver",
            f"--etcd-servers={etcd}",
            "--bind-address=127.0.0.1",
            "--advertise-address=127.0.0.1",
            f"--secure-port={self._port}",
            f"--tls-cert-file={self._folder / 'server.crt'}",
            f"--tls-private-key-file={key}",
            f"--token-auth-file={self._folder / 'tokens.csv'}",
            "--authorization-mode=RBAC",
            f"--service-account-key-file={key}",
            f"--service-account-signing-key-file={key}",
            "--service-account-issuer=https://127.0.0.1",
            "--service-cluster-ip-range=10.0.0.0/16",
            "--service-node-port-range=30000-60000",  # so that one it chooses is hardly ever one that a test names
            "--endpoint-reconciler-type=none",
            # A namespace says on which nodes its pods may be, and on none if it says nothing, so that tests do not
            # disturb one another; without nodes' controllers nothing would take away the taint of a new node.
            "--enable-admission-plugins=PodNodeSelector",
            f"--admission-control-config-file={self._admission()}",
            "--disable-admission-plugins=TaintNodesByCondition",
        )
        deadline = time.monotonic() + _LONGEST
        while not self.api.is_ready():
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"kube-apiserver does not answer:\n{self._said('kube-apiserver')}")
            time.sleep(0.05)

    def _start_clients(self) -> None:
        common = ("--leader-elect=false", "--port=0", "--secure-port=0", "--kube-api-qps=500", "--kube-api-burst=500")
        self._start("kube-scheduler", f"--kubeconfig={self._kubeconfig('scheduler')}", *common)
        self._start(
            "kube-controller-manager",
            f"--kubeconfig={self._kubeconfig('controllers')}",
            f"--service-account-private-key-file={self._folder / 'server.key'}",
            f"--controllers={','.join(CONTROLLERS)}",
            *common,
        )

    def _start(self, name: str, *options: str) -> subprocess.Popen[bytes]:
        with (self._folder / f"{name}.log").open("wb") as log:
            process = subprocess.Popen([self._programs[name], *options], stdout=log, stderr=log, cwd=self._folder)
        self._running.append(process)
        return process

    def _said(self, name: str) -> str:
        return (self._folder / f"{name}.log").read_text()[-2000:]

    def _admission(self) -> Path:
        """https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#podnodeselector."""
        path, selector = self._folder / "admission.yaml", self._folder / "selector.yaml"
        selector.write_text("podNodeSelectorPluginConfig: {clusterDefaultNodeSelector: stage=none}\n")
        path.write_text(
            "apiVersion: apiserver.config.k8s.io/v1\nkind: AdmissionConfiguration\n"
            f"plugins: [{{name: PodNodeSelector, path: {selector}}}]\n"
        )
        return path

    def _certificate(self) -> None:
        """One key pair, for TLS and for the tokens of service accounts; it is its own authority."""
        subject = ("-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1")
        key = ("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "server.key")
        for words in key, ("req", "-x509", "-days", "2", "-key", "server.key", "-out", "server.crt", *subject):
            subprocess.run([self._programs["openssl"], *words], cwd=self._folder, capture_output=True, check=True)

    def _kubeconfig(self, token: str) -> Path:
        path = self._folder / f"{token}.kubeconfig"
        path.write_text(
            "apiVersion: v1\nkind: Config\ncurrent-context: it\n"
            f"clusters: [{{name: it, cluster: {{server: 'https://127.0.0.1:{self._port}', "
            f"certificate-authority: {self._folder / 'server.crt'}}}}}]\n"
            f"users: [{{name: it, user: {{token: {token}}}}}]\n"
            "contexts: [{name: it, context: {cluster: it, user: it}}]\n"
        )
        return path


def _free_port() -> int:
    with contextlib.closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
