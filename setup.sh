#!/usr/bin/env bash
# Builds the environment that grading runs in: once per image on Gradescope, once per clone anywhere else.
#
#   setup.sh             what grading needs
#   setup.sh --class     also what grading a whole class needs
#   setup.sh --similar   also what comparing submissions needs
#   setup.sh --dev       what grading a class needs, and what the project's own tests, linters and documents need
#   setup.sh --quiet     say nothing when there is nothing to do
#
# Running it again is safe and fast; a build that was interrupted is made anew. It runs on bash 3.2 (macOS) too.
#
#   BERAS_PYTHON         the interpreter to use, in place of the best one found
#   BERAS_ENVIRONMENTS   where environments go when other users can't enter the clone's folder
#                        (default /opt/beras-autograder)
set -euo pipefail

# Student code runs under a uid of its own, which must be able to read what is built here.
umask 022
# A person's own settings for Python and pip must not steer packages elsewhere. The index they chose stays.
unset CDPATH PYTHONPATH PYTHONHOME PYTHONSTARTUP PIP_USER PIP_TARGET PIP_PREFIX PIP_ROOT PIP_REQUIRE_VIRTUALENV
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1

root=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)
pip_log=
which_python='import platform, sys; print("Python", platform.python_version(), "of", sys.base_prefix)'

say() { printf 'setup.sh: %s\n' "$*"; }
warn() { printf 'setup.sh: warning: %s\n' "$*" >&2; }
die() { printf 'setup.sh: %s\n' "$@" >&2; exit 1; }
am_root() { [ "$EUID" -eq 0 ]; }
on_gradescope() { [ "$root" = /autograder/source ]; }

main() {
    local extra=none quiet=no argument
    for argument in "$@"; do
        case $argument in
            --class | --similar | --dev) extra=${argument#--} ;;
            --quiet) quiet=yes ;;
            -h | --help) sed -n '2,/^set -/s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; return ;;
            *) die "unknown argument '$argument'; try setup.sh --help" ;;
        esac
    done
    [ -f "$root/requirements/grade.txt" ] || die "$root/requirements/grade.txt is missing: is this a whole clone or bundle?"

    close_to_students
    if ! is_ready "$extra"; then
        [ -w "$root" ] || die "cannot write in $root: run setup.sh as its owner, or clone into a folder of your own"
        trap 'rm -f "$pip_log"' EXIT
        build "$extra"
        quiet=no
    fi
    [ "$quiet" = yes ] || warm_up
}

# ---- what student code must not read ----

# A folder that can't be entered hides everything below it, so the files keep the modes that git knows.
close_to_students() {
    am_root || return 0
    local private
    for private in autograder tests reference editions .git; do
        [ ! -e "$root/$private" ] || chmod go-rwx "$root/$private" ||
            warn "cannot close $root/$private to other users: student code could read it"
    done
}

# ---- is the environment there, whole and up to date? ----

# The folder behind .venv, which may be a link; without the link, so that its path works for every user.
environment() { (cd -P "$root/.venv" 2>/dev/null && pwd); }

# One line that changes whenever the environment has to be made anew. That its own Python writes it proves that it runs.
fingerprint() { # ENVIRONMENT REQUIREMENTS
    "$1/bin/python" -I -c '
import hashlib, pathlib, platform, sys
wanted = hashlib.sha256(pathlib.Path(sys.argv[1]).read_bytes()).hexdigest()
print(wanted, platform.python_version(), platform.machine(), sys.base_prefix, sys.prefix, sep=" | ")' "$2" 2>/dev/null
}

holds() { # ENVIRONMENT grade|class|similar|dev
    local found
    [ -f "$1/beras-$2" ] && found=$(fingerprint "$1" "$root/requirements/$2.txt") && [ "$found" = "$(cat "$1/beras-$2")" ]
}

is_forced_python() { # ENVIRONMENT
    [ -z "${BERAS_PYTHON:-}" ] ||
        [ "$("$1/bin/python" -I -c "$which_python")" = "$("$BERAS_PYTHON" -I -c "$which_python" 2>/dev/null)" ]
}

is_ready() { # none|class|similar|dev
    local place
    place=$(environment) && holds "$place" grade && is_forced_python "$place" && has_extra "$1"
}

# What develops also grades a class.
has_extra() { # none|class|similar|dev
    [ "$1" = none ] || holds "$place" "$1" || { [ "$1" = class ] && holds "$place" dev; }
}

# ---- the interpreter ----

# Best first. /usr/bin and /usr/local/bin are named because a version manager's shims may hide them.
candidates() {
    local name
    if [ -n "${BERAS_PYTHON:-}" ]; then
        command -v "$BERAS_PYTHON" || true
        return
    fi
    for name in python3.13 python3.12 python3.11 python3.10 python3 python; do
        type -ap "$name" || true
        printf '%s\n' "/usr/bin/$name" "/usr/local/bin/$name"
    done
}

# A CPython that our pinned wheels exist for, and that can make an environment. Debian's comes without ensurepip
# unless python3-venv is installed; its pip will do.
is_supported() { # PYTHON
    [ -x "$1" ] && "$1" -I -c '
import importlib.util, sys, venv
supported = sys.implementation.name == "cpython" and (3, 10) <= sys.version_info[:2] <= (3, 13)
sys.exit(not (supported and any(map(importlib.util.find_spec, ("ensurepip", "pip")))))' >/dev/null 2>&1
}

# Runs a command as a uid that owns nothing, which is how the grader starts student code.
as_stranger() { # PYTHON COMMAND...
    local python=$1
    shift
    "$python" -I -c '
import os, sys
os.chdir("/")
os.setgroups([])
os.setgid(65534)
os.setuid(65534)
os.execv(sys.argv[1], sys.argv[1:])' "$@" >/dev/null 2>&1
}

# Sets python, and shared: whether a worker's own uid can run it. An interpreter under /root can't be reached by one.
choose_python() {
    local candidate
    python='' shared=no
    while IFS= read -r candidate; do
        is_supported "$candidate" || continue
        [ -n "$python" ] || python=$candidate
        if am_root && as_stranger "$candidate" "$candidate" -I -c 'import venv'; then
            python=$candidate shared=yes
            break
        fi
        am_root || break
    done < <(candidates)
    [ -n "$python" ]
}

find_python() {
    choose_python && return
    if [ -n "${BERAS_PYTHON:-}" ]; then
        die "BERAS_PYTHON=$BERAS_PYTHON is no CPython 3.10 to 3.13 that can make a virtual environment." \
            "Point it at one that can, or unset it and let setup.sh look."
    fi
    install_python && choose_python && return
    die "found no CPython 3.10 to 3.13 that can make a virtual environment." \
        "On Gradescope: choose the base image Ubuntu 22.04 or newer. On Debian or Ubuntu: apt-get install python3 python3-venv." \
        "On macOS: install Python 3.12 (for example: brew install python@3.12). Or name an interpreter in BERAS_PYTHON."
}

# Only what is missing: the platform's own harness runs on the system's Python, so that is never replaced or upgraded.
install_python() {
    am_root && command -v apt-get >/dev/null || return 1
    export DEBIAN_FRONTEND=noninteractive
    say "installing Python with apt"
    apt-get update -q >&2 || warn "apt-get update failed; going on with the lists that are there"
    if [ ! -x /usr/bin/python3 ]; then
        apt_install python3 python3-venv
    elif upgrades_python python3-venv; then
        apt_install python3-pip
    else
        apt_install python3-venv
    fi
}

apt_install() { apt-get install -q -y --no-install-recommends "$@" >&2; }

# apt names an upgrade 'Inst NAME [installed version] (new version'.
upgrades_python() { # PACKAGE
    apt-get install -s -q --no-install-recommends "$1" | grep -qE '^Inst (lib)?python3[^ ]* \['
}

# ---- the place ----

# Sets place. Inside the clone, unless the worker's uid could not get there (a clone under /root, say).
choose_place() {
    place=$root/.venv
    [ "$shared" = yes ] || return 0
    as_stranger "$python" "$python" -I -c 'import os, sys; os.chdir(sys.argv[1])' "$root" && return
    local outside
    outside=${BERAS_ENVIRONMENTS:-/opt/beras-autograder}
    if mkdir -p "$outside" 2>/dev/null && [ -w "$outside" ]; then
        forget_lost_clones "$outside"
        place=$outside/$("$python" -I -c '
import hashlib, os, sys
print(hashlib.sha256(os.fsencode(sys.argv[1])).hexdigest()[:12])' "$root")
    else
        warn "cannot write in $outside; the environment goes into $root, which other users can't enter"
    fi
}

# Clones come and go; an environment outside its clone would stay for ever.
forget_lost_clones() { # FOLDER
    local owner
    for owner in "$1"/*/beras-clone; do
        [ ! -f "$owner" ] || [ -d "$(cat "$owner")" ] || rm -rf "$(dirname "$owner")"
    done
}

# ---- the build ----

build() { # none|class|similar|dev
    find_python
    one_at_a_time
    if is_ready "$1"; then return; fi
    if ! { place=$(environment) && holds "$place" grade && is_forced_python "$place"; }; then
        choose_place
        say "building the environment in $place (once, some 15 seconds)"
        make_environment
        install grade
    fi
    case $1 in
        class) say "adding what grading a class needs" && install class ;;
        similar) say "adding what comparing submissions needs" && install similar ;;
        dev) say "adding the development tools" && install dev ;;
    esac
    share_libraries "$1"
    warn_of_missing_isolation
    say "ready: $("$place/bin/python" -I -c "$which_python")"
}

# The lock belongs to the open file, so it lasts until this shell ends, however it ends. macOS has no flock command.
one_at_a_time() {
    : >>"$root/.venv.lock" || die "cannot write $root/.venv.lock; remove it, as the user that it belongs to, and run setup.sh again"
    exec 9>>"$root/.venv.lock"
    "$python" -I -c '
import fcntl
try:
    fcntl.flock(9, fcntl.LOCK_EX | fcntl.LOCK_NB)
except BlockingIOError:
    print("setup.sh: another setup.sh is at work in this clone; waiting for it", flush=True)
    fcntl.flock(9, fcntl.LOCK_EX)'
}

make_environment() {
    clear_place "$root/.venv"
    clear_place "$place"
    mkdir -p "$place" || die "cannot make $place (is the disk full?)"
    : >"$place/beras-grade" # ours from the first moment, and worth nothing until its fingerprint is written
    printf '%s\n' "$root" >"$place/beras-clone"
    [ "$place" = "$root/.venv" ] || ln -s "$place" "$root/.venv"
    if "$python" -I -c 'import ensurepip' 2>/dev/null; then
        "$python" -I -m venv "$place" || die "$python could not make an environment in $place; the reason is above"
    else
        "$python" -I -m venv --without-pip "$place" || die "$python could not make an environment in $place; the reason is above"
    fi
}

# Never deletes what setup.sh did not make.
clear_place() { # PATH
    [ -e "$1" ] || [ -L "$1" ] || return 0
    [ -L "$1" ] || [ -e "$1/beras-grade" ] || die "$1 is there, but setup.sh did not make it: move it away and run setup.sh again"
    rm -rf "$1" || die "cannot remove the old $1; remove it by hand, as the user that it belongs to, and run setup.sh again"
}

install() { # grade|class|similar|dev
    local from=(--only-binary :all:)
    [ "$1" != similar ] || from+=(--no-binary termcolor) # of whose pinned version there is no wheel
    pip_log=$(mktemp)
    if ! run_pip install --require-hashes "${from[@]}" --progress-bar off -r "$root/requirements/$1.txt" >"$pip_log" 2>&1; then
        tail -n 15 "$pip_log" >&2
        die "could not install requirements/$1.txt: $(why_pip_failed)"
    fi
    rm -f "$pip_log"
    if ! fingerprint "$place" "$root/requirements/$1.txt" >"$place/beras-$1.new"; then
        die "the environment in $place does not run (is the disk full?); run setup.sh again"
    fi
    mv "$place/beras-$1.new" "$place/beras-$1"
}

# Where ensurepip is missing the interpreter's own pip is lent to the environment; what else lies beside that pip must
# not pass for installed.
run_pip() {
    on_gradescope && export PIP_NO_CACHE_DIR=1 # it would only make the image bigger
    if "$place/bin/python" -I -c 'import pip' 2>/dev/null; then
        "$place/bin/python" -I -m pip "$@"
    else
        "$place/bin/python" -I -c '
import runpy, sys
sys.path.append(sys.argv.pop(1))
sys.argv.insert(2, "--ignore-installed")
runpy.run_module("pip", run_name="__main__", alter_sys=True)' "$(pip_folder)" "$@"
    fi
}

pip_folder() { "$python" -I -c 'import os, pip; print(os.path.dirname(os.path.dirname(pip.__file__)))'; }

why_pip_failed() {
    if grep -qiE 'no space left|disk quota' "$pip_log"; then
        echo "the disk is full. Free about 400 MB and run setup.sh again."
    elif grep -qi 'do not match the hashes' "$pip_log"; then
        echo "a package is not the one that was pinned. Do not install it by other means: check the index or mirror in use."
    elif grep -qiE 'connection|timed out|unreachable|name resolution|proxy|ssl' "$pip_log"; then
        echo "the package index can't be reached. Check the network (or proxy) and run setup.sh again."
    elif grep -qi 'no matching distribution' "$pip_log"; then
        echo "the index has no wheel for this Python and machine. Name another interpreter in BERAS_PYTHON."
    else
        echo "pip's own words are above."
    fi
}

# Student code may read what the grader starts it with, and no library that would do the homework. The project's own
# tests also grade as another user, so the tools' environment stays open.
share_libraries() { # none|class|similar|dev
    am_root || return 0
    local entry mode=go-rwx
    [ "$1" != dev ] || mode=go+rX
    for entry in "$place"/lib*/python3*/site-packages/*; do
        case ${entry##*/} in
            numpy | numpy.libs | msgpack | '*') ;;
            *) chmod "$mode" "$entry" || warn "cannot change who may read $entry" ;;
        esac
    done
}

warn_of_missing_isolation() {
    am_root || return 0
    as_stranger "$place/bin/python" "$place/bin/python" -I -c 'import numpy' && return
    warn "other users can't run $place/bin/python, so student code can't be given a uid of its own." \
        "Install python3 and python3-venv with apt, or name an interpreter outside /root in BERAS_PYTHON."
}

# ---- the last step ----

# At grading time nothing may be written beside the sources, so byte-code is made now.
warm_up() {
    local place
    [ -d "$root/autograder" ] || return 0
    place=$(environment)
    cd "$root"
    "$place/bin/python" -m compileall -q autograder || warn "some byte-code could not be written; grading will start slower"
    if grep -q warm-up autograder/__main__.py 2>/dev/null; then
        "$place/bin/python" -m autograder warm-up || die "the environment is built, but 'python -m autograder warm-up' failed; the reason is above"
    fi
}

main "$@"
