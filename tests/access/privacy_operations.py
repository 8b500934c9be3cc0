"""Operations on personal data, with calls that are complete but for the right to make them."""

from collections.abc import Callable

from lending_core.access.permissions import Actor, Permission
from lending_core.operations import data_requests, unmasking
from lending_core.store.engine import Store
from tests.builders import AT

Call = Callable[[Store, Actor], object]

A_WISH = unmasking.Wish(1, "complaint")

# By the right that each needs.
PRIVACY_OPERATIONS: dict[Permission, tuple[Call, ...]] = {
    Permission.VIEW_PERSONAL_DATA: (
        lambda store, who: unmasking.unmask(store, who, A_WISH, at=AT),
    ),
    Permission.VIEW_ACCESS_LOG: (
        lambda store, who: unmasking.access_log(store, who),
        lambda store, who: unmasking.count_access(store, who),
    ),
    Permission.HANDLE_DATA_REQUESTS: (lambda store, who: data_requests.data_requests(store, who),),
}
