# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# What the findings share. Each sources this first; it makes $work, a temporary folder that goes at the end with all that is
# mounted below it, and with its daemons, which end with their mounts.
#
#   about TEXT..., expected TEXT..., seen TEXT...   print what is tried and on which versions, a good guess, and what is so
#   tools PROGRAM:PACKAGE,...     installs Debian packages, of any version, whose programs are missing
#   debian SUITE PACKAGE=VERSION...   unpacks just these versions to $root, whose programs are then found first if the suite is
#                                 the machine's own
#   unpacked PROGRAM ARGUMENT...  runs one of them with the libraries that were unpacked
#   maven GROUP:ARTIFACT:VERSION...   copies just these jars, with what they need, and makes $jars a class path of them
#   root_only                     what is mounted takes root
#   daemon LOG COMMAND...         starts a file system's daemon that stays in the foreground
#   mounted FOLDER                waits until something is mounted there
#   unmounted FOLDER              unmounts it, and waits until it is
#   loop FILE                     makes $device a block device of it
#   holds                         says that it is as seen before: the last line of each finding
#   changed TEXT...               says what is not, with status 1
#   untried TEXT...               says why it cannot be told here, with status 2
set -euo pipefail

work=$(mktemp -d "${TMPDIR:-/tmp}/finding.XXXXXX")
root=$work/root jars=
log=$work/log device='' LIBRARIES=''
mkdir "$root"
. /etc/os-release

about() { printf 'what:     %s\nkernel:   %s\n' "$*" "$(uname -r)"; }
expected() { printf 'expected: %s\n' "$*"; }
seen() { printf 'seen:     %s\n' "$*"; }
holds() { echo 'The finding holds.'; }

changed() {
    printf 'The finding has changed: %s\n' "$*"
    exit 1
}

untried() {
    printf 'The finding cannot be tried: %s\n' "$*"
    exit 2
}

clean_up() {
    local status=$? mount daemons
    trap '' EXIT INT TERM HUP
    cd /
    PATH=/usr/sbin:/usr/bin:/sbin:/bin
    while read -r mount; do
        umount "$mount" 2>/dev/null || umount -l "$mount"
    done < <(awk -v below="$work/" 'index($2, below) == 1 { print $2 }' /proc/self/mounts | tac)
    mapfile -t daemons < <(jobs -p)
    ((${#daemons[@]} == 0)) || kill "${daemons[@]}" 2>/dev/null || true
    wait
    losetup -n -O NAME,BACK-FILE | awk -v below="$work/" 'index($2, below) == 1 { print $1 }' | xargs -r losetup -d
    rm -rf --one-file-system "$work"
    exit "$status"
}
trap clean_up EXIT
trap 'printf "The finding fails at line %s: %s\n" "$LINENO" "$BASH_COMMAND"' ERR
trap 'exit 130' INT
trap 'exit 143' TERM HUP

root_only() { ((EUID == 0)) || untried 'run it as root'; }

# apt COMMAND...: apt-get, with lists of its own where $work/apt.conf says so.
apt() {
    apt-get -q -o APT::Sandbox::User=root "$@" >>"$log" 2>&1
}

tools() {
    local pair packages missing=()
    for pair in "$@"; do
        IFS=, read -ra packages <<<"${pair#*:}"
        command -v "${pair%%:*}" >/dev/null || missing+=("${packages[@]}")
    done
    ((${#missing[@]} == 0)) && return
    root_only
    export DEBIAN_FRONTEND=noninteractive
    apt install -y --no-install-recommends "${missing[@]}" || { apt update && apt install -y --no-install-recommends "${missing[@]}"; } ||
        untried "apt-get does not install ${missing[*]}: $(tail -n 1 "$log")"
}

# Lists of another suite are read to $work, so that the machine's own stay as they are.
lists_of() {
    local suite=$1 site
    # shellcheck disable=SC2016
    site=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Label: Debian' | head -n 1)
    [[ $site ]] || untried "apt knows no archive of Debian's; try: apt-get update"
    mkdir -p "$work/lists/partial" "$work/cache/archives/partial"
    printf 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s %s main\n' "$site" "$suite" >"$work/sources.list"
    printf '%s "%s";\n' Dir::Etc::sourcelist "$work/sources.list" Dir::Etc::sourceparts - Dir::State::lists "$work/lists" \
        Dir::Cache "$work/cache" Acquire::Languages none >"$work/apt.conf"
    export APT_CONFIG=$work/apt.conf
    apt update || untried "apt-get cannot read the lists of $suite: $(tail -n 1 "$log")"
}

debian() {
    local suite=$1 package file
    shift
    mkdir -p "$work/debs"
    cd "$work/debs"
    [[ $suite == "${VERSION_CODENAME:-}" ]] || lists_of "$suite"
    apt download "$@" || { apt update && apt download "$@"; } || untried "apt-get does not download $*: $(tail -n 1 "$log")"
    for package in "$@"; do
        file=$(compgen -G "${package%%=*}_*.deb") || untried "nothing was downloaded for $package"
        [[ $(dpkg-deb -f "$file" Version) == "${package#*=}" ]] || untried "$file is not $package"
        dpkg-deb -x "$file" "$root"
    done
    cd "$work"
    LIBRARIES=$root/usr/lib/x86_64-linux-gnu:$root/lib/x86_64-linux-gnu
    # Programs of another suite may need its C library.
    [[ $suite != "${VERSION_CODENAME:-}" ]] || PATH=$root/usr/bin:$root/usr/sbin:$root/bin:$root/sbin:$PATH
}

# unpacked PROGRAM ARGUMENT...: one of $root, with the libraries there.
unpacked() {
    LD_LIBRARY_PATH=$LIBRARIES "$@"
}

maven() {
    local artifact group name version dependencies=
    tools mvn:maven java:openjdk-17-jdk-headless javac:openjdk-17-jdk-headless
    for artifact in "$@"; do
        IFS=: read -r group name version <<<"$artifact"
        dependencies+="<dependency><groupId>$group</groupId><artifactId>$name</artifactId><version>$version</version></dependency>"
    done
    printf '<project><modelVersion>4.0.0</modelVersion><groupId>finding</groupId><artifactId>finding</artifactId>
        <version>1</version><packaging>pom</packaging><dependencies>%s</dependencies></project>' "$dependencies" >"$work/pom.xml"
    mvn -q -B -f "$work/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies \
        -DoutputDirectory="$work/jars" -DincludeScope=runtime >>"$log" 2>&1 || untried "Maven does not get $*: $(grep -m 1 ERROR "$log")"
    for artifact in "$@"; do
        name=${artifact#*:}
        [[ -f $work/jars/${name/:/-}.jar ]] || untried "there is no ${name/:/-}.jar"
    done
    # shellcheck disable=SC2034
    jars="$work/jars/*"
}

daemon() {
    local output=$1
    shift
    LD_LIBRARY_PATH=$LIBRARIES "$@" >"$output" 2>&1 &
}

loop() {
    # shellcheck disable=SC2034
    device=$(losetup -f --show "$1" 2>>"$log") || untried "there is no loop device: $(tail -n 1 "$log")"
}

mounted() {
    local try
    for ((try = 0; try < 100; try++)); do
        mountpoint -q "$1" && return
        sleep 0.1
    done
    untried "nothing was mounted: $(tail -n 1 "$log")"
}

unmounted() {
    local try
    for ((try = 0; try < 50; try++)); do
        umount "$1" 2>>"$log" && return
        sleep 0.1
    done
    untried "cannot unmount: $(tail -n 1 "$log")"
}
