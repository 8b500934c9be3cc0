"""Loan tapes become books: what is read, what is rejected and why, and nothing is half done."""

import json
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from subprocess import PIPE, Popen

import pytest

from lending_core.access.permissions import SYSTEM, Actor, Role
from lending_core.errors import InvalidInput, InvalidState, NotAllowed, NotFound
from lending_core.operations.cohort_queries import Part
from lending_core.operations.console import book
from lending_core.operations.tape_books import imported_books, open_book, remove_book
from lending_core.operations.tape_desk import ROWS, Look, Tape, desk, reading_of, receive_tape
from lending_core.operations.tape_sample import sample_tape
from lending_core.operations.tapes import ImportOrder, import_tape, tape_quality
from lending_core.operations.vintages import Asked, vintage
from lending_core.portfolio.tape_mapping import TapeMapping, read_tape_mapping
from lending_core.portfolio.tape_quality import AmountSum, QualityReport
from lending_core.portfolio.tape_reading import staged, valued
from lending_core.settings import Settings
from lending_core.store.engine import Store
from lending_core.store.tape_tables import described
from tests.builders import a_book
from tests.operations.tape_mutations import fate, parquet, text, workbook

AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
OUTCOMES = """\
No,Issued,Amount,Rate,Term,Status,Last paid,Grade
1,2023-01-15,"1,000.00",12%,36,Fully Paid,2023-11-02,A
2,2023-01-31,2000,24%,36,Charged Off,2023-04-30,B
3,2023-02-01,500.5,7.5%,12,Charged Off,,B
4,2023-02-30,900,7%,12,Fully Paid,2023-11-02,A
5,2023-02-10,-5,7%,12,Fully Paid,2023-11-02,A
6,2023-02-10,700,1100%,12,Fully Paid,2023-11-02,A
2,2023-03-01,800,7%,12,Fully Paid,2023-11-02,A
7,2023-03-01,800,7%,12,Fully Paid,2023-01-02,A
8,2023-03-01,800,7%,12,Fully Paid
9,2023-03-01,800,7%,12,Unknown,,C
,2023-03-01,800,7%,12,Fully Paid,,C
"""
MAPPING = """\
[tape]
shape = "outcomes"
currency = "USD"
as_of_on = 2023-12-31
exclude = "Grade = 'C'"

[columns]
reference = "No"
disbursed_on = "Issued"
lent = "Amount"
annual_rate = "Rate"
instalments = "Term"
outcome = "case Status when 'Fully Paid' then 'paid' when 'Charged Off' then 'written_off' end"
last_paid_on = "\\"Last paid\\""
band = "Grade"

[segments]
long = "case when Term > 24 then 'yes' else 'no' end"
"""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(tmp_path_factory.mktemp("house") / "lending.duckdb", None, "1GB", "en")


@pytest.fixture(scope="module")
def lent_book(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return a_book(tmp_path_factory.mktemp("lent") / "book.duckdb")


@pytest.fixture(scope="module")
def mapping() -> TapeMapping:
    return read_tape_mapping(MAPPING)


@pytest.fixture(scope="module")
def tape(tmp_path_factory: pytest.TempPathFactory) -> Tape:
    folder = tmp_path_factory.mktemp("tape")
    (folder / "tape.csv").write_text(OUTCOMES)
    return receive_tape(folder / "tape.csv", folder / "desk")


@pytest.fixture(scope="module")
def report(house: Settings, tape: Tape, mapping: TapeMapping) -> QualityReport:
    return import_tape(house, SYSTEM, ImportOrder(tape, mapping, "tape"), at=AT)


@pytest.fixture
def imported(house: Settings, report: QualityReport):  # noqa: ARG001
    store = open_book(house, "tape")
    yield store
    store.close()


def test_rows_and_sums_in_are_those_loaded_and_those_rejected(report: QualityReport):
    assert (report.rows_in, report.rows_loaded, report.rows_rejected) == (11, 3, 8)
    assert report.sums == (AmountSum("lent", 3, 829_550, 350_050, 479_500),)
    assert report.reconciles


def test_each_rejected_row_has_its_number_a_reason_and_what_it_says(imported: Store):
    rows = imported.opened(imported.read("tape_reject"))

    assert rows.select("row_number", "reason", "detail").rows() == [
        (4, "unreadable", "disbursed_on: 2023-02-30"),
        (5, "impossible", "lent: -5"),
        (6, "impossible", "annual_rate: 1100%"),
        (7, "duplicate", "reference: 2"),
        (8, "order", "last_paid_on: 2023-01-02"),
        (9, "broken", "Expected Number of Columns: 8 Found: 6"),
        (10, "excluded", "exclude: C"),
        (11, "excluded", "exclude: C"),
    ]
    assert rows["content"][0].startswith('{"No":"4","Issued":"2023-02-30","Amount":"900"')


@pytest.mark.parametrize("where", ["band = 'B'", "Grade = 'B'", "grade = 'B' and long = 'yes'"])
def test_a_condition_may_use_the_names_of_the_tape(imported: Store, where: str):
    asked = Asked("default", part=Part(where=where))

    found = vintage(imported, SYSTEM, asked)

    # Loans 2 and 3 have grade B; the first of them for more than 24 months.
    assert found.lent["loans"].sum() == (1 if "long" in where else 2)


def test_an_amount_goes_by_our_name_only_for_it_is_kept_in_hundredths(imported: Store):
    with pytest.raises(InvalidInput) as refusal:
        vintage(imported, SYSTEM, Asked("default", part=Part(where="Amount > 1000")))

    assert refusal.value.reason == "cohort_column"


def test_loans_are_what_the_mapping_says(imported: Store):
    loans = imported.read_sql("select * from tape_loan order by reference")

    assert loans["disbursed_on"].to_list() == [date(2023, 1, day) for day in (15, 31)] + [
        date(2023, 2, 1)
    ]
    assert loans["lent_fen"].to_list() == [100_000, 200_000, 50_050]
    assert [str(rate) for rate in loans["annual_rate"]] == ["0.120000", "0.240000", "0.075000"]
    assert loans["own_segments"].to_list()[2] == {"long": "no"}


def test_a_default_is_timed_by_the_last_payment_and_at_once_where_there_was_none(imported: Store):
    months = imported.read_sql("select * from loan_month order by month_end_on")

    assert months.select("month_end_on", "months_on_book", "entered_default").rows() == [
        (date(2023, 2, 28), 0, True),
        (date(2023, 4, 30), 3, True),
    ]


def test_the_book_says_what_it_is_and_the_ledger_where_it_came_from(imported: Store, tape: Tape):
    of = book(imported)
    events = imported.read_sql("select action, actor, payload from event")

    assert (of.currency, of.shape, of.business_on) == ("USD", "outcomes", date(2023, 12, 31))
    assert events["action"].to_list() == ["tape_imported"]
    assert tape.file.file_hash in events["payload"][0]


def test_the_report_before_an_import_is_the_report_after_it(
    tape: Tape, mapping: TapeMapping, report: QualityReport
):
    assert tape_quality(tape, mapping, at=AT) == report


def test_the_sample_says_of_each_row_what_is_wrong(tape: Tape, mapping: TapeMapping):
    rows = sample_tape(tape, mapping, at=AT, rows=4)

    assert rows["lent_fen"].to_list() == [100_000, 200_000, 50_050, 90_000]
    assert rows.select("row_number", "reason", "target").row(3) == (4, "unreadable", "disbursed_on")


def test_a_book_is_replaced_only_when_that_is_asked_for(
    house: Settings, tape: Tape, mapping: TapeMapping, report: QualityReport
):
    with pytest.raises(InvalidState) as refusal:
        import_tape(house, SYSTEM, ImportOrder(tape, mapping, "tape"), at=AT)

    again = import_tape(house, SYSTEM, ImportOrder(tape, mapping, "tape", replace=True), at=AT)

    assert refusal.value.reason == "tape_book_exists"
    assert again == report


@pytest.mark.usefixtures("report")
def test_a_book_that_another_process_has_open_is_not_replaced(
    house: Settings, tape: Tape, mapping: TapeMapping
):
    path = imported_books(house)[0].path
    other = f"import duckdb; held = duckdb.connect({str(path)!r}); print(1, flush=True); input()"
    with Popen([sys.executable, "-c", other], stdin=PIPE, stdout=PIPE, text=True) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        with pytest.raises(InvalidState) as refusal:
            import_tape(house, SYSTEM, ImportOrder(tape, mapping, "tape", replace=True), at=AT)
        holder.communicate("\n")

    assert refusal.value.reason == "database_in_use"
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_a_viewer_imports_and_removes_nothing(
    house: Settings, lent_book: Store, tape: Tape, mapping: TapeMapping
):
    viewer = Actor("viewer", Role.VIEWER)

    with pytest.raises(NotAllowed):
        import_tape(house, viewer, ImportOrder(tape, mapping, "other"), at=AT)
    with pytest.raises(NotAllowed):
        remove_book(house, lent_book, viewer, "tape", at=AT)


@pytest.mark.parametrize("name", ["", "../lending", "a/b", "a.b", "x" * 61, "-x"])
def test_a_name_that_is_no_file_is_refused(
    house: Settings, tape: Tape, mapping: TapeMapping, name: str
):
    with pytest.raises(InvalidInput) as refusal:
        import_tape(house, SYSTEM, ImportOrder(tape, mapping, name), at=AT)

    assert refusal.value.reason == "book_name"


def test_an_import_that_fails_at_its_end_leaves_no_file(
    tape: Tape, mapping: TapeMapping, tmp_path: Path
):
    def fail(_done: int, _of: int, what: str) -> None:
        if what == "done":
            raise KeyboardInterrupt

    own = Settings(tmp_path / "lending.duckdb", None, "1GB", "en")

    with pytest.raises(KeyboardInterrupt):
        import_tape(own, SYSTEM, ImportOrder(tape, mapping, "cut"), at=AT, progress=fail)

    assert [path.name for path in (tmp_path / "books").iterdir()] == []


def test_a_removed_book_is_gone_and_the_house_knows_which_it_was(
    lent_book: Store, tape: Tape, mapping: TapeMapping, tmp_path: Path
):
    own = Settings(tmp_path / "lending.duckdb", "a key", "1GB", "en")
    import_tape(own, SYSTEM, ImportOrder(tape, mapping, "gone"), at=AT)

    remove_book(own, lent_book, SYSTEM, "gone", at=AT)

    assert imported_books(own) == []
    event = lent_book.read("newest_event").row(0, named=True)
    told = json.loads(event["payload"])
    assert (event["action"], event["actor"]) == ("book_removed", "system")
    assert (told["name"], told["shape"], told["as_of_on"]) == ("gone", "outcomes", "2023-12-31")
    assert len(told["last_event_hash"]) == 64
    with pytest.raises(NotFound):
        open_book(own, "gone")


PAID_MAPPING = """\
[tape]
shape = "payments"
currency = "EUR"
as_of_on = 2024-06-30
[columns]
reference = "loan"
disbursed_on = "start"
lent = "amount"
annual_rate = "rate"
instalments = "term"
outcome = "status"
[payments]
reference = "loan"
paid_on = "date"
amount = "paid"
"""


def test_a_tape_of_payments_is_replayed_to_its_month_ends(tmp_path: Path):
    """1,000 without interest in four instalments of 250: one is paid, then nothing more."""
    (tmp_path / "loans.csv").write_text(
        "loan;start;amount;rate;term;status\nA;2024-01-10;1000;0;4;\n"
    )
    paid = "loan;date;paid\nA;2024-02-10;250.00\nA;2024-01-09;1\nB;2024-02-10;250\n"
    (tmp_path / "paid.csv").write_text(paid)
    own = Settings(tmp_path / "lending.duckdb", None, "1GB", "en")
    told = receive_tape(tmp_path / "loans.csv", tmp_path / "desk", payments=tmp_path / "paid.csv")

    order = ImportOrder(told, read_tape_mapping(PAID_MAPPING), "paid")
    found = import_tape(own, SYSTEM, order, at=AT)

    store = open_book(own, "paid")
    months = store.read_sql("select * from loan_month order by month_end_on")
    store.close()
    assert (found.payments_in, found.payments_loaded, found.payments_rejected) == (3, 1, 2)
    assert [(each.reason, each.rows) for each in found.findings] == [("order", 1), ("orphan", 1)]
    assert found.reconciles
    assert months.select("bucket", "days_past_due", "principal_fen", "paid_fen").rows() == [
        ("C", 0, 100_000, 0),
        ("C", 0, 75_000, 25_000),
        ("M1", 21, 75_000, 0),
        ("M2", 51, 75_000, 0),
        ("M3", 82, 75_000, 0),
        ("M4", 112, 75_000, 0),
    ]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("tape.csv", text().encode()),
        ("tape.csv", text(delimiter=";", end="\r\n").encode("gb18030")),
        ("tape.txt", text(delimiter="\t").encode("utf-16")),
        ("tape.parquet", parquet()),
        ("tape.xlsx", workbook()),
    ],
)
def test_the_same_rows_are_read_from_any_kind_of_file(name: str, content: bytes, tmp_path: Path):
    (tmp_path / name).write_bytes(content)

    told = receive_tape(tmp_path / name, tmp_path / "desk")

    assert [column.name for column in told.columns] == [
        "loan_no",
        "month",
        "days_late",
        "balance",
        "city",
    ]
    assert [column.kind for column in told.columns] == ["text", "date", "number", "number", "text"]
    assert told.columns[4].examples == ("Öx上海",)


def test_broken_files_are_reported_or_refused(tmp_path: Path):
    fates = [
        fate(tmp_path / f"{number}", number, is_imported=number % 12 == 0) for number in range(36)
    ]

    assert all(found.reconciles and found.rejects_kept for found in fates)
    assert {found.left for found in fates} == {(), ("tape.duckdb",)}
    assert {"tape_workbook", "tape_empty", "tape_column_unknown"} <= {
        found.refused for found in fates
    }


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path):
    found = fate(tmp_path / "bomb", 11)

    assert (found.refused, found.left) == ("tape_workbook_size", ())


def test_rows_are_numbered_as_they_stand_in_the_file_however_many_threads_read(tape: Tape):
    # The engine joins a list of this length by default, and then brings rows as threads find them.
    names = ", ".join(f"'{number}'" for number in range(50))
    listed = read_tape_mapping(MAPPING.replace("Grade = 'C'", f"Grade in ({names})"))

    with desk(tape.files) as store, store.transaction() as transaction:
        reading = reading_of(tape, listed, Look(ROWS, AT.date()))
        query = staged(reading, described(transaction, valued(reading), "tape")).query
        plan = transaction.evaluate(f"explain {query.sql('duckdb')}").item(0, 1)

    assert "READ_CSV" in plan
    assert "JOIN" not in plan
