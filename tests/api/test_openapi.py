"""The document of the interface says every route, every refusal, and what opens it."""

from tests.api.doors import Door


def test_every_route_says_what_it_refuses_and_that_it_needs_a_token(door: Door) -> None:
    document = door.web.get("/openapi.json").json()

    operations = [each for path in document["paths"].values() for each in path.values()]
    refusals = {"401", "403", "404", "409", "413", "422", "429", "500", "503"}
    assert len(operations) >= 16
    assert all(refusals <= each["responses"].keys() for each in operations)
    assert all(each["security"] == [{"HTTPBearer": []}] for each in operations)


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
