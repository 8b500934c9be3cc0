"""A Spark Connect server for tests: without workers, in the cheapest way that it starts."""

import importlib.util
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from lending_core.settings import PROJECT_ROOT
from lending_core.store.lake_manifest import Manifest
from lending_core.store.spark import SparkReports

if TYPE_CHECKING:
    from pyspark.sql.connect.dataframe import DataFrame
    from pyspark.sql.connect.session import SparkSession

SCRIPT = PROJECT_ROOT / "tools" / "spark.sh"
# Tests ask each question once, over few rows: compiling it, or dividing it, costs more than it
# saves. Long tests run Spark as it is.
_CHEAP_JAVA = " ".join(
    (
        "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
        # Room for all that is compiled, loaded and made between two looks for garbage.
        "-XX:ReservedCodeCacheSize=256m -XX:MetaspaceSize=300m -XX:NewRatio=1",
        "-XX:+UnlockDiagnosticVMOptions -XX:-BytecodeVerificationRemote",
    )
)
_CHEAP_SPARK = (
    "spark.master=local[1]",
    "spark.sql.codegen.wholeStage=false",
    "spark.sql.codegen.factoryMode=NO_CODEGEN",
    "spark.sql.adaptive.enabled=false",
    "spark.sql.shuffle.partitions=1",
    "spark.default.parallelism=1",
    # Tables of one part are joined where they are.
    "spark.sql.autoBroadcastJoinThreshold=-1",
    "spark.buffer.pageSize=1m",
)


def missing() -> str:
    """What a test over Spark needs and this machine lacks; empty: nothing."""
    if importlib.util.find_spec("pyspark") is None:
        return "pyspark is not installed: pip install -r requirements-spark.txt"
    return "" if shutil.which("java") else "no Java: apt-get install openjdk-17-jre-headless"


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class InMemory(SparkReports):
    """Keeps each table in the server's memory once it was read from its files, in one part:
    hundreds of questions over few rows would begin by opening files."""

    def _rows(self, session: "SparkSession", now: Manifest, table: str) -> "DataFrame":
        return super()._rows(session, now, table).coalesce(1).cache()


@contextmanager
def running(folder: Path, *, workers: int = 0, is_cheap: bool = True) -> Iterator[str]:
    """The address of a server that runs for as long as the block."""
    port = free_port()
    environment = os.environ | {
        "PYTHON": sys.executable,
        "SPARK_FOLDER": str(folder),
        "SPARK_WORKERS": str(workers),
        "SPARK_CONNECT_PORT": str(port),
        "SPARK_MASTER_PORT": str(free_port()),
    }
    if is_cheap:
        environment["JAVA_TOOL_OPTIONS"] = _CHEAP_JAVA
        environment["SPARK_OPTIONS"] = " ".join(f"--conf {option}" for option in _CHEAP_SPARK)
    subprocess.run([SCRIPT, "start"], env=environment, check=True, timeout=300)
    try:
        yield f"sc://127.0.0.1:{port}"
    finally:
        subprocess.run([SCRIPT, "stop"], env=environment, check=True, timeout=60)
