# shellcheck shell=bash
# What a person sees while the script works: one line per step with its seconds, a spinner on a terminal, a sign
# of life every 20 s elsewhere, and on failure the reason and the end of the step's own output.

PROBLEM=                                  # the sentence that a failed step leaves for the reader
exec {nap}<> <(:)                         # a pipe nobody writes to: sleeping without a process

pause() { read -rt "$1" -u "$nap" || :; }

# Ends the step (or the script) with a sentence that says what happened, to what, and what to do next.
problem() { PROBLEM=$*; return 1; }

die() { printf 'berth: %s\n' "$*" >&2; exit 1; }

usage_error() { printf 'berth: %s\n' "$*" >&2; exit 2; }

note() { printf '   %s\n' "$*" >&2; }

# Microseconds since the epoch, without a process.
now() { NOW=${EPOCHREALTIME//[.,]/}; }

# Puts the time since $1 into ELAPSED, "12.3 s".
elapsed() {
    now
    local tenths=$(((NOW - $1) / 100000))
    printf -v ELAPSED '%d.%d s' $((tenths / 10)) $((tenths % 10))
}

spin() {
    local marks='|/-+' turn=0
    while :; do
        elapsed "$2"
        printf '\r %s %s  %s\e[K' "${marks:turn++ % 4:1}" "$1" "$ELAPSED" >&2
        pause 0.2
    done
}

tick() {
    while :; do
        pause 20
        elapsed "$2"
        printf '   … %s, %s so far\n' "$1" "${ELAPSED%.*} s" >&2
    done
}

# step WHAT COMMAND…: runs it with its output in $STEP_LOG; the script ends here when it fails. The command runs in
# this shell, so that it can leave variables behind.
step() {
    local what=$1 began watcher failed=0
    shift
    now
    began=$NOW PROBLEM=
    if [[ -t 2 ]]; then spin "$what" "$began" & else tick "$what" "$began" & fi
    watcher=$!
    SPINNER=$watcher
    : >"$STEP_LOG"
    "$@" >>"$STEP_LOG" 2>&1 </dev/null || failed=1
    kill "$watcher" 2>/dev/null
    wait "$watcher" 2>/dev/null
    SPINNER=
    elapsed "$began"
    [[ -t 2 ]] && printf '\r\e[K' >&2
    if ((failed)); then
        printf ' ✗ %s  %s\n' "$what" "$ELAPSED" >&2
        step_failed
    fi
    printf ' ✓ %s  %s\n' "$what" "$ELAPSED" >&2
}

step_failed() {
    if [[ -n $PROBLEM ]]; then
        printf '\nberth: %s\n' "$PROBLEM" >&2
    else
        printf '\nberth: this step failed; the end of what it said (all of it: %s):\n' "$STEP_LOG" >&2
        tail -n 30 "$STEP_LOG" | sed 's/^/   | /' >&2
    fi
    exit 1
}

# until_true SECONDS COMMAND…: polls ten times a second; false when the time is over.
until_true() {
    local seconds=$1 end
    shift
    now
    end=$((NOW + seconds * 1000000))
    until "$@"; do
        now
        ((NOW < end)) || return 1
        pause 0.1
    done
}
