# shellcheck shell=bash
# The local cluster: one controller and its agents below DATA. Started once, found again by their pid files.

# shellcheck disable=SC2016 # the pod's shell expands it
DEMO_COMMAND='echo "hello from $(hostname)"; ls /dev/nvidia[0-9]*; exec sleep infinity'

api_endpoint() { printf '127.0.0.1:%s' "$API_PORT"; }

# A data folder is ours when it bears our mark; a folder with other things in it is not made one.
prepare_data() {
    if [[ ! -f $DATA/berth-data ]]; then
        if [[ -d $DATA && -n $(find "$DATA" -mindepth 1 -maxdepth 1 ! -name cache ! -name lock -print -quit) ]]; then
            usage_error "--data $DATA: this folder holds other things and is not Berth's; name an empty or a new one"
        fi
        { mkdir -p "$DATA" && chmod 700 "$DATA"; } || die "cannot make the data folder $DATA"
        printf 'data folder of a local Berth cluster; ./berth down --purge deletes it\n' >"$DATA/berth-data"
    fi
    mkdir -p "$DATA/run" "$DATA/log"
    STEP_LOG=$DATA/log/step.log
    printf '%s\n' "$DATA" >"$CACHE/data"
}

port_is_free() { ! { : <>"/dev/tcp/127.0.0.1/$1"; } 2>/dev/null; }

# Ports are kept; another is chosen only while the controller is down and somebody else listens there.
choose_ports() {
    API_PORT=7080 AGENT_PORT=7443
    [[ -f $DATA/ports ]] && read -r API_PORT AGENT_PORT <"$DATA/ports"
    if ! is_running controller; then
        until port_is_free "$API_PORT"; do ((++API_PORT)); done
        until port_is_free "$AGENT_PORT" && ((AGENT_PORT != API_PORT)); do ((++AGENT_PORT)); done
    fi
    printf '%s %s\n' "$API_PORT" "$AGENT_PORT" >"$DATA/ports"
    api_endpoint >"$DATA/endpoint"
}

# up_to_date NAME COMMAND…: runs, and was started by this very command.
up_to_date() {
    local name=$1
    shift
    is_running "$name" && [[ $COMMAND == "$(command_mark "$@")" ]]
}

controller_command() {
    class_path_of controller
    COMMAND_LINE=("$JDK/bin/java" -Xmx2g -XX:+UseSerialGC -XX:+ExitOnOutOfMemoryError -XX:ErrorFile="$DATA/log/controller-crash-%p.log"
        --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -cp "$CLASSPATH_OF" dev.berth.controller.Main
        --data "$DATA/controller" --listen "$(api_endpoint)" --agent-listen "127.0.0.1:$AGENT_PORT")
}

# Of the host on line number $1.
agent_command() {
    local name gpus model cpus memory region pool center labels topology shares disk label _
    IFS='|' read -r name gpus model cpus memory region pool center labels topology _ shares disk <<<"${HOSTS[$1]}"
    ports_of "$1"
    class_path_of agent
    # Small rather than fast: of the 120 MB that an agent may take, each of these saves two to twenty.
    COMMAND_LINE=(env MALLOC_ARENA_MAX=1 "$JDK/bin/java" -Xms8m -Xmn3m -Xmx64m -XX:MinHeapFreeRatio=10 -XX:MaxHeapFreeRatio=25
        -Xss512k -XX:+UseSerialGC -XX:+UseCompactObjectHeaders -XX:TieredStopAtLevel=1
        -Dio.grpc.netty.shaded.io.netty.allocator.maxOrder=3 -XX:+ExitOnOutOfMemoryError
        -XX:ErrorFile="$DATA/log/agent-$name-crash-%p.log" --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow
        -cp "$CLASSPATH_OF" dev.berth.agent.Main run --controller "127.0.0.1:$AGENT_PORT" --data "$DATA/agent-$name"
        --name "$name" --region "$region" --volumes "$DATA/agent-$name/volumes" --advertise-address 127.0.0.1
        --port-range "$PORTS" --transfer-listen 127.0.0.1:0)
    [[ $model == real ]] || COMMAND_LINE+=(--simulate-gpus "$gpus" --simulate-model "$model")
    [[ -z $cpus ]] || COMMAND_LINE+=(--claim-cpus "$cpus")
    [[ -z $memory ]] || COMMAND_LINE+=(--claim-memory-gb "$memory")
    [[ -z $pool ]] || COMMAND_LINE+=(--cpu-pool "$pool")
    [[ -z $center ]] || COMMAND_LINE+=(--data-center "$center")
    [[ -z $topology ]] || COMMAND_LINE+=(--simulate-topology "$topology")
    for label in ${labels//,/ }; do COMMAND_LINE+=(--label "$label"); done
    for label in ${shares//,/ }; do COMMAND_LINE+=(--share "$label"); done
    [[ -z $disk ]] || COMMAND_LINE+=(--disk-gb "$disk")
}

start_controller() {
    stop_process controller 20 || return
    start_process controller "${COMMAND_LINE[@]}" || return
    until_true 60 controller_settled
    is_running controller || { problem "the controller ended; $DATA/log/controller.log says: $(tail -n 5 "$DATA/log/controller.log")"; return; }
    controller_is_ready || problem "the controller does not say 'ready' within 60 s; see $DATA/log/controller.log"
}

controller_is_ready() { grep -q '^ready\b\|[ :]ready$' "$DATA/log/controller.log" && ! port_is_free "$API_PORT"; }

controller_settled() { controller_is_ready || ! is_running controller; }

start_agent() {
    stop_process "agent-$1" 20 && start_process "agent-$1" "${COMMAND_LINE[@]}"
}

# Reads the hosts that the controller knows: into HOST_IDS all of their ids, into CONNECTED the names of those that
# have a session. Lines of a host's own fields in the client's JSON are indented by four.
read_hosts() {
    local listing line id='' name=''
    HOST_IDS=() CONNECTED=' '
    listing=$(cli host ls -o json) || return 1
    while IFS= read -r line; do
        case $line in
            '    "id": "'*) id=${line#*: \"} HOST_IDS+=("${id%%\"*}") ;;
            '    "name": "'*) name=${line#*: \"} name=${name%%\"*} ;;
            '    "sessionSince": '*) CONNECTED+="$name " ;;
        esac
    done <<<"$listing"
}

# True when every host of HOSTS has a session with the controller, or one of the agents has ended.
hosts_settled() {
    local line
    for line in "${HOSTS[@]}"; do is_running "agent-${line%%|*}" || return 0; done
    read_hosts || return 1
    for line in "${HOSTS[@]}"; do [[ $CONNECTED == *" ${line%%|*} "* ]] || return 1; done
}

wait_for_hosts() {
    local line name
    until_true 60 hosts_settled
    for line in "${HOSTS[@]}"; do
        name=agent-${line%%|*}
        is_running "$name" && continue
        rm -f "$DATA/run/$name.pid"
        problem "$name ended; $DATA/log/$name.log says: $(tail -n 5 "$DATA/log/$name.log")"
        return
    done
    hosts_settled || problem "not every agent is connected within 60 s; ./berth host ls shows which, $DATA/log/ says why"
}

# Starts what does not run, or runs an older build, and keeps the hosts once they have joined.
ensure_cluster() {
    local number name started=0
    STARTED_ANY=
    choose_ports
    controller_command
    if ! up_to_date controller "${COMMAND_LINE[@]}"; then
        step "controller on $(api_endpoint)" start_controller
        started=1
    fi
    for number in "${!HOSTS[@]}"; do
        name=${HOSTS[number]%%|*}
        agent_command "$number"
        up_to_date "agent-$name" "${COMMAND_LINE[@]}" && continue
        step "agent $name" start_agent "$name"
        started=1
    done
    ((started)) || return 0
    STARTED_ANY=yes
    step "${#HOSTS[@]} host(s) connected" wait_for_hosts
    printf '%s\n' "${HOSTS[@]}" >"$DATA/hosts"
    printf '%s\n' "${HOST_IDS[@]}" >"$DATA/host-ids"
}

# The CLI as a person gets it from ./berth, for use inside this script.
cli() {
    cli_command
    BERTH_ENDPOINT=$(<"$DATA/endpoint") BERTH_TOKEN_FILE=$DATA/controller/admin.token "${CLI[@]}" "$@"
}

# The CLI starts three times as fast from an AOT cache, which a run with the same class path and flags leaves.
ensure_aot_cache() {
    local aot=$BUILD/cli.aot
    [[ -s $aot ]] && return
    cli_command
    BERTH_ENDPOINT=$(<"$DATA/endpoint") BERTH_TOKEN_FILE=$DATA/controller/admin.token \
        "${CLI[0]}" -XX:AOTCacheOutput="$aot.new" "${CLI[@]:1}" pod ls
    [[ -s $aot.new ]] && mv "$aot.new" "$aot"
    return 0                              # without it everything works, only slower
}

# One demo pod, the first time only: who ends it does not get it back.
ensure_demo() {
    [[ -f $DATA/demo ]] && return
    if ! cli pod get demo >/dev/null 2>&1; then
        cli pod deploy demo --gpus 2 --image "$IMAGE" --wait -- sh -c "$DEMO_COMMAND" || return
    fi
    : >"$DATA/demo"
}

# Builds that no process on this machine runs from.
drop_old_builds() {
    local old
    for old in "$CACHE/build/"*; do
        [[ $old == "$BUILD" ]] || grep -qsF -- "$old/" /proc/[0-9]*/cmdline || rm -rf -- "$old"
    done
}
