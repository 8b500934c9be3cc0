"""An identity provider on loopback, as a house has one: OpenID Connect with code, PKCE and signed
tokens. It vouches at once for whoever `person` is."""

import base64
import hashlib
import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT_ID, CLIENT_SECRET = "lending-console", secrets.token_urlsafe(16)
_MINUTES_10 = 600


class Provider:
    """A running provider; `person` holds the claims of who is in front of the browser."""

    def __init__(self) -> None:
        self.person: dict[str, Any] = {}
        self.key = RSAKey.generate_key(2048, parameters={"kid": "1", "use": "sig", "alg": "RS256"})
        self.asked: dict[str, dict[str, str]] = {}
        provider = self

        class Answer(_Answer):
            house = provider

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        self.address = f"http://localhost:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def metadata_url(self) -> str:
        return f"{self.address}/.well-known/openid-configuration"

    def token(self, asked: dict[str, str]) -> str:
        """The signed word about the person, for one asked question."""
        now = int(time.time())
        claims = {
            "iss": self.address,
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + _MINUTES_10,
            "nonce": asked.get("nonce", ""),
            **self.person,
        }
        return jwt.encode({"alg": "RS256", "kid": "1"}, claims, self.key)

    def stop(self) -> None:
        self._server.shutdown()


class _Answer(BaseHTTPRequestHandler):
    house: Provider

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        if url.path == "/.well-known/openid-configuration":
            self._say(_metadata(self.house.address))
        elif url.path == "/keys":
            self._say({"keys": [self.house.key.as_dict(private=False)]})
        elif url.path == "/authorize":
            code = secrets.token_urlsafe(16)
            self.house.asked[code] = query
            back = urlencode({"code": code, "state": query["state"]})
            self.send_response(302)
            self.send_header("Location", f"{query['redirect_uri']}?{back}")
            self.end_headers()
        else:
            self.send_error(404)

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        form = {
            name: values[0] for name, values in parse_qs(self.rfile.read(length).decode()).items()
        }
        asked = self.house.asked.pop(form["code"])
        proof = hashlib.sha256(form["code_verifier"].encode()).digest()
        if base64.urlsafe_b64encode(proof).rstrip(b"=").decode() != asked["code_challenge"]:
            self.send_error(400)
            return
        token = self.house.token(asked)
        self._say({"access_token": "none", "token_type": "Bearer", "id_token": token})

    def _say(self, document: dict[str, Any]) -> None:
        body = json.dumps(document).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: tests read what the browser shows."""


def _metadata(address: str) -> dict[str, Any]:
    return {
        "issuer": address,
        "authorization_endpoint": f"{address}/authorize",
        "token_endpoint": f"{address}/token",
        "jwks_uri": f"{address}/keys",
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "code_challenge_methods_supported": ["S256"],
    }
