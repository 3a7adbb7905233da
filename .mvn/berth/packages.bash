# shellcheck shell=bash
# Debian and Ubuntu packages, for what a step found missing. Nothing is installed unless root runs the script on a
# machine with apt; elsewhere the step says what to install.

APT=(apt-get -y -q -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300)
APT_FRESH=                                # package lists were read in this run

can_install() { ((EUID == 0)) && command -v apt-get >/dev/null; }

refresh_packages() {
    [[ -n $APT_FRESH ]] && return
    DEBIAN_FRONTEND=noninteractive "${APT[@]}" update || return
    APT_FRESH=yes
}

# Whether apt has a candidate for package $1.
apt_offers() { [[ $(apt-cache policy "$1" 2>/dev/null) == *Candidate:\ [0-9]* ]]; }

install_packages() {
    refresh_packages || { problem "apt-get update failed; see $STEP_LOG. Mend the package sources, or install by hand: $*"; return; }
    DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=l "${APT[@]}" install --no-install-recommends "$@" \
        || problem "apt-get could not install $*; see $STEP_LOG. Install by hand, then run this again."
}

# need COMMAND PURPOSE PACKAGE…: makes sure that the command is there.
need() {
    local command=$1 purpose=$2
    shift 2
    command -v "$command" >/dev/null && return
    if can_install; then
        install_packages "$@"
    else
        problem "'$command' is missing; $purpose. As root on Debian or Ubuntu: apt-get install $* (else the package of your system that has it), then run this again."
    fi
}
