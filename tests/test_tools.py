"""The scripts that start and stop what the machine brings."""

import os
import subprocess
import sys
from pathlib import Path

from lending_core.settings import PROJECT_ROOT

_WAITING = [sys.executable, "-c", "import sys; sys.stdin.read()"]


def test_spark_is_stopped_and_no_program_that_has_its_number_by_now(tmp_path: Path) -> None:
    other = subprocess.Popen(_WAITING, stdin=subprocess.PIPE, start_new_session=True)
    (tmp_path / "server.pid").write_text(f"{other.pid}\n")

    script, told = PROJECT_ROOT / "tools" / "spark.sh", os.environ | {"SPARK_FOLDER": str(tmp_path)}
    subprocess.run([str(script), "stop"], env=told, check=True)

    assert other.poll() is None
    assert list(tmp_path.iterdir()) == []
    other.communicate()
