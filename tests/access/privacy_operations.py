"""Operations on personal data, with calls that are complete but for the right to make them."""

from collections.abc import Callable

from lending_core.access.permissions import Actor, Permission
from lending_core.operations import data_requests, key_change, retention, unmasking
from lending_core.store.engine import Store
from tests.builders import AT

Call = Callable[[Store, Actor], object]

A_REQUEST = data_requests.Request(1, "in_person")
A_WISH = unmasking.Wish(1, "complaint")

# By the right that each needs.
PRIVACY_OPERATIONS: dict[Permission, tuple[Call, ...]] = {
    Permission.VIEW_PERSONAL_DATA: (
        lambda store, who: unmasking.unmask(store, who, A_WISH, at=AT),
    ),
    Permission.VIEW_BOOK: (lambda store, who: data_requests.erased_items(store, who, 1),),
    Permission.VIEW_ACCESS_LOG: (
        lambda store, who: unmasking.access_log(store, who),
        lambda store, who: unmasking.count_access(store, who),
        lambda store, who: list(unmasking.whole_log(store, who, unmasking.NEWEST_ACCESS.order)),
        lambda store, who: data_requests.data_requests(store, who),
        lambda store, who: data_requests.count_requests(store, who),
        lambda store, who: retention.retention_preview(store, who),
        lambda store, who: retention.retention_runs(store, who),
    ),
    Permission.CHANGE_KEYS: (
        lambda store, who: key_change.change_privacy_key(store, who, at=AT),
        lambda store, who: key_change.key_changes(store, who),
    ),
    Permission.HANDLE_DATA_REQUESTS: (
        lambda store, who: data_requests.erasure_preview(store, who, 1),
        lambda store, who: data_requests.export_person(store, who, A_REQUEST, at=AT),
        lambda store, who: data_requests.erase_person(store, who, A_REQUEST, at=AT),
        lambda store, who: retention.run_retention(store, who, at=AT),
    ),
}
