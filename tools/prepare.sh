#!/usr/bin/env bash
# What the machine itself must bring, made or found: `venv PYTHON` makes .venv, `packages FILE` fills it; `trees`,
# `java17`, `postgres`, `machine` and `browser` find or install the rest: OpenMP, PostgreSQL, a Chromium, and Chinese
# letters for its screenshots.
# Each failure says how to mend it.
set -euo pipefail

UV=uv==0.13.9

say() { printf '%s\n' "$*" >&2; }

is_root() { [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; }

apt_install() {
    export DEBIAN_FRONTEND=noninteractive
    say "Installing from the system's packages: $*"
    # Two of these may run at once, one for Python and one for the browser.
    local patient=(-qq -o DPkg::Lock::Timeout=300)
    apt-get update "${patient[@]}" </dev/null >/dev/null || true
    apt-get install "${patient[@]}" -y --no-install-recommends "$@" </dev/null >/dev/null
}

is_recent() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

make_venv() {
    rm -rf .venv
    "$1" -m venv .venv >/dev/null 2>&1
}

venv() {
    local candidate python=""
    .venv/bin/python -m pip --version >/dev/null 2>&1 && return
    for candidate in "$1" python3.14 python3.13 python3.12 python3.11; do
        if is_recent "$candidate"; then python=$candidate && break; fi
    done
    if [ -z "$python" ]; then
        say "Python 3.11 or newer was not found. Install it, or name it: make PYTHON=/path/to/python3"
        exit 1
    fi
    make_venv "$python" && return
    if is_root && apt_install python3-venv && make_venv "$python"; then return; fi
    rm -rf .venv
    say "Python's venv module is missing. Mend it with: sudo apt-get install python3-venv"
    exit 1
}

# Compiling 2 GB of packages takes longer than compiling what is imported, when it is.
by_pip() { .venv/bin/python -m pip install -qq --disable-pip-version-check --no-input --no-compile "$@"; }

# From the same index as pip would take them, if it has one of its own.
by_uv() {
    local index
    index=${PIP_INDEX_URL:-$(.venv/bin/python -m pip config get global.index-url 2>/dev/null || true)}
    if [ -n "$index" ]; then export UV_DEFAULT_INDEX=${UV_DEFAULT_INDEX:-$index}; fi
    # Spark comes as archives that are packed already: packing them once more takes longer than all the rest.
    UV_LINK_MODE=${UV_LINK_MODE:-hardlink} .venv/bin/uv pip install --quiet --quiet --python .venv/bin/python \
        --config-settings-package=pyspark:--build-option=--compression=stored "$@"
}

# The packages of a list: by uv, which fetches side by side and takes a fifth of the time; where it
# cannot, by pip, which then says why.
packages() { { by_pip "$UV" && by_uv -r "$1"; } 2>/dev/null || by_pip -r "$1"; }

# ensure CHECK PACKAGE...: what CHECK looks for is there, installed by root where it was not.
ensure() {
    local check=$1
    shift
    "$check" || { is_root && apt_install "$@" && "$check"; }
}

has_trees() { .venv/bin/python -c 'import lightgbm' >/dev/null 2>&1; }

# The boosted trees of challengers need the system's OpenMP; everything else runs without.
trees() {
    ensure has_trees libgomp1 || say "Challengers cannot be trained. Mend it with: sudo apt-get install libgomp1"
}

has_java() { java -version >/dev/null 2>&1; }

# Apache Spark runs on Java 17 or newer.
java17() {
    ensure has_java openjdk-17-jre-headless || { say "Java is missing. Mend it with: sudo apt-get install openjdk-17-jre-headless"; exit 1; }
}

has_postgres() { compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null; }

# A catalogue of lakes is kept in PostgreSQL.
postgres() {
    ensure has_postgres postgresql || { say "PostgreSQL is missing. Mend it with: sudo apt-get install postgresql"; exit 1; }
}

has_driver() { .venv/bin/playwright --version >/dev/null 2>&1; }

has_browser() {
    local name
    for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome; do
        if [ -n "$name" ] && "$name" --version >/dev/null 2>&1; then return; fi
    done
    compgen -G "${PLAYWRIGHT_BROWSERS_PATH:-$HOME/.cache/ms-playwright}/chromium-*" >/dev/null
}

has_chinese_font() { [ -n "$(fc-list :lang=zh 2>/dev/null)" ]; }

# What the tests need of the system, where root may install it; `browser` says what is still missing.
machine() {
    local package missing=()
    has_browser || missing+=(chromium libatomic1)
    has_chinese_font || missing+=(fontconfig fonts-noto-cjk)
    has_postgres || missing+=(postgresql)
    has_java || missing+=(openjdk-17-jre-headless)
    if ((${#missing[@]} == 0)) || ! is_root || apt_install "${missing[@]}"; then return; fi
    # Where the system lacks one of them, it gets the others.
    for package in "${missing[@]}"; do apt_install "$package" || true; done
}

browser() {
    if ! ensure has_driver libatomic1; then
        say "The browser's driver does not start. Mend it with: sudo apt-get install libatomic1"
        exit 1
    fi
    if ! ensure has_browser chromium && ! .venv/bin/playwright install chromium; then
        say "No browser for the tests. Mend it with: sudo apt-get install chromium"
        say "or name one that is there: make test CHROMIUM=/path/to/chromium"
        exit 1
    fi
    if ! ensure has_chinese_font fontconfig fonts-noto-cjk; then
        say "No Chinese font: screenshots show boxes. Mend it with: sudo apt-get install fonts-noto-cjk"
    fi
}

"$@"
