# shellcheck shell=bash
# The image berth/debian:bookworm: Debian 12 with python3 and openssh-server, the base that pods for development
# start from. On top of debian:bookworm-slim where a registry answers, else made here by debootstrap.

IMAGE=berth/debian:bookworm
IMAGE_RECIPE=bookworm-1                   # in the image's label; a new recipe makes the image anew
IMAGE_PACKAGES=(python3 openssh-server ca-certificates)

image_is_there() {
    local label
    label=$(docker image inspect --format '{{index .Config.Labels "dev.berth.image"}}' "$IMAGE" 2>/dev/null) || return 1
    # An image of that name without our label was made by somebody else: theirs to change.
    [[ -z $label || $label == "$IMAGE_RECIPE" ]]
}

ensure_image() {
    image_is_there && return
    if timeout 180 docker pull -q debian:bookworm-slim && image_from_registry; then return; fi
    image_from_debootstrap
}

image_from_registry() {
    DOCKER_BUILDKIT=0 docker build -q -t "$IMAGE" - <<END
FROM debian:bookworm-slim
RUN apt-get update \\
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends ${IMAGE_PACKAGES[*]} \\
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin /etc/ssh/ssh_host_* \\
 && mkdir -p /run/sshd
LABEL dev.berth.image=$IMAGE_RECIPE
CMD ["bash"]
END
}

image_from_debootstrap() {
    local tree
    ((EUID == 0)) || { problem "no registry answers for debian:bookworm-slim, and only root can make the image $IMAGE here: sudo ./berth image"; return; }
    need debootstrap "no registry answers, so the image is made on this machine" debootstrap debian-archive-keyring || return
    # Not in /tmp: device nodes and programs are wanted, which a /tmp may refuse.
    tree=$(mktemp -d "$CACHE/image.XXXXXX") || return
    make_tree "$tree" && import_tree "$tree"
    local result=$?
    rm -rf --one-file-system "$tree"
    return "$result"
}

make_tree() {
    local IFS=, mirror proxy
    mirror=$(debian_mirror)
    proxy=$(apt-config shell p Acquire::http::Proxy 2>/dev/null)
    [[ $proxy == "p='"*"'" ]] && proxy=${proxy#p=\'} && export http_proxy="${http_proxy:-${proxy%\'}}"
    debootstrap --variant=minbase --include="${IMAGE_PACKAGES[*]}" bookworm "$1/root" "$mirror" \
        || problem "debootstrap could not fetch Debian from $mirror (see $STEP_LOG), and no registry answered either. With a network to either, run this again; or 'docker load' an image and tag it $IMAGE."
}

# The mirror this machine itself uses for bookworm, else Debian's own.
debian_mirror() {
    local site
    # shellcheck disable=SC2016 # $(SITE) is apt's own
    site=$(apt-get indextargets --format '$(SITE)' 'Codename: bookworm' 'Component: main' 'Created-By: Packages' 2>/dev/null | head -n 1)
    printf '%s' "${site:-http://deb.debian.org/debian}"
}

import_tree() {
    local root=$1/root
    # Keys and ids that every container would share, and what only weighs.
    rm -rf "$root"/etc/ssh/ssh_host_* "$root"/var/cache/apt/archives/*.deb "$root"/var/cache/apt/*.bin \
        "$root"/var/lib/apt/lists/* "$root"/var/log/*.log "$root"/usr/share/{doc,man,info,locale}/*
    : >"$root/etc/machine-id"
    mkdir -p "$root/run/sshd" "$root/var/lib/apt/lists/partial" "$root/var/cache/apt/archives/partial"
    printf 'deb http://deb.debian.org/debian%s main\n' ' bookworm' ' bookworm-updates' '-security bookworm-security' \
        >"$root/etc/apt/sources.list"
    tar -C "$root" --numeric-owner --one-file-system -c . \
        | docker import --change 'CMD ["bash"]' --change "LABEL dev.berth.image=$IMAGE_RECIPE" - "$IMAGE"
}
