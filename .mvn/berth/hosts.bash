# shellcheck shell=bash
# The hosts of a local cluster: what --hosts and --host ask for, kept in DATA/hosts, one line each:
# name|gpus|model|cpus|memory|region|cpu-pool|data-center|labels|topology|ports|shares|disk. Empty: what the machine
# has, or none; of ports: a slice by the place of the line. Model "real": what NVML shows, nothing without a driver.
# Labels and shares as key=value,key=value.

HOSTS=()                                  # lines, in the order in which they were first named
DEFAULT_MODEL="RTX 4090"
DEFAULT_REGION=us-east
FIRST_PORT=20000 LAST_PORT=29999 SLICE=100
HOST_BARS=12                              # in a line

# NVIDIA's library, and a kernel with its driver: either alone says nothing, a container sees its host's kernel.
# NVIDIA's library, and a kernel with its driver: a container sees its host's kernel, but has no library of it.
real_gpus() { nvidia_library && nvidia_loaded; }

nvidia_library() { command -v nvidia-smi >/dev/null || ldconfig -p 2>/dev/null | grep -q libnvidia-ml.so.1; }

nvidia_loaded() { [[ -e /proc/driver/nvidia/version || -e /dev/nvidiactl || -e /dev/dxg ]]; }

# Whether a GPU of NVIDIA's (class 03: display) is on the bus, driver or not.
nvidia_hardware() {
    local device vendor class
    for device in /sys/bus/pci/devices/*; do
        { read -r vendor <"$device/vendor" && read -r class <"$device/class"; } 2>/dev/null || continue
        [[ $vendor == 0x10de && $class == 0x03* ]] && return
    done
    return 1
}

host_keys="keys are name, gpus (0: CPUs alone), model, cpus, memory (GB), region, cpu-pool, data-center, label.KEY, topology, ports, share.NAME and disk (GB), as in \"name=A,gpus=8,model=RTX 5090,cpus=128,memory=720,region=us-east,label.fabric=ib-1\""

# whole_number KEY VALUE LEAST MOST
whole_number() {
    if [[ $2 =~ ^[0-9]{1,9}$ ]] && ((10#$2 >= $3 && 10#$2 <= $4)); then return; fi
    usage_error "--host: $1 '$2' is not a whole number from $3 to $4"
}

# Puts the line of --host "$1" into LINE.
parse_host() {
    local name='' gpus=8 model=$DEFAULT_MODEL cpus='' memory='' region=$DEFAULT_REGION part key value
    local pool='' center='' labels='' topology='' ports='' shares='' disk=''
    local parts=()
    IFS=, read -ra parts <<<"$1"
    for part in "${parts[@]}"; do
        [[ $part == *=* ]] || usage_error "--host: '$part' is not key=value; $host_keys"
        key=${part%%=*} value=${part#*=}
        case $key in
            name) [[ $value =~ ^[A-Za-z0-9][A-Za-z0-9.-]{0,62}$ ]] || usage_error "--host: name '$value' is not 1 to 63 letters, digits, '.' and '-', the first a letter or digit"; name=$value ;;
            gpus) whole_number gpus "$value" 0 64; gpus=$((10#$value)) ;;
            model) [[ $value =~ ^[A-Za-z0-9][A-Za-z0-9\ ._-]{0,62}$ ]] || usage_error "--host: model '$value' is not the name of a GPU model, such as \"$DEFAULT_MODEL\""; model=$value ;;
            cpus) whole_number cpus "$value" 1 4096; cpus=$((10#$value)) ;;
            memory) whole_number memory "$value" 1 65536; memory=$((10#$value)) ;;
            region) [[ $value =~ ^[A-Za-z0-9][A-Za-z0-9-]{0,62}$ ]] || usage_error "--host: region '$value' is not 1 to 63 letters, digits and '-'"; region=$value ;;
            cpu-pool) whole_number cpu-pool "$value" 0 4096; pool=$((10#$value)) ;;
            data-center) [[ $value =~ ^[A-Za-z0-9.-]{1,63}$ ]] || usage_error "--host: data-center '$value' is not 1 to 63 letters, digits, '.' and '-'"; center=$value ;;
            label.*)
                [[ ${key#label.}=$value =~ ^[A-Za-z0-9._/-]{1,63}=[A-Za-z0-9._/-]{1,63}$ ]] || usage_error "--host: label '$part' is not label.KEY=VALUE, both of 1 to 63 letters, digits and '._/-'"
                labels+=${labels:+,}${key#label.}=$value ;;
            topology) [[ $value =~ ^(nvlink-pairs|switch|flat)$ ]] || usage_error "--host: topology '$value' is not nvlink-pairs, switch or flat"; topology=$value ;;
            ports) port_range "$value"; ports=$value ;;
            share.*)
                [[ ${key#share.} =~ ^[A-Za-z0-9._-]{1,63}$ ]] || usage_error "--host: share '${key#share.}' is not 1 to 63 letters, digits and '._-'"
                [[ $value =~ ^/[A-Za-z0-9._/@+=-]*$ ]] || usage_error "--host: share '$value' is not an absolute path of letters, digits and '._/@+=-'"
                shares+=${shares:+,}${key#share.}=$value ;;
            disk) whole_number disk "$value" 1 1000000; disk=$((10#$value)) ;;
            *) usage_error "--host: unknown key '$key' in '$part'; $host_keys" ;;
        esac
    done
    [[ -n $name ]] || usage_error "--host: '$1' names no host; $host_keys"
    LINE="$name|$gpus|$model|$cpus|$memory|$region|$pool|$center|$labels|$topology|$ports|$shares|$disk"
}

port_range() {
    if [[ $1 =~ ^([0-9]{1,5})-([0-9]{1,5})$ ]]; then
        local first=$((10#${BASH_REMATCH[1]})) last=$((10#${BASH_REMATCH[2]}))
        ((first >= 1024 && first <= last && last <= 65535)) && return
    fi
    usage_error "--host: ports '$1' is not a range such as 20000-20999, from 1024 to 65535"
}

# Puts the ports that the agent on line number $1 may publish into PORTS: agents of one machine never share one.
ports_of() {
    local fields
    IFS='|' read -ra fields <<<"${HOSTS[$1]}"
    PORTS=${fields[10]:-}
    [[ -n $PORTS ]] || PORTS=$((FIRST_PORT + SLICE * $1))-$((FIRST_PORT + SLICE * $1 + SLICE - 1))
}

refuse_shared_ports() {
    local number other first last
    for number in "${!HOSTS[@]}"; do
        ports_of "$number"
        first=${PORTS%-*} last=${PORTS#*-}
        ((last <= LAST_PORT)) || [[ ${HOSTS[number]} == *"|$PORTS|"* ]] || usage_error "no slice of ports is left for host '${HOSTS[number]%%|*}'; give it one with ports=FIRST-LAST"
        for ((other = 0; other < number; other++)); do
            ports_of "$other"
            ((first > ${PORTS#*-} || last < ${PORTS%-*})) || usage_error "--host: hosts '${HOSTS[other]%%|*}' and '${HOSTS[number]%%|*}' would share ports ($PORTS and $first-$last); give one of them others with ports=FIRST-LAST"
        done
    done
}

# Adds a line; a name that is known must mean the same host.
add_host() {
    local line
    for line in "${HOSTS[@]}"; do
        [[ ${line%%|*} == "${1%%|*}" ]] || continue
        [[ $line == "$1" ]] && return
        usage_error "--host: host '${1%%|*}' is in $DATA already with other values (name|gpus|model|cpus|memory|region|cpu-pool|data-center|labels|topology|ports|shares|disk: $line). Give it another name, or begin anew: ./berth down --purge"
    done
    HOSTS+=("$1")
}

load_hosts() {
    HOSTS=()
    [[ -f $DATA/hosts ]] && mapfile -t HOSTS <"$DATA/hosts"
    local number bars
    for number in "${!HOSTS[@]}"; do      # lines of an older version have fewer fields
        bars=${HOSTS[number]//[!|]/}
        while ((${#bars} < HOST_BARS)); do HOSTS[number]+='|' bars+='|'; done
    done
}

# choose_hosts COUNT SPEC…: the kept hosts, and what is asked for beside them.
choose_hosts() {
    local count=$1 spec
    shift
    load_hosts
    for spec in "$@"; do
        parse_host "$spec"
        add_host "$LINE"
    done
    ((${#HOSTS[@]} || count)) || count=1
    begin_hosts "$count"
    refuse_shared_ports
}

known_host() {
    local line
    for line in "${HOSTS[@]}"; do [[ ${line%%|*} == "$1" ]] && return; done
    return 1
}

# Adds those of host-1 to host-COUNT that are not there yet. Whose GPUs are real is decided here, once: a host that was
# begun as real is in DATA/hosts as such, and a driver that is lost later makes no simulated one of it.
begin_hosts() {
    local number model=$DEFAULT_MODEL
    if (($1)) && { known_real || real_gpus; }; then
        (($1 == 1)) || usage_error "--hosts $1: this machine has real GPUs, which one agent offers; add simulated hosts with --host \"name=…\""
        model=real
    fi
    for ((number = 1; number <= $1; number++)); do
        known_host "host-$number" && continue
        if [[ $model != real ]] && nvidia_library && nvidia_hardware; then
            usage_error "this machine has NVIDIA GPUs, but their driver is not loaded: load it (modprobe nvidia, or reboot after an upgrade), then run this again; or ask for simulated hosts with --host \"name=…\""
        fi
        HOSTS+=("host-$number|8|$model|||$DEFAULT_REGION|||||||")
    done
}

known_real() {
    local line model _
    for line in "${HOSTS[@]}"; do
        IFS='|' read -r _ _ model _ <<<"$line"
        [[ $model != real ]] || return 0
    done
    return 1
}
