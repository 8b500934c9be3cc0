"""What the server lets through, what it refuses, and what it says with every answer."""

import asyncio
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient
from starlette.types import Message, Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

import server
from lending_core.settings import PROJECT_ROOT


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers how many bytes came, and keeps a session open until it is closed."""
    if scope["type"] == "websocket":
        session = WebSocket(scope, receive, send)
        await session.accept()
        await session.receive_text()
        return
    body = await Request(scope, receive).body()
    await PlainTextResponse(str(len(body)))(scope, receive, send)


@pytest.fixture
def client() -> TestClient:
    return TestClient(server.Guard(echo), base_url="http://localhost")


def test_every_answer_has_the_headers_of_the_house(client: TestClient) -> None:
    answer = client.get("/")

    assert "default-src 'self'" in answer.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "strict-transport-security" not in answer.headers


def test_behind_encryption_browsers_are_told_to_stay_there() -> None:
    client = TestClient(server.Guard(echo), base_url="https://lending.example")

    assert "max-age=31536000" in client.get("/").headers["strict-transport-security"]


def test_what_counts_everybody_is_closed_to_visitors(client: TestClient) -> None:
    assert client.get("/_stcore/metrics").status_code == 404


def test_a_long_address_and_a_large_body_are_refused(client: TestClient) -> None:
    most = server.limits()["limits"]["body_bytes_max"]

    assert client.get("/?q=" + "x" * 4_000).status_code == 414
    assert client.post("/", headers={"content-length": str(most + 1)}).status_code == 413
    assert client.post("/", headers={"content-length": "many"}).status_code == 413
    assert client.post("/", content=b"12345").text == "5"


def test_a_body_that_hides_its_length_is_counted_as_it_comes(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(server.limits()["limits"], "body_bytes_max", 10)

    def in_parts() -> Iterator[bytes]:
        yield b"123456"
        yield b"78901"

    assert client.post("/", content=in_parts()).status_code == 413


def test_a_client_that_brings_too_much_within_a_minute_waits_for_the_next(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(server.limits()["limits"], "body_bytes_per_minute", 10)

    brought = [client.post("/", content=b"12345").status_code for _ in range(3)]

    assert brought == [200, 200, 429]
    assert client.get("/").status_code == 200


def test_a_client_that_asks_too_often_waits_for_the_next_minute(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(server.limits()["limits"], "requests_per_minute", 2)

    assert [client.get("/").status_code for _ in range(3)] == [200, 200, 429]


def test_sessions_of_one_client_are_bounded_and_freed_when_they_close(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(server.limits()["limits"], "sessions_per_client", 1)

    with client.websocket_connect("/_stcore/stream") as first:
        with pytest.raises(WebSocketDisconnect), client.websocket_connect("/_stcore/stream"):
            pass
        first.send_text("done")
    with client.websocket_connect("/_stcore/stream") as again:
        again.send_text("done")


def test_only_the_configured_hosts_are_answered() -> None:
    guard = server.Guard(echo, hosts=frozenset({"lending.example"}))

    assert TestClient(guard, base_url="http://lending.example:8501").get("/").status_code == 200
    assert TestClient(guard, base_url="http://evil.example").get("/").status_code == 400
    with (
        pytest.raises(WebSocketDisconnect),
        TestClient(guard, base_url="http://evil.example").websocket_connect("/_stcore/stream"),
    ):
        pass


def test_what_is_neither_request_nor_session_goes_through() -> None:
    seen: list[str] = []

    async def inner(scope: Scope, _: Receive, __: Send) -> None:
        seen.append(scope["type"])

    async def nothing() -> Message:
        return {"type": "lifespan.startup"}

    async def nowhere(_: Message) -> None:
        pass

    asyncio.run(server.Guard(inner)({"type": "lifespan"}, nothing, nowhere))

    assert seen == ["lifespan"]


def test_readiness_says_why_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LENDING_DATABASE", str(tmp_path / "none.duckdb"))

    answer = asyncio.run(server.ready(Request({"type": "http", "headers": []})))

    assert answer.status_code == 503
    assert answer.body == b'{"ready":false,"reason":"no_book"}'


def test_a_body_may_be_as_large_as_the_largest_upload() -> None:
    config = tomllib.loads((PROJECT_ROOT / ".streamlit" / "config.toml").read_text("utf-8"))

    upload_bytes = config["server"]["maxUploadSize"] * 2**20
    assert upload_bytes < server.limits()["limits"]["body_bytes_max"]


def test_who_asks_at_the_interface_is_told_why_not(client: TestClient) -> None:
    told = client.get("/api/v1/house?q=" + "x" * 4_000, headers={"accept-language": "zh"})

    assert (told.status_code, told.json()["reason"]) == (414, "api_address_too_long")
    assert told.headers["content-type"] == "application/problem+json"
    assert told.json()["detail"] == "请求地址过长。"


def test_a_mini_programs_back_end_may_ask_more_often_than_a_browser(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(server.limits()["limits"], "requests_per_minute", 1)
    monkeypatch.setitem(server.limits()["api"], "requests_per_minute", 2)

    asked = [client.get("/api/v1/house").status_code for _ in range(3)]

    assert asked == [200, 200, 429]
    assert [client.get("/").status_code for _ in range(2)] == [200, 429]
