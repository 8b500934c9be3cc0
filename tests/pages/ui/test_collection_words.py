"""The queue as it is listed and taken along: in words, masked, all of it."""

from functools import partial
from pathlib import Path

from lending_core.operations.collections import QueueFilter, queue
from lending_core.operations.listing import Order
from pages.ui import collection_words, exports, tables
from tests.builders import ANALYST, AT, a_book
from tests.operations.late import COLLECTOR, late


def test_a_file_of_the_queue_is_in_words_and_masks_people_for_everybody(tmp_path: Path) -> None:
    store = a_book(tmp_path / "book.duckdb", late)
    headings = {"name": "姓名", "phone": "电话", "case_why": "排序依据"}
    in_words = partial(collection_words.queue_in_words, language="zh")

    seen, masked = (
        tables.computed(queue(store, who, QueueFilter(), at=AT).rows, "case_id", in_words=in_words)
        for who in (COLLECTOR, ANALYST)
    )

    files = [
        exports.csv_file(
            [frame.select(*headings) for frame in found.everything(Order("queue_place"))], headings
        ).decode("utf-8-sig")
        for found in (seen, masked)
    ]
    assert [text.splitlines()[0] for text in files] == ["姓名,电话,排序依据"] * 2
    assert [text.count("\n") for text in files] == [seen.rows + 1, masked.rows + 1]
    assert ["*" in text for text in files] == [True, True]
    assert all("可收回" in text and "近 30 天未联系" in text for text in files)
