# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# The Debian packages (12 and 13) that the project is built and tested with.
#
#   ensure_packages SET...     installs what is missing of the sets build, kernel, check, vm, test, bench
#   need_packages PACKAGE...   the same for single packages; "a|b" is satisfied by either, and installs a
#
# Source common.sh and progress.sh first.

KERNEL_SOURCE_PACKAGE=linux-source-6.12

declare -A package_sets=(
    [build]='default-jdk-headless|openjdk-17-jdk-headless|openjdk-21-jdk-headless maven clang llvm libbpf-dev libbpf1 gcc libc6-dev make git'
    [kernel]="$KERNEL_SOURCE_PACKAGE gcc libc6-dev make flex bison bc libelf-dev libssl-dev xz-utils rsync patch perl"
    [check]='sparse'
    [vm]='qemu-system-x86 busybox-static cpio e2fsprogs util-linux'
    [test]='shellcheck bpftool acl attr libcap2-bin procps jq perl git rsync btrfs-progs xfsprogs exfat-fuse exfatprogs ntfs-3g dosfstools sqlite3 stress-ng gcc libc6-dev make tar libfuse2|libfuse2t64 groff-base prometheus tmux bindfs mergerfs'
    [xfstests]='git gcc libc6-dev make autoconf automake libtool pkg-config gettext gawk bc perl uuid-dev xfslibs-dev libaio-dev libacl1-dev libattr1-dev libcap-dev libgdbm-dev liburing-dev acl attr quota keyutils fio libcap2-bin xfsprogs e2fsprogs util-linux procps psmisc'
    [bench]='bindfs mergerfs libfuse2|libfuse2t64 git perl gcc libc6-dev tar findutils'
)

# Packages that are wanted for their programs, not for the service that they would start.
idle_services=(prometheus)

ensure_packages() {
    local set packages=() words
    for set in "$@"; do
        read -ra words <<<"${package_sets[$set]:?no package set $set}"
        packages+=("${words[@]}")
    done
    need_packages "${packages[@]}"
}

package_installed() {
    [[ $(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null) == installed ]]
}

# Prints what has to be installed of the arguments, one a line.
missing_packages() {
    local wanted choice installed
    # Asked all at once: dpkg-query takes 10 ms a call. It fails when it does not know one of them.
    installed=$(dpkg-query -W -f=' ${db:Status-Status} ${Package} ' "${@%%|*}" 2>/dev/null) || true
    for wanted in "$@"; do
        [[ $installed == *" installed ${wanted%%|*} "* ]] && continue
        for choice in ${wanted//|/ }; do
            package_installed "$choice" && continue 2
        done
        printf '%s\n' "${wanted%%|*}"
    done
}

need_packages() {
    local missing as_root=() apt log
    if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
        die "cannot check for packages: this is not a Debian system; install the equivalents of: $*"
    fi
    missing=$(missing_packages "$@") || die "cannot ask dpkg-query what is installed; try: dpkg-query -W dpkg"
    [[ $missing ]] || return 0
    mapfile -t missing < <(sort -u <<<"$missing")

    if ((EUID)); then
        if ! command -v sudo >/dev/null; then
            die "packages are missing and only root can install them: apt-get install ${missing[*]}"
        fi
        as_root=(sudo)
        # A password is asked for here, not in the middle of a progress line.
        sudo -v || die "packages are missing and sudo refused: apt-get install ${missing[*]}"
    fi
    apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get -q -y -o DPkg::Lock::Timeout=600)
    mkdir -p "$REPO/build/logs"
    log=$REPO/build/logs/apt.log

    say "installing ${missing[*]}"
    if ! apt-cache show "${missing[@]}" >/dev/null 2>&1; then
        update_package_lists
    fi
    if ! install_packages; then
        # Lists older than the mirror name versions that are gone.
        update_package_lists
        install_packages || die "cannot install ${missing[*]}: $(apt_error "$log"); the log is $log"
    fi
}

# A source that does not answer need not be the one that has the packages: whether that is so, installing tells.
update_package_lists() {
    progress "package lists" "$log" '^(Get|Hit|Ign|Err):' 10 "${apt[@]}" update ||
        say "apt-get update: $(apt_error "$log")"
}

install_packages() {
    local service
    for service in "${idle_services[@]}"; do
        [[ " ${missing[*]} " == *" $service "* ]] && keep_idle "$service"
    done
    progress "${#missing[@]} packages" "$log" '^(Get:|Unpacking|Setting up)' $((${#missing[@]} * 12)) \
        "${apt[@]}" install --no-install-recommends "${missing[@]}"
}

# Now and at the next boot, wherever there is systemd; RUNLEVEL (see invoke-rc.d) is for where there is none.
keep_idle() {
    local unit=/etc/systemd/system/$1.service
    [[ -e $unit || -L $unit ]] && return
    say "the service $1 is not started: 'systemctl unmask $1' lets it"
    "${as_root[@]}" mkdir -p "${unit%/*}"
    "${as_root[@]}" ln -s /dev/null "$unit"
}

# The first error in apt's log, as half of a line.
apt_error() {
    local line
    line=$(grep -m1 '^E: ' "$1") || line=$(tail -n 1 "$1")
    printf '%s' "${line#E: }"
}
