"""A receiver of news on this machine, and a mini-program whose news go there."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

from lending_core.access.clients import actor_of
from lending_core.operations.origination import submit_application
from lending_core.store.engine import Store
from tests.api.doors import Door
from tests.builders import AT, a_submission

NEWS = ["application.decided", "loan.paid_out", "loan.payment"]


class Postbox:
    """A receiver on this machine: keeps what comes, answers as it is told."""

    def __init__(self) -> None:
        self.status = 204
        self.came: list[tuple[dict[str, str], str]] = []
        box = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"])).decode()
                box.came.append(({k.lower(): v for k, v in self.headers.items()}, body))
                self.send_response(box.status)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.origin = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def told(door: Door, postbox: Postbox) -> str:
    """Has news sent to the postbox; returns their secret."""
    made = door.post("/webhooks", {"url": f"{postbox.origin}/news", "kinds": NEWS})
    assert made.status_code == 201
    return str(made.json()["secret"])


def apply(store: Store) -> None:
    submission = a_submission(id_number="999999199001010032")
    submit_application(store, actor_of("listener"), submission, key="news", at=AT)
