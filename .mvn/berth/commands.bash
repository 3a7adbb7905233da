# shellcheck shell=bash
# The script's own commands. Each takes the checkout's lock for as long as it changes something.

trap 'interrupted' INT TERM
SPINNER=

interrupted() {
    [[ -z $SPINNER ]] || kill "$SPINNER" 2>/dev/null
    printf '\nberth: interrupted; running this again goes on from here.\n' >&2
    exit 130
}

begin() {
    now
    BEGAN=$NOW
    mkdir -p "$CACHE/build" || die "cannot write to $CACHE; the checkout must be writable"
    exec {lock}>"$CACHE/lock"
    if command -v flock >/dev/null && ! flock -n "$lock"; then
        note "another ./berth is at work in this checkout; waiting for it"
        flock -w 1800 "$lock" || die "another ./berth has been at work in this checkout for 30 minutes; see who holds $CACHE/lock"
    fi
    STEP_LOG=$CACHE/step.log
}

# Takes --data out of the arguments of any command: absolute, so that it means the same everywhere.
set_data() {
    [[ -n $1 ]] || usage_error "--data wants a folder"
    DATA=$1
    [[ $DATA == /* ]] || DATA=$PWD/$DATA
    while [[ $DATA == */ && $DATA != / ]]; do DATA=${DATA%/}; done
}

value_of() { (($2 > 1)) || usage_error "$1 wants a value; ./berth help explains"; }

command_up() {
    local count=0 demo=yes
    local specs=()
    while (($#)); do
        case $1 in
            --hosts) value_of "$1" $#; [[ $2 =~ ^[1-9][0-9]?$ ]] || usage_error "--hosts '$2' is not a whole number from 1 to 99"; count=$2; shift ;;
            --host) value_of "$1" $#; specs+=("$2"); shift ;;
            --data) value_of "$1" $#; set_data "$2"; shift ;;
            --no-demo) demo= ;;
            *) usage_error "up: unknown argument '$1'; ./berth help explains" ;;
        esac
        shift
    done
    # Wrong hosts are refused before anything is installed.
    choose_hosts "$count" "${specs[@]}"
    ((EUID == 0)) || die "up must run as root (sudo ./berth up): agents make device nodes and use the Docker Engine"
    begin
    prepare_data
    ensure_build
    step "tools for volumes" ensure_volume_tools
    step "Docker Engine" ensure_docker
    step "image $IMAGE" ensure_image
    ensure_cluster
    [[ -z $demo ]] || step "demo pod" ensure_demo
    # After the demo pod, so that the client is trained on a table with something in it.
    step "client" ensure_aot_cache
    drop_old_builds
    show_cluster
}

show_cluster() {
    elapsed "$BEGAN"
    printf '\nBerth is up (%s): controller on %s, %d host(s), data in %s\n' "$ELAPSED" "$(api_endpoint)" "${#HOSTS[@]}" "$DATA"
    show host ls
    if [[ -n $STARTED_ANY ]] && cli pod get demo >/dev/null 2>&1; then
        show pod get demo
        show pod logs demo --tail 10
    else
        show pod ls
    fi
    cat <<END

Next:
  ./berth pod deploy hello --gpus 2 --image $IMAGE --wait -- sh -c 'ls /dev/nvidia[0-9]*; sleep 600'
  ./berth pod logs hello
  ./berth pod terminate hello --wait
END
}

show() {
    printf '\n$ ./berth %s\n' "$*"
    cli "$@" || :
}

command_down() {
    local purge='' keep_pods='' file ids
    while (($#)); do
        case $1 in
            --purge) purge=yes ;;
            --keep-pods) keep_pods=yes ;;
            --data) value_of "$1" $#; set_data "$2"; shift ;;
            *) usage_error "down: unknown argument '$1'; ./berth help explains" ;;
        esac
        shift
    done
    [[ -z $purge || -z $keep_pods ]] || usage_error "down: --purge and --keep-pods exclude each other: without its data no agent would know the pods"
    if [[ ! -f $DATA/berth-data ]]; then
        printf 'Nothing to do: no cluster in %s\n' "$DATA"
        return
    fi
    begin
    STEP_LOG=$DATA/log/step.log
    shopt -s nullglob
    for file in "$DATA/run/"agent-*.pid "$DATA/run/controller.pid"; do
        [[ -f $file ]] || continue
        file=${file##*/}
        step "stop ${file%.pid}" stop_process "${file%.pid}" 20
    done
    if [[ -z $keep_pods ]]; then
        step "containers of this cluster looked for" find_containers
        step "containers of this cluster removed: ${#CONTAINERS[@]}" remove_containers
    fi
    [[ -n $keep_pods ]] || step "volumes of this cluster unmounted" unmount_volumes
    [[ -z $purge ]] || purge_data
    if [[ -z $purge ]]; then printf 'Berth is down.\n'
    elif [[ -e $DATA/run ]]; then printf 'Berth is down. Its data is deleted but for what the dockerd needs that up started.\n'
    else printf 'Berth is down. Its data is deleted.\n'; fi
}

purge_data() {
    local ids=''
    if is_running dockerd; then
        ids=$(docker ps -q) || ids=unknown
        if [[ -z $ids ]]; then
            step "stop dockerd" stop_process dockerd 30
        else
            note "dockerd stays on: containers run that are not Berth's; once they have ended, ./berth down --purge stops it"
        fi
    fi
    step "nothing is mounted where data goes" require_unmounted "$DATA/controller" "$DATA"/agent-* "$DATA/log" "$DATA/run"
    step "no volume is in use" require_unused
    STEP_LOG=$CACHE/step.log
    step "data deleted" delete_data
}

# Only what Berth itself puts there, so that a wrong --data costs nothing. The mark goes last, and stays with a dockerd
# that stays: without it neither up nor down would know the folder again.
delete_data() {
    rm -rf --one-file-system -- "$DATA/controller" "$DATA"/agent-* || return
    rm -f -- "$DATA"/{hosts,host-ids,ports,endpoint,demo} || return
    is_running dockerd && return
    rm -rf --one-file-system -- "$DATA/log" "$DATA/run" && rm -f -- "$DATA/berth-data" "$CACHE/data" || return
    rmdir -- "$DATA" 2>/dev/null || :
}

command_test() {
    local result=0
    begin
    prepare_data
    step "JDK $JAVA_WANTED" ensure_jdk
    step "Maven" ensure_maven
    step "C compiler" ensure_compiler
    step "tools for volumes" ensure_volume_tools
    step "Docker Engine" ensure_docker
    step "image $IMAGE" ensure_image
    exec {lock}>&-
    maven verify "$@" </dev/null || result=$?
    elapsed "$BEGAN"
    if ((result)); then
        printf '\nberth: the tests FAILED after %s; the lines marked [ERROR] above say which, MODULE/target/surefire-reports why.\n' "$ELAPSED" >&2
        exit 1
    fi
    printf '\nAll tests passed in %s.\n' "$ELAPSED"
}

ensure_compiler() { need gcc "tests build a stand-in for NVIDIA's library with it" gcc libc6-dev; }

command_bench() {
    # shellcheck source=.mvn/berth/bench.bash
    . "$ROOT/.mvn/berth/bench.bash"
    run_bench "$@"
}

command_build() {
    begin
    ensure_build
}

command_image() {
    begin
    prepare_data
    step "Docker Engine" ensure_docker
    step "image $IMAGE" ensure_image
}

command_doctor() {
    local file name
    STEP_LOG=/dev/null
    if find_jdk; then report ok "JDK $JAVA_WANTED" "$JDK"; else report missing "JDK $JAVA_WANTED" "${JDK_SEEN:-none found}; ./berth up says how to get it"; fi
    if command -v mvn >/dev/null; then report ok Maven "$(command -v mvn)"; else report missing Maven "apt-get install maven"; fi
    if command -v gcc >/dev/null; then report ok gcc "$(command -v gcc)"; else report missing gcc "only ./berth test needs it"; fi
    if volume_tools_are_there; then report ok "volume tools" "e2fsprogs, mount, util-linux"; else report missing "volume tools" "${MISSING[*]}; ./berth up installs them"; fi
    if docker_answers; then report ok "Docker Engine" "$(docker version --format '{{.Server.Version}}')"; else report missing "Docker Engine" "./berth up starts it, or says how"; fi
    if image_is_there; then report ok image "$IMAGE"; else report missing image "$IMAGE; ./berth image makes it"; fi
    if build_is_fresh; then report ok build "$FINGERPRINT"; else report missing build "of these sources; ./berth build"; fi
    if real_gpus; then report ok GPUs "NVIDIA driver"; else report ok GPUs "no NVIDIA driver: hosts are SIMULATED"; fi
    shopt -s nullglob
    for file in "$DATA/run/"*.pid; do
        name=${file##*/} name=${name%.pid}
        if is_running "$name"; then report ok "$name" "process $PID"; else report missing "$name" "has ended; see $DATA/log/$name.log"; fi
    done
}

report() { printf ' %s %-14s %s\n' "$([[ $1 == ok ]] && printf '✓' || printf '✗')" "$2" "$3"; }
