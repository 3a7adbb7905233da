# shellcheck shell=bash
# Volumes on this machine: the tools that agents make them with, and mounts that are left when no agent runs any more.

# Command, and the package of Debian and Ubuntu that brings it.
VOLUME_TOOLS=(mkfs.ext4:e2fsprogs e2fsck:e2fsprogs e2undo:e2fsprogs resize2fs:e2fsprogs losetup:mount mount:mount
    umount:mount fsfreeze:util-linux fstrim:util-linux tar:tar)

# Puts the missing ones into MISSING.
volume_tools_are_there() {
    local tool
    MISSING=()
    for tool in "${VOLUME_TOOLS[@]}"; do
        command -v "${tool%%:*}" >/dev/null || MISSING+=("${tool%%:*}")
    done
    ((${#MISSING[@]} == 0))
}

ensure_volume_tools() {
    local tool
    for tool in "${VOLUME_TOOLS[@]}"; do
        need "${tool%%:*}" "agents make volumes of pods with it" "${tool#*:}" || return
    done
}

# Puts the mount points below folder $1 into MOUNTS, the newest first. The kernel writes blanks in octal.
mounts_below() {
    local point _
    MOUNTS=()
    while read -r _ _ _ _ point _; do
        printf -v point '%b' "$point"
        [[ $point != "$1"/* ]] || MOUNTS=("$point" "${MOUNTS[@]}")
    done </proc/self/mountinfo
}

nothing_mounted_below() {
    local point
    mounts_below "$1"
    for point in "${MOUNTS[@]}"; do
        fsfreeze -u "$point" 2>/dev/null  # one that an agent froze could never be unmounted
        umount -- "$point"
    done
    mounts_below "$1"
    ((${#MOUNTS[@]} == 0))
}

# Unmounts what agents that no longer run have left below their own data folders, and nothing else.
unmount_volumes() {
    local folder
    for folder in "$DATA"/agent-*/; do
        [[ -d $folder ]] || continue
        folder=$(readlink -f -- "$folder") || return
        until_true 20 nothing_mounted_below "$folder" && continue
        problem "volumes are still mounted below $folder (${MOUNTS[0]}): somebody works in there; 'fuser -vm ${MOUNTS[0]}' says who. End that, then run this again; nothing was deleted."
        return
    done
}

# True when no mount lies below any of these; else a sentence says where. What is deleted is never deleted through one.
require_unmounted() {
    local folder
    for folder in "$@"; do
        [[ -e $folder ]] || continue
        mounts_below "$(readlink -f -- "$folder")"
        ((${#MOUNTS[@]} == 0)) || { problem "${MOUNTS[0]} is mounted below $folder, so nothing was deleted. Unmount it, then run this again."; return; }
    done
}

# True when no loop device is over any volume below DATA. A container has mounts of its own, which no table of this
# namespace shows; the device below them stays for as long as one of them does.
require_unused() {
    local folder disk
    local disks=()
    for folder in "$DATA"/agent-*/; do
        [[ -d $folder ]] || continue
        mapfile -d '' -t disks < <(find "$folder" -xdev -type f -name disk.img -print0)
        wait $! || return
        for disk in "${disks[@]}"; do
            until_true 20 is_unused "$disk" && continue
            problem "$disk is still in use ($LOOPS), by a process that is none of this cluster's containers, so nothing was deleted; 'grep -l ^${LOOPS%%[[:space:]]*} /proc/[0-9]*/mounts' says whose. End it, then run this again."
            return
        done
    done
}

is_unused() {
    LOOPS=$(losetup -n -O NAME -j "$1") || LOOPS="losetup -j fails"
    [[ -z $LOOPS ]]
}
