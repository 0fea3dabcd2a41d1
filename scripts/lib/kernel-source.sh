# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# For scripts/build-kernel and scripts/kernel-tree: a kernel series, and the source of Debian's that it is for.
#
#   FIRST_SERIES          6.12: others have only what differs from it
#   use_series VERSION    6.12, or another that kernel-patch has a folder for. Sets SERIES (that folder), SOURCE (its name for a
#                         person), SOURCE_VERSION and TARBALL. The source is that of the installed package; where this Debian
#                         has none, as of 7.2, it is brought to the cache from Debian's backports, without a change to
#                         what is installed or to the sources that apt has.
#   unpack_source FOLDER  the source, after use_series
#
# Source common.sh, progress.sh and packages.sh first.

# shellcheck disable=SC2034
FIRST_SERIES=6.12
BACKPORTS=trixie-backports

# shellcheck disable=SC2034
use_series() {
    local version=$1
    SERIES=$REPO/kernel-patch/linux-$version
    SOURCE=linux-source-$version
    [[ $version =~ ^[0-9]+\.[0-9]+$ && -d $SERIES ]] ||
        die "there is no series for Linux $version: kernel-patch has $(cd "$REPO/kernel-patch" && printf '%s ' linux-*)"
    TARBALL=/usr/src/$SOURCE.tar.xz
    if [[ $SOURCE == "$KERNEL_SOURCE_PACKAGE" ]]; then
        [[ -e $TARBALL ]] || ensure_packages kernel
    fi
    if [[ -e $TARBALL ]]; then
        SOURCE_VERSION=$(dpkg-query -W -f='${Version}' "$SOURCE")
        return
    fi
    mkdir -p "$CACHE/source"
    TARBALL=$(newest_source)
    if [[ -z $TARBALL ]]; then
        fetch_source
        TARBALL=$(newest_source)
    fi
    SOURCE_VERSION=${TARBALL##*_}
    SOURCE_VERSION=${SOURCE_VERSION%.tar.xz}
}

unpack_source() {
    tar -xJf "$TARBALL" -C "$1" --strip-components=1 ||
        die "cannot unpack $TARBALL: reinstall $SOURCE, or remove that file of the cache"
}

newest_source() {
    find "$CACHE/source" -name "${SOURCE}_*.tar.xz" | sort -V | tail -n 1
}

# Downloads the package as apt does, signatures checked, with lists of its own.
fetch_source() {
    local work log=$CACHE/source/$SOURCE.log mirror package version
    work=$(mktemp -d "$CACHE/source/.apt.XXXXXX")
    on_exit "rm -rf '$work'"
    # shellcheck disable=SC2016
    mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Label: Debian' | head -n 1)
    mkdir -p "$work/lists/partial" "$work/archives/partial"
    printf 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s %s main\n' \
        "${mirror:-http://deb.debian.org/debian}" "$BACKPORTS" >"$work/sources.list"
    printf '%s "%s";\n' Dir::Etc::sourcelist "$work/sources.list" Dir::Etc::sourceparts - \
        Dir::State::lists "$work/lists" Dir::Cache "$work" Acquire::Languages none >"$work/apt.conf"
    # As root, apt would want a user of its own to be able to write there.
    printf 'APT::Sandbox::User "root";\n' >>"$work/apt.conf"
    say "bringing $SOURCE from $BACKPORTS to the cache"
    (
        export APT_CONFIG=$work/apt.conf
        cd "$work"
        apt-get -q update && progress "$SOURCE" "$work/log" '^(Get|Fetched)' 2 apt-get -q download "$SOURCE"
    ) >"$log" 2>&1 || die "cannot get $SOURCE from $BACKPORTS: $(grep -m 1 '^E: ' "$log" "$work/log" || tail -n 1 "$log"); the log is $log"
    package=$(echo "$work"/*.deb)
    version=$(dpkg-deb -f "$package" Version)
    dpkg-deb --fsys-tarfile "$package" | tar -xO "./usr/src/$SOURCE.tar.xz" >"$work/source"
    mv "$work/source" "$CACHE/source/${SOURCE}_$version.tar.xz"
}
