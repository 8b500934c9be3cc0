"""The first sheet of a workbook as Parquet: a program of its own, started with bounds on memory.

`workbook.py FILE TARGET BYTES`: every cell becomes text, formulas what they were last reckoned to
be. Prints the header, one name a line.
"""

import resource
import sys


def main(path: str, target: str, bytes_max: int) -> int:
    """0, or 1 where the file is no workbook that can be read within the bounds."""
    resource.setrlimit(resource.RLIMIT_AS, (bytes_max, bytes_max))
    import fastexcel

    try:
        sheet = fastexcel.read_excel(path).load_sheet(0, header_row=None, dtypes="string")
        cells = sheet.to_polars()
    except (fastexcel.FastExcelError, MemoryError, OSError, ValueError):
        return 1
    if cells.height < 1 or cells.width < 1:
        return 1
    header = [" ".join((name or "").split()) for name in cells.row(0)]
    names = {old: f"c{number}" for number, old in enumerate(cells.columns)}
    cells[1:].rename(names).write_parquet(target)
    print("\n".join(header))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
