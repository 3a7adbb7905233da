# shellcheck shell=bash
# The hosts of a local cluster: what --hosts and --host ask for, kept in DATA/hosts, one line each:
# name|gpus|model|cpus|memory|region|cpu-pool|data-center|labels|topology. Empty: what the machine has, or none.
# Model "real": what NVML shows. Labels as key=value,key=value.

HOSTS=()                                  # lines, in the order in which they were first named
DEFAULT_MODEL="RTX 4090"
DEFAULT_REGION=us-east

real_gpus() {
    [[ -e /proc/driver/nvidia/version ]] || command -v nvidia-smi >/dev/null || { ldconfig -p 2>/dev/null | grep -q libnvidia-ml.so.1; }
}

host_keys="keys are name, gpus (0: CPUs alone), model, cpus, memory (GB), region, cpu-pool, data-center, label.KEY and topology, as in \"name=A,gpus=8,model=RTX 5090,cpus=128,memory=720,region=us-east,label.fabric=ib-1\""

# whole_number KEY VALUE LEAST MOST
whole_number() {
    if [[ $2 =~ ^[0-9]{1,9}$ ]] && ((10#$2 >= $3 && 10#$2 <= $4)); then return; fi
    usage_error "--host: $1 '$2' is not a whole number from $3 to $4"
}

# Puts the line of --host "$1" into LINE.
parse_host() {
    local name='' gpus=8 model=$DEFAULT_MODEL cpus='' memory='' region=$DEFAULT_REGION part key value
    local pool='' center='' labels='' topology=''
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
            *) usage_error "--host: unknown key '$key' in '$part'; $host_keys" ;;
        esac
    done
    [[ -n $name ]] || usage_error "--host: '$1' names no host; $host_keys"
    LINE="$name|$gpus|$model|$cpus|$memory|$region|$pool|$center|$labels|$topology"
}

# Adds a line; a name that is known must mean the same host.
add_host() {
    local line
    for line in "${HOSTS[@]}"; do
        [[ ${line%%|*} == "${1%%|*}" ]] || continue
        [[ $line == "$1" ]] && return
        usage_error "--host: host '${1%%|*}' is in $DATA already with other values (name|gpus|model|cpus|memory|region|cpu-pool|data-center|labels|topology: $line). Give it another name, or begin anew: ./berth down --purge"
    done
    HOSTS+=("$1")
}

load_hosts() {
    HOSTS=()
    [[ -f $DATA/hosts ]] && mapfile -t HOSTS <"$DATA/hosts"
    local number bars
    for number in "${!HOSTS[@]}"; do      # lines of an older version have fewer fields
        bars=${HOSTS[number]//[!|]/}
        while ((${#bars} < 9)); do HOSTS[number]+='|' bars+='|'; done
    done
}

# choose_hosts COUNT SPEC…: the kept hosts, and what is asked for beside them.
choose_hosts() {
    local count=$1 spec number model=$DEFAULT_MODEL
    shift
    load_hosts
    for spec in "$@"; do
        parse_host "$spec"
        add_host "$LINE"
    done
    ((${#HOSTS[@]} || count)) || count=1
    if real_gpus && ((count)); then
        ((count == 1)) || usage_error "--hosts $count: this machine has real GPUs, which one agent offers; add simulated hosts with --host \"name=…\""
        model=real
    fi
    for ((number = 1; number <= count; number++)); do
        known_host "host-$number" || HOSTS+=("host-$number|8|$model|||$DEFAULT_REGION||||")
    done
}

known_host() {
    local line
    for line in "${HOSTS[@]}"; do [[ ${line%%|*} == "$1" ]] && return; done
    return 1
}
