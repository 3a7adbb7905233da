# shellcheck shell=bash
# `berth bench`: builds, starts a cluster of its own with the commands of `up`, in a data folder that goes again, and
# measures one benchmark after the other. JSON lines on stdout, everything else on stderr.

BENCHES=(placement deploy replay start cli agent)
NAMED_BENCHES=(engine fleet chaos volume volume-rounds)     # by name only: minutes each
BENCH=                                    # data of this run, below the cache: on the disk that `up` would use
BENCH_CHILD=

run_bench() {
    local name names=("$@")
    ((${#names[@]})) || names=("${BENCHES[@]}")
    for name in "${names[@]}"; do
        [[ " ${BENCHES[*]} ${NAMED_BENCHES[*]} " == *" $name "* ]] ||
            usage_error "bench: there is no benchmark '$name'; there are ${BENCHES[*]} ${NAMED_BENCHES[*]}"
    done
    ((EUID == 0)) || die "bench must run as root (sudo ./berth bench): it starts agents, which make device nodes"
    begin
    prepare_data
    step "tools for volumes" ensure_volume_tools
    step "Docker Engine" ensure_docker
    step "image $IMAGE" ensure_image
    ensure_build
    step "Maven" ensure_maven
    step "benchmarks" ensure_bench
    BENCH=$(mktemp -d "$CACHE/bench.XXXXXX") || die "cannot make a folder in $CACHE"
    trap bench_end EXIT
    for name in "${names[@]}"; do
        case $name in
            deploy) bench_java controller dev.berth.controller.benchmark.DeployBench 20000 ;;
            placement) bench_java controller dev.berth.controller.benchmark.PlacementBench ;;
            engine) bench_java controller dev.berth.controller.benchmark.EngineBench ;;
            fleet) bench_java controller dev.berth.controller.benchmark.fleet.FleetBench ;;
            replay) bench_java controller dev.berth.controller.benchmark.ReplayBench ;;
            chaos) bench_java cli -Dbasedir="$ROOT/cli" dev.berth.cli.chaos.KillChaos ;;
            volume-rounds) bench_java cli -Dbasedir="$ROOT/cli" dev.berth.cli.chaos.VolumeRounds ;;
            volume) bench_java agent dev.berth.agent.transfer.VolumeTransferBench 1024 3 "$BENCH" && bench_cluster && bench_java cli dev.berth.cli.bench.Main volume ;;
            *) bench_cluster && bench_java cli dev.berth.cli.bench.Main "$name" ;;
        esac || die "the benchmark '$name' failed; what it said is above"
    done
}

# bench_java MODULE MAIN ARGUMENTS…: in the background, so that a signal ends it and not only this script.
bench_java() {
    local target=$ROOT/$1/target
    shift
    mkdir -p "$BENCH/tmp"
    "$JDK/bin/java" -Xmx2g -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
        -Djava.io.tmpdir="$BENCH/tmp" -Dslf4j.internal.verbosity=ERROR \
        -Dlogback.statusListenerClass=ch.qos.logback.core.status.NopStatusListener \
        -cp "$target/test-classes:$target/classes:$(<"$target/test-classpath")" "$@" \
        </dev/null {lock}>&- &
    BENCH_CHILD=$!
    wait "$BENCH_CHILD"
}

# A controller and one agent of eight simulated GPUs, once.
bench_cluster() {
    [[ $DATA == "$BENCH/data" ]] && return
    DATA=$BENCH/data
    mkdir -p "$DATA/run" "$DATA/log" || die "cannot make $DATA"
    STEP_LOG=$DATA/log/step.log
    choose_hosts 0 "name=bench,gpus=8"
    ensure_cluster
    step "client" ensure_aot_cache
    is_running agent-bench || die "the agent has ended; it said: $(tail -n 5 "$DATA/log/agent-bench.log")"
    export BERTH_BENCH_AGENT_PID=$PID BERTH_BENCH_SCRIPT=$ROOT/berth BERTH_BENCH_ID=${BENCH##*/} BERTH_DATA=$DATA
    export BERTH_TOKEN_FILE=$DATA/controller/admin.token BERTH_ENDPOINT
    BERTH_ENDPOINT=$(<"$DATA/endpoint")
}

# Whatever happened: no process, no container and no data of this run stay.
bench_end() {
    local ids
    [[ -z $BENCH_CHILD ]] || kill "$BENCH_CHILD" 2>/dev/null
    if [[ $DATA == "$BENCH/data" ]]; then
        stop_process agent-bench 20
        stop_process controller 20
        { remove_containers >/dev/null && unmount_volumes && require_unused; } || { note "$PROBLEM"; return; }
        mapfile -t ids < <(docker ps -aq --filter "label=dev.berth.bench=${BENCH##*/}")
        ((${#ids[@]} == 0)) || docker rm -fv "${ids[@]}" >/dev/null
    fi
    require_unmounted "$BENCH" || { note "$PROBLEM"; return; }
    rm -rf --one-file-system -- "$BENCH"
}
