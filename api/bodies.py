"""What a mini-program sends."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StrictBool

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


class Card(Sent):
    """Both sides of the ID card. `confirmed`: fields that were read with doubt, which the borrower
    compared with the card."""

    front: Photo
    back: Photo
    confirmed: Annotated[list[CardField], Field(max_length=6)]


class NewApplication(Sent):
    """Who applies for what: basic facts, the card, and the consents given."""

    kind: Literal["person", "small_business"]
    name: Annotated[Text, Field(min_length=2, max_length=50, description="As on the ID card")]
    id_number: Annotated[Text, Field(min_length=18, max_length=18)]
    phone: Annotated[Text, Field(min_length=11, max_length=20)]
    region_code: Annotated[str, Field(pattern="^[0-9]{2}$", description="Of GB/T 2260")]
    is_student: StrictBool
    product_code: ProductCode
    scenario: Code
    amount_fen: Fen
    instalments: Instalments
    consents: Annotated[list[Source], Field(max_length=10)]
    card: Card
    business_name: Annotated[Text, Field(max_length=40)] = ""
    licence: Annotated[Text, Field(max_length=20, description="Of a small business")] = ""
    device: Annotated[Text, Field(max_length=100)] = ""
    bank_card: Annotated[Text, Field(max_length=30)] = ""
    address: Annotated[Text, Field(max_length=100)] = ""


class QuoteWish(Sent):
    """How much is drawn, over how many months, repaid how."""

    amount_fen: Fen
    instalments: Instalments
    method: Method


class Confirmation(QuoteWish):
    """A quote that the borrower has read: the same wish, and what `quotes` answered to it."""

    cost_sheet_hash: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    quote: Annotated[str, Field(pattern="^[0-9]{1,12}[.][0-9a-f]{64}$")]


class NewWebhook(Sent):
    """Where news are sent to, and of which kinds."""

    url: Annotated[Text, Field(min_length=8, max_length=500)]
    kinds: Annotated[list[NewsKind], Field(min_length=1, max_length=10)]


class NewPayment(Sent):
    """Money that arrived for a loan. `payoff` settles it; `next_dues` pays what is due, then what
    comes next; the others repay early."""

    amount_fen: Fen
    paid_on: Day
    strategy: Literal["next_dues", "payoff", "lower_instalment", "fewer_instalments"]
