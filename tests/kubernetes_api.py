"""A few requests to an API server, and its events."""

import contextlib
import http
import http.client
import json
import ssl
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

Body = dict[str, Any]

_LONGEST: Final = 60  # seconds to wait for a state, then the test fails with the one that there is
_MERGE: Final = "application/merge-patch+json"


class Refused(Exception):
    """The API server's answer is no: its code and its message."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


class Api:
    """Asks the API server at a port of loopback."""

    def __init__(self, port: int, authority: Path, token: str) -> None:
        self._port = port
        self._context = ssl.create_default_context(cafile=str(authority))
        self._headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        self._thread = threading.local()
        self._open: list[http.client.HTTPSConnection] = []
        self._known: dict[str, dict[str, Body]] = {}

    def close(self) -> None:
        """Nobody asks any more."""
        for connection in self._open:
            connection.close()

    def is_ready(self) -> bool:
        """Whether it answers that it is."""
        try:
            return self._answer("GET", "/readyz", None, "")[0] == 200
        except OSError:
            return False

    def get(self, path: str) -> Body:
        """What is there."""
        return self._json("GET", path)

    def create(self, path: str, body: Body) -> Body:
        """Add one to a collection."""
        return self._json("POST", path, body)

    def merge(self, path: str, body: Body) -> Body:
        """Change some of it."""
        return self._json("PATCH", path, body, _MERGE)

    def delete(self, path: str) -> Body:
        """At once, whatever it is."""
        return self._json("DELETE", path, {"kind": "DeleteOptions", "apiVersion": "v1", "gracePeriodSeconds": 0})

    def collection(self, body: Body, namespace: str) -> str:
        """Where resources of its kind are, in this namespace if they are in one."""
        version = body["apiVersion"]
        root = f"/apis/{version}" if "/" in version else f"/api/{version}"
        if version not in self._known:
            listed = self.get(root)["resources"]
            self._known[version] = {one["kind"]: one for one in listed if "/" not in one["name"]}
        kind = self._known[version][body["kind"]]
        return f"{root}/namespaces/{namespace}/{kind['name']}" if kind["namespaced"] else f"{root}/{kind['name']}"

    def put(self, body: Body, namespace: str = "default", *, dry_run: bool = False) -> Body:
        """Make it so, be it there or not; what is stored then, or as a dry run would be."""
        path, query = self.collection(body, namespace), "?dryRun=All" if dry_run else ""
        try:
            return self.create(f"{path}{query}", body)
        except Refused as refused:
            if refused.code != http.HTTPStatus.CONFLICT:
                raise
        return self._json("PUT", f"{path}/{body['metadata']['name']}{query}", body)

    def watch(self, path: str, seconds: int | None = None) -> Iterator[Body]:
        """The events of a collection, with those that were before, until the server or the time ends them."""
        limit = "" if seconds is None else f"&timeoutSeconds={seconds}"
        with contextlib.closing(self._connection()) as connection:
            connection.request("GET", f"{path}?watch=1{limit}", headers=self._headers)
            with connection.getresponse() as response:
                yield from map(json.loads, response)

    def until(self, path: str, holds: Callable[[dict[str, Body]], bool]) -> dict[str, Body]:
        """The objects of a collection by name, as soon as this holds of them."""
        known: dict[str, Body] = {}
        if holds(known):
            return known
        for event in self.watch(path, _LONGEST):
            metadata = event["object"]["metadata"]
            known[metadata["name"]] = event["object"]
            if event["type"] == "DELETED":
                del known[metadata["name"]]
            if holds(known):
                return known
        raise AssertionError(f"{path} stays {json.dumps({name: body.get('status') for name, body in known.items()})}")

    def _json(self, method: str, path: str, body: Body | None = None, kind: str = "application/json") -> Body:
        code, text = self._answer(method, path, None if body is None else json.dumps(body), kind)
        if code >= http.HTTPStatus.BAD_REQUEST:
            raise Refused(code, json.loads(text)["message"] if text.startswith("{") else text)
        answer: Body = json.loads(text)
        return answer

    def _connection(self) -> http.client.HTTPSConnection:
        return http.client.HTTPSConnection("127.0.0.1", self._port, context=self._context)

    def _answer(self, method: str, path: str, body: str | None, kind: str) -> tuple[int, str]:
        headers = self._headers | ({"Content-Type": kind} if body else {})
        if not hasattr(self._thread, "connection"):
            self._thread.connection = self._connection()
            self._open.append(self._thread.connection)
        try:
            self._thread.connection.request(method, path, body, headers)
            response = self._thread.connection.getresponse()
            return response.status, response.read().decode()
        except (OSError, http.client.HTTPException):
            self._thread.connection.close()
            raise
