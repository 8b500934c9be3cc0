#!/usr/bin/env bash
# Apache Spark on this machine, for trying out the console over it: `start` a stand-alone master, two workers and a
# Connect server on loopback, `stop` them again, `status`. All is taken from the package pyspark; its processes, logs
# and scratch files are in one folder. What may be set: SPARK_FOLDER, SPARK_WORKERS (0: none, the server works alone),
# SPARK_MASTER_PORT, SPARK_CONNECT_PORT, SPARK_WORKER_MEMORY, SPARK_SERVER_MEMORY, SPARK_OPTIONS, PYTHON.
set -euo pipefail
cd "$(dirname "$0")/.."

PYTHON=${PYTHON:-.venv/bin/python}
SPARK_FOLDER=$(realpath -m "${SPARK_FOLDER:-.spark}")
WORKERS=${SPARK_WORKERS:-2}
MASTER_PORT=${SPARK_MASTER_PORT:-7077}
CONNECT_PORT=${SPARK_CONNECT_PORT:-15002}
WORKER_MEMORY=${SPARK_WORKER_MEMORY:-1g}
SERVER_MEMORY=${SPARK_SERVER_MEMORY:-1g}
SECONDS_MAX=120

say() { printf '%s\n' "$*" >&2; }

# Where what this script starts keeps its number; a file is there as long as it is meant to run.
pids() { compgen -G "$SPARK_FOLDER/*.pid" || true; }

# Whether it runs, and is ours: after a restart of the machine the number may be another program's.
is_running() { grep -qas spark "/proc/$(cat "$1")/cmdline"; }

is_open() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# require_free PORT VARIABLE: what listens there already would be taken for ours.
require_free() {
    if is_open "$1"; then say "Something else listens on port $1. Stop it, or name another port in $2"; exit 1; fi
}

# launch NAME COMMAND...: in a session of its own, so that a Ctrl-C here does not end it.
launch() {
    local name=$1
    shift
    setsid "$@" >"$SPARK_FOLDER/$name.log" 2>&1 </dev/null &
    echo $! >"$SPARK_FOLDER/$name.pid"
}

# wait_for NAME PORT: until it listens; says why where it ended instead.
wait_for() {
    local since=$SECONDS
    until is_open "$2"; do
        # Not by its command, which is empty for a moment whenever one program becomes another.
        if ! kill -0 "$(cat "$SPARK_FOLDER/$1.pid")" 2>/dev/null || ((SECONDS - since > SECONDS_MAX)); then
            say "Spark's $1 did not start. Its log: $SPARK_FOLDER/$1.log"
            tail -n 5 "$SPARK_FOLDER/$1.log" >&2
            stop
            exit 1
        fi
        sleep 0.2
    done
}

environment() {
    command -v java >/dev/null || { say "Java is missing. Mend it with: sudo apt-get install openjdk-17-jre-headless"; exit 1; }
    SPARK_HOME=$("$PYTHON" -c 'import importlib.util as i; print(i.find_spec("pyspark").submodule_search_locations[0])' 2>/dev/null) ||
        { say "The package pyspark is missing. Mend it with: $PYTHON -m pip install -r requirements-spark.txt"; exit 1; }
    # Nothing listens but on loopback; the executors write nowhere else than the folder.
    export SPARK_HOME SPARK_LOCAL_IP=127.0.0.1
    export SPARK_WORKER_DIR="$SPARK_FOLDER/work" SPARK_LOCAL_DIRS="$SPARK_FOLDER/scratch"
    # Java unpacks libraries where temporary files are, and whoever is stopped leaves them there.
    export JAVA_TOOL_OPTIONS="${JAVA_TOOL_OPTIONS:-} -Djava.io.tmpdir=\"$SPARK_LOCAL_DIRS\""
    mkdir -p "$SPARK_LOCAL_DIRS"
}

cluster() {
    local number class=org.apache.spark.deploy
    # Work comes through the Connect server only.
    export SPARK_DAEMON_MEMORY=256m SPARK_MASTER_OPTS=-Dspark.master.rest.enabled=false
    launch master "$SPARK_HOME/bin/spark-class" $class.master.Master \
        --host 127.0.0.1 --port "$MASTER_PORT" --webui-port 0
    wait_for master "$MASTER_PORT"
    for ((number = 1; number <= WORKERS; number++)); do
        launch "worker-$number" "$SPARK_HOME/bin/spark-class" $class.worker.Worker \
            --host 127.0.0.1 --webui-port 0 --cores 1 --memory "$WORKER_MEMORY" "spark://127.0.0.1:$MASTER_PORT"
    done
}

server() {
    local master="spark://127.0.0.1:$MASTER_PORT"
    export SPARK_DAEMON_MEMORY=$SERVER_MEMORY
    if ((WORKERS == 0)); then master="local[2]"; fi
    launch server "$SPARK_HOME/bin/spark-submit" --master "$master" --name lending \
        --driver-memory "$SERVER_MEMORY" --executor-memory "$WORKER_MEMORY" --properties-file tools/spark.conf \
        ${SPARK_OPTIONS:-} --conf "spark.connect.grpc.binding.port=$CONNECT_PORT" \
        --conf "spark.sql.warehouse.dir=$SPARK_FOLDER/warehouse" \
        --class org.apache.spark.sql.connect.service.SparkConnectServer spark-internal
    wait_for server "$CONNECT_PORT"
}

start() {
    if [ -n "$(pids)" ]; then
        say "Spark is running already, or was not stopped: run make spark DO=stop first"
        exit 1
    fi
    environment
    require_free "$CONNECT_PORT" SPARK_CONNECT_PORT
    if ((WORKERS > 0)); then
        require_free "$MASTER_PORT" SPARK_MASTER_PORT
        cluster
    fi
    server
    say "Spark answers on sc://127.0.0.1:$CONNECT_PORT, with $WORKERS workers (stop it with make spark DO=stop)"
}

stop() {
    local file files
    mapfile -t files < <(pids)
    for file in "${files[@]}"; do
        # The whole session: the scripts of Spark start other processes.
        if is_running "$file"; then kill -- "-$(cat "$file")" 2>/dev/null || true; fi
    done
    for file in "${files[@]}"; do
        for _ in {1..50}; do is_running "$file" || break; sleep 0.1; done
        if is_running "$file"; then kill -9 -- "-$(cat "$file")" 2>/dev/null || true; fi
        rm -f "$file"
    done
    rm -rf "$SPARK_FOLDER/work" "$SPARK_FOLDER/scratch"
}

status() {
    local file files
    mapfile -t files < <(pids)
    if [ ${#files[@]} -eq 0 ]; then say "Spark does not run"; fi
    for file in "${files[@]}"; do
        is_running "$file" && say "$(basename "$file" .pid) runs" || say "$(basename "$file" .pid) ended"
    done
}

"$@"
