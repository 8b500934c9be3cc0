"""The document of the interface says every route, every refusal, and what opens it."""

from api import bodies
from tests.api.doors import Door


def test_every_route_says_what_it_refuses_and_that_it_needs_a_token(door: Door) -> None:
    document = door.web.get("/openapi.json").json()

    operations = [each for path in document["paths"].values() for each in path.values()]
    refusals = {"401", "403", "404", "409", "413", "422", "429", "500", "503"}
    assert len(operations) >= 16
    assert all(refusals <= each["responses"].keys() for each in operations)
    assert all([*each["security"][0]] == ["HTTPBearer"] for each in operations)


def test_every_step_on_money_and_every_application_needs_a_key(door: Door) -> None:
    document = door.web.get("/openapi.json").json()

    keyed = {
        path
        for path, operations in document["paths"].items()
        for each in operations.values()
        for parameter in each.get("parameters", ())
        if parameter["name"] == "idempotency-key" and parameter["required"]
    }
    assert keyed == {
        "/applications",
        "/applications/{application_id}/acceptance",
        "/applications/{application_id}/draws",
        "/loans/{loan_id}/payments",
    }


BODIES = (
    bodies.Card,
    bodies.NewApplication,
    bodies.QuoteWish,
    bodies.Confirmation,
    bodies.NewWebhook,
    bodies.NewPayment,
)


def test_every_body_has_an_example_that_fits_and_says_what_each_part_is(door: Door) -> None:
    schemas = door.web.get("/openapi.json").json()["components"]["schemas"]

    shown = {body.__name__: schemas[body.__name__]["examples"][0] for body in BODIES}
    read = {body.__name__: body.model_validate(shown[body.__name__]) for body in BODIES}
    assert shown == {
        name: each.model_dump(mode="json", exclude_unset=True) for name, each in read.items()
    }
    assert [
        part
        for body in BODIES
        for part, told in schemas[body.__name__]["properties"].items()
        if "description" not in told
    ] == []


def test_every_refusal_of_the_document_is_told_as_it_would_be(door: Door) -> None:
    responses = door.web.get("/openapi.json").json()["components"]["responses"]

    examples = {
        name: told["content"]["application/problem+json"]["example"]
        for name, told in responses.items()
    }
    assert {name: f"Refused{each['status']}" for name, each in examples.items()} == {
        name: name for name in examples
    }
    assert len(examples) == 12
    assert [name for name, told in responses.items() if "headers" in told] == [
        "Refused429",
        "Refused503",
    ]
