"""What a mini-program sends."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, ConfigDict, Field, StrictBool

from api.words import Day, Fen, Sent, Text, Whole, among, enumerated
from lending_core.access.clients import api_rules
from lending_core.identity.consents import consents
from lending_core.operations.webhooks import kinds
from lending_core.products.catalogue import catalogue
from lending_core.products.terms import METHODS

Source = Annotated[str, AfterValidator(among(consents())), enumerated(consents())]
ProductCode = Annotated[str, AfterValidator(among(catalogue())), enumerated(catalogue())]
Method = Annotated[str, AfterValidator(among(METHODS)), enumerated(METHODS)]
_LENGTH_MAX = 4 * (api_rules()["limits"]["photo_bytes_max"] // 3 + 1)

Photo = Annotated[
    str,
    Field(
        min_length=4,
        max_length=_LENGTH_MAX,
        description="One side of the ID card as JPEG, PNG or WebP, in base64",
        json_schema_extra={"contentEncoding": "base64"},
    ),
]
CardField = Literal["name", "id_number", "birth_on", "sex", "authority", "validity"]
Code = Annotated[Text, Field(min_length=1, max_length=40)]
NewsKind = Annotated[str, AfterValidator(among(kinds())), enumerated(kinds())]
Instalments = Annotated[Whole, Field(le=600)]


_A_PHOTO = "/9j/4AAQSkZJRg=="
_A_WISH = {"amount_fen": 300_000, "instalments": 5, "method": "equal_principal"}
_A_CONFIRMATION = {
    **_A_WISH,
    "cost_sheet_hash": "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef",
    "quote": "1795226400.5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef",
}
_A_CARD = {"front": _A_PHOTO, "back": _A_PHOTO, "confirmed": ["name"]}
_AN_APPLICATION = {
    "kind": "person",
    "name": "王小明",
    "id_number": "999999199001010016",
    "phone": "13800001001",
    "region_code": "44",
    "is_student": False,
    "product_code": "weilidai",
    "scenario": "decoration",
    "amount_fen": 800_000,
    "instalments": 10,
    "consents": ["bureau", "payment_behaviour", "tenure", "income"],
    "card": _A_CARD,
}


def _like(example: dict[str, Any]) -> ConfigDict:
    """A body that the document shows an example of."""
    return ConfigDict(json_schema_extra={"examples": [example]})


class Card(Sent):
    """Both sides of the ID card."""

    model_config = _like(_A_CARD)

    front: Photo
    back: Photo
    confirmed: Annotated[
        list[CardField],
        Field(
            max_length=6,
            description="Fields that were read with doubt, and that the borrower compared with "
            "the card",
        ),
    ]


class NewApplication(Sent):
    """Who applies for what: basic facts, the card, and the consents given."""

    model_config = _like(_AN_APPLICATION)

    kind: Annotated[Literal["person", "small_business"], Field(description="Who borrows")]
    name: Annotated[Text, Field(min_length=2, max_length=50, description="As on the ID card")]
    id_number: Annotated[Text, Field(min_length=18, max_length=18, description="As on the ID card")]
    phone: Annotated[Text, Field(min_length=11, max_length=20, description="Mobile phone")]
    region_code: Annotated[
        str, Field(pattern="^[0-9]{2}$", description="Province, of GB/T 2260: 44 is Guangdong")
    ]
    is_student: Annotated[StrictBool, Field(description="As the borrower says")]
    product_code: Annotated[ProductCode, Field(description="One of `/house`")]
    scenario: Annotated[Code, Field(description="What for: one of the product's, of `/house`")]
    amount_fen: Annotated[Fen, Field(description="What is asked for, in fen")]
    instalments: Annotated[Instalments, Field(description="Over how many months")]
    consents: Annotated[
        list[Source],
        Field(
            max_length=10, description="Sources that the borrower allows, in the words of `/house`"
        ),
    ]
    card: Annotated[Card, Field(description="Photographs of the ID card")]
    business_name: Annotated[
        Text, Field(max_length=40, description="Of a small business, as on its licence")
    ] = ""
    licence: Annotated[
        Text, Field(max_length=20, description="Number of a small business's licence")
    ] = ""
    device: Annotated[
        Text, Field(max_length=100, description="What it was sent from; kept as a fingerprint")
    ] = ""
    bank_card: Annotated[
        Text, Field(max_length=30, description="Where loans are paid out to; kept as a fingerprint")
    ] = ""
    address: Annotated[
        Text, Field(max_length=100, description="Of the home; kept as a fingerprint")
    ] = ""


class QuoteWish(Sent):
    """How much is drawn, over how many months, repaid how."""

    model_config = _like(_A_WISH)

    amount_fen: Annotated[Fen, Field(description="What is drawn, in fen, within the offer")]
    instalments: Annotated[Instalments, Field(description="Over how many months, of the offer's")]
    method: Annotated[Method, Field(description="How it is repaid, of the offer's terms")]


class Confirmation(QuoteWish):
    """A quote that the borrower has read: the same wish, and what `quotes` answered to it."""

    model_config = _like(_A_CONFIRMATION)

    cost_sheet_hash: Annotated[
        str, Field(pattern="^[0-9a-f]{64}$", description="Of the sheet that was read")
    ]
    quote: Annotated[
        str,
        Field(pattern="^[0-9]{1,12}[.][0-9a-f]{64}$", description="When it was shown, signed"),
    ]


class NewWebhook(Sent):
    """Where news are sent to, and of which kinds."""

    model_config = _like(
        {"url": "https://back-end.example/lending", "kinds": ["application.decided"]}
    )

    url: Annotated[
        Text,
        Field(min_length=8, max_length=500, description="Within the origin agreed with the house"),
    ]
    kinds: Annotated[list[NewsKind], Field(min_length=1, max_length=10, description="What is told")]


class NewPayment(Sent):
    """Money that arrived for a loan."""

    model_config = _like({"amount_fen": 33_997, "paid_on": "2026-11-21", "strategy": "next_dues"})

    amount_fen: Annotated[Fen, Field(description="What arrived, in fen")]
    paid_on: Annotated[Day, Field(description="The day on which it arrived")]
    strategy: Annotated[
        Literal["next_dues", "payoff", "lower_instalment", "fewer_instalments"],
        Field(
            description="`payoff` settles the loan; `next_dues` pays what is due, then what comes "
            "next; the others repay early"
        ),
    ]
