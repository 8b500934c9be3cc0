"""What a mini-program needs to know before it asks anybody: the open day, products, consents."""

from fastapi import APIRouter, Request

from api import answers, problems
from api.callers import Reading
from lending_core.compliance.disclosure import min_read_seconds
from lending_core.identity.consents import consents
from lending_core.operations.console import book
from lending_core.products.catalogue import Product, catalogue

router = APIRouter(tags=["house"])


@router.get("/house")
def facts(request: Request, caller: Reading) -> answers.HouseFacts:
    """The open business day, what is offered, and the words of the consents."""
    current = book(caller.store)
    language = problems.language_of(request.headers)
    return answers.HouseFacts(
        open_on=current.open_on,
        is_simulated=current.is_simulated,
        currency=current.currency,
        min_read_seconds=min_read_seconds(),
        products=[_product(each, language) for each in catalogue().values()],
        consents=[
            answers.ConsentText(
                source=each.source,
                purpose=each.purpose,
                borrower=each.borrower,
                text_version=each.text_on(current.open_on).version,
                text=each.text_on(current.open_on).text(language),
            )
            for each in consents().values()
        ],
    )


def _product(product: Product, language: str) -> answers.OfferedProduct:
    return answers.OfferedProduct(
        product_code=product.code,
        name=product.name_zh if language == "zh" else product.name_en,
        borrower_kind=product.borrower_kind,
        scenarios=list(product.scenarios),
        amount_min_fen=product.draw_min_fen,
        amount_max_fen=product.limit_max_fen,
        instalments=list(product.instalment_choices),
        annual_rate_min=product.annual_rate_min,
        annual_rate_max=product.annual_rate_max,
    )
