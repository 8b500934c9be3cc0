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

from lending_core.settings import PROJECT_ROOT

SCRIPT = PROJECT_ROOT / "tools" / "spark.sh"
# Tests ask each question once, over few rows: compiling it, or dividing it, costs more than it
# saves. Long tests run Spark as it is.
_CHEAP_JAVA = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
_CHEAP_SPARK = (
    "spark.sql.codegen.wholeStage=false",
    "spark.sql.codegen.factoryMode=NO_CODEGEN",
    "spark.sql.adaptive.enabled=false",
    "spark.sql.shuffle.partitions=1",
    "spark.default.parallelism=1",
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
