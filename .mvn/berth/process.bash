# shellcheck shell=bash
# Background processes that `up` starts and `down` ends. A process is known by its id, its start time and the boot it
# belongs to, all in its pid file: a recycled id is never taken for ours, and never gets a signal.

# Puts the start time (ticks since boot) of process $1 into STARTED; false when it is gone or a zombie.
start_time() {
    local stat fields
    { read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 1
    read -ra fields <<<"${stat##*) }"
    [[ ${fields[0]} != Z ]] || return 1
    STARTED=${fields[19]}
}

# Whether the process that pid file $1 names is alive; leaves PID, and in COMMAND the mark of how it was started.
is_running() {
    local started boot this_boot
    PID='' COMMAND=''
    [[ -r $DATA/run/$1.pid ]] || return 1
    { read -r PID started boot; read -r COMMAND; } <"$DATA/run/$1.pid" || return 1
    read -r this_boot </proc/sys/kernel/random/boot_id
    [[ $boot == "$this_boot" ]] && start_time "$PID" && [[ $STARTED == "$started" ]]
}

# The mark of a command line: a process whose mark differs from what would be started now is out of date.
command_mark() { cksum <<<"$*"; }

# start_process NAME COMMAND…: in a session of its own, its output in DATA/log/NAME.log (the last one kept as .1).
start_process() {
    local name=$1 log=$DATA/log/$1.log boot
    shift
    [[ -f $log ]] && mv -f "$log" "$log.1"
    # The lock is closed for it: a daemon must not hold it when this script is gone.
    setsid "$@" >"$log" 2>&1 </dev/null {lock}>&- {nap}>&- &
    PID=$!
    disown "$PID"
    read -r boot </proc/sys/kernel/random/boot_id
    start_time "$PID" || { problem "$name ended at once; $log says: $(tail -n 5 "$log")"; return; }
    printf '%s\n' "$PID $STARTED $boot" "$(command_mark "$@")" >"$DATA/run/$name.pid"
}

# stop_process NAME SECONDS: TERM, wait, KILL. Nothing happens when it does not run.
stop_process() {
    if is_running "$1"; then
        kill -TERM "$PID" 2>/dev/null
        if ! until_true "$2" has_ended "$1"; then
            is_running "$1" && kill -KILL "$PID" 2>/dev/null
            until_true 10 has_ended "$1" || { problem "$1 (process $PID) does not end, not even by SIGKILL; it waits in the kernel."; return; }
        fi
    fi
    rm -f "$DATA/run/$1.pid"
}

has_ended() { ! is_running "$1"; }
