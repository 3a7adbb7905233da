# shellcheck shell=bash
# Containers of this cluster: those that bear Berth's label and the id of one of its hosts, and nothing else.

# Puts the ids of all hosts that ever ran below DATA into HOST_IDS: as each agent keeps its own, so that a host counts
# that never connected, and as the controller told them, so that one counts whose folder is gone.
read_host_ids() {
    local file id
    HOST_IDS=()
    for file in "$DATA"/agent-*/identity; do
        [[ -e $file ]] || continue
        id=$(tail -c +17 -- "$file" | head -n 1)      # after the header of a file that is replaced whole
        if [[ ! $id =~ ^[a-z0-9]{16}$ ]]; then
            problem "$file is damaged, so the containers of that host cannot be found. See docker ps -a --filter label=dev.berth.host; remove those that are this cluster's and then the file, and run this again."
            return
        fi
        HOST_IDS+=("$id")
    done
    [[ -f $DATA/host-ids ]] || return 0
    while IFS= read -r id; do
        [[ -z $id || " ${HOST_IDS[*]} " == *" $id "* ]] || HOST_IDS+=("$id")
    done <"$DATA/host-ids"
}

# Puts them into CONTAINERS. That the engine does not tell never means that there are none.
find_containers() {
    local id found
    CONTAINERS=()
    read_host_ids || return
    ((${#HOST_IDS[@]})) || return 0
    if ! docker_answers; then
        problem "the Docker Engine does not answer, and containers of this cluster may still run, so nothing was deleted. Start it (./berth up does, or 'systemctl start docker'), then run this again; --keep-pods leaves containers alone."
        return
    fi
    for id in "${HOST_IDS[@]}"; do
        if ! found=$(docker ps -aq --no-trunc --filter label=dev.berth.cluster --filter "label=dev.berth.host=$id"); then
            problem "the Docker Engine does not list the containers of host $id, so nothing was deleted; $STEP_LOG has its words. Run this again."
            return
        fi
        [[ -z $found ]] || mapfile -t -O "${#CONTAINERS[@]}" CONTAINERS <<<"$found"
    done
}

# With the volumes that nobody named: they go with their container or never. What an agent ordered with its last breath
# may come a moment later, so it is looked for again.
remove_containers() {
    local round
    for round in 1 2 3; do
        find_containers || return
        ((${#CONTAINERS[@]})) || return 0
        printf 'round %s\n' "$round"
        docker rm -fv "${CONTAINERS[@]}" || return
    done
    find_containers || return
    ((${#CONTAINERS[@]} == 0)) || problem "containers of this cluster come back as they are removed (docker ps -a --filter id=${CONTAINERS[0]}), so nothing was deleted. Run this again."
}
