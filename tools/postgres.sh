#!/usr/bin/env bash
# PostgreSQL on this machine, for trying out a catalogue of lakes: `start` a server of its own on loopback, made where
# there is none, `stop` it again, `status`. All is taken from Debian's package; what it keeps is in one folder: `server`
# is the server's alone, `pgpass` has the passwords of its two accounts (`lending` writes, `reader` reads), drawn when it
# is made. What may be set: POSTGRES_FOLDER, POSTGRES_PORT, POSTGRES_OPTIONS, POSTGRES_BIN.
set -euo pipefail
cd "$(dirname "$0")/.."

# The server never runs as root; for root it runs as the user of Debian's package, who must be able to enter the folder.
if [ "$(id -u)" -eq 0 ]; then
    FOLDER=/var/lib/lending-postgres
    AS=(setpriv --reuid postgres --regid postgres --init-groups)
else
    FOLDER=.postgres
    AS=()
fi
FOLDER=$(realpath -m "${POSTGRES_FOLDER:-$FOLDER}")
SERVER=$FOLDER/server
PORT=${POSTGRES_PORT:-5440}
SECONDS_MAX=60

say() { printf '%s\n' "$*" >&2; }

fail() { say "$@"; exit 1; }

# What a person may read of this is readable; passwords are not.
umask 077

programs() {
    BIN=${POSTGRES_BIN:-$(printf '%s\n' /usr/lib/postgresql/*/bin /usr/bin | sort -V | while read -r bin; do
        if [ -x "$bin/initdb" ]; then echo "$bin"; fi
    done | tail -n 1)}
    [ -x "$BIN/initdb" ] || fail "PostgreSQL is missing. Mend it with: sudo apt-get install postgresql"
}

control() { (cd / && "${AS[@]}" "$BIN/pg_ctl" --pgdata="$SERVER/data" --silent "$@"); }

is_running() { control status >/dev/null 2>&1; }

drawn() { head -c 24 /dev/urandom | base64 | tr -d '+/=\n'; }

# statements DATABASE: those on standard input, one a line, while no server runs: so no password is in a command.
statements() {
    (cd / && "${AS[@]}" "$BIN/postgres" --single -j -c log_checkpoints=off -D "$SERVER/data" "$1") >/dev/null
}

make_server() {
    local writer reader
    writer=$(drawn) reader=$(drawn)
    # The account that may everything has no password: nobody signs in as it.
    (cd / && "${AS[@]}" "$BIN/initdb" --pgdata="$SERVER/data" --username=postgres --auth-local=reject \
        --auth-host=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8 --no-sync) >/dev/null
    printf '%s;\n\n' "create role lending login password '$writer'" "create role reader login password '$reader'" \
        "create database lake owner lending" | statements postgres
    # What lending makes, reader may look at and nothing else.
    printf '%s;\n\n' "alter default privileges for role lending in schema public grant select on tables to reader" |
        statements lake
    # Written last: without its passwords, a server was not made to the end.
    printf '%s\n' "127.0.0.1:*:lake:lending:$writer" "127.0.0.1:*:lake:reader:$reader" >"$FOLDER/pgpass"
}

start() {
    programs
    if is_running; then fail "PostgreSQL is running already (stop it with make lake DO=stop)"; fi
    mkdir -p "$FOLDER" "$SERVER"
    if [ ${#AS[@]} -gt 0 ]; then
        chmod 755 "$FOLDER"
        chown postgres:postgres "$SERVER"
        "${AS[@]}" test -x "$SERVER" || fail "The user postgres cannot enter $FOLDER. Name another folder: POSTGRES_FOLDER"
    fi
    if [ ! -e "$FOLDER/pgpass" ]; then
        rm -rf "$SERVER/data"
        make_server
    fi
    # It listens on loopback and on nothing else.
    control --wait --timeout="$SECONDS_MAX" --log="$SERVER/log" start -o "-p $PORT -c listen_addresses=127.0.0.1 \
        -c unix_socket_directories='' -c log_statement=none -c log_min_error_statement=panic ${POSTGRES_OPTIONS:-}" || {
        say "PostgreSQL did not start. Its log: $SERVER/log"
        tail -n 5 "$SERVER/log" >&2
        exit 1
    }
    say "PostgreSQL answers on postgres://lending@127.0.0.1:$PORT/lake (stop it with make lake DO=stop)"
    say "Its passwords are in a file that the commands read: export PGPASSFILE=$FOLDER/pgpass"
}

stop() {
    programs
    if is_running; then control --wait --timeout="$SECONDS_MAX" --mode=fast stop; fi
}

status() {
    programs
    if is_running; then say "PostgreSQL runs on port $(sed -n 4p "$SERVER/data/postmaster.pid")"; else say "PostgreSQL does not run"; fi
}

"$@"
