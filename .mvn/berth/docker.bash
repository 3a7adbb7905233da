# shellcheck shell=bash
# A Docker Engine that answers. One that is there is used as it is; where none is, root on Debian or Ubuntu gets
# docker.io, with live-restore, so that a restart of dockerd does not stop pods.

docker_answers() { timeout 10 docker version --format '{{.Server.Version}}' >/dev/null 2>&1; }

ensure_docker() {
    docker_answers && return
    if [[ -n ${DOCKER_HOST:-} ]]; then
        problem "no Docker Engine answers at DOCKER_HOST=$DOCKER_HOST. Start it there, or unset DOCKER_HOST to use this machine's."
        return
    fi
    if [[ -S /var/run/docker.sock && ! -w /var/run/docker.sock ]]; then
        problem "this user may not use /var/run/docker.sock. Run as root (sudo ./berth …)."
        return
    fi
    if ! command -v dockerd >/dev/null || ! command -v docker >/dev/null; then
        install_docker || return
        docker_answers && return
    fi
    ((EUID == 0)) || { problem "the Docker Engine does not answer and only root can start it: sudo systemctl start docker, then run this again."; return; }
    if [[ -d /run/systemd/system ]]; then
        systemctl enable --now docker || { problem "systemd could not start docker; 'journalctl -u docker' says why."; return; }
        until_true 60 docker_answers || problem "docker.service is started, but nothing answers on /var/run/docker.sock after 60 s; 'journalctl -u docker' says why."
    else
        start_dockerd
    fi
}

install_docker() {
    local packages=(docker.io iptables ca-certificates)
    if ! can_install; then
        problem "no Docker Engine on this machine. As root on Debian or Ubuntu './berth up' installs docker.io; elsewhere see https://docs.docker.com/engine/install, start it, then run this again."
        return
    fi
    refresh_packages || return
    apt_offers docker-cli && packages+=(docker-cli)
    apt_offers cgroupfs-mount && packages+=(cgroupfs-mount)
    if [[ ! -e /etc/docker/daemon.json ]]; then
        mkdir -p /etc/docker && printf '{"live-restore": true}\n' >/etc/docker/daemon.json || return
    fi
    install_packages "${packages[@]}"
}

# Without systemd (containers, small machines): dockerd of our own, detached, its log beside ours.
start_dockerd() {
    command -v iptables >/dev/null || need iptables "dockerd makes its network with it" iptables || return
    if [[ ! -e /sys/fs/cgroup/cgroup.controllers && ! -d /sys/fs/cgroup/devices ]] && command -v cgroupfs-mount >/dev/null; then
        cgroupfs-mount
    fi
    local flags=()
    grep -qs live-restore /etc/docker/daemon.json || flags+=(--live-restore)
    start_process dockerd dockerd "${flags[@]}" || return
    until_true 60 dockerd_settled
    docker_answers && return
    if grep -q iptables "$DATA/log/dockerd.log" && command -v iptables-legacy >/dev/null; then
        problem "dockerd does not start: $(grep -a iptables "$DATA/log/dockerd.log" | tail -n 1). Where the kernel has no nf_tables: update-alternatives --set iptables /usr/sbin/iptables-legacy, then run this again."
    else
        problem "dockerd does not start; the end of $DATA/log/dockerd.log: $(tail -n 3 "$DATA/log/dockerd.log")"
    fi
}

dockerd_settled() { docker_answers || ! is_running dockerd; }
