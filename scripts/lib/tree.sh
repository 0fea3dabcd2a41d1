# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
#   linux_tree    prints a folder that holds nothing but linux/, some 21,000 files of the Linux source that the kernel
#                 is built from, without its largest parts (drivers, arch, Documentation, sound). It is kept in CACHE.
#   linux_repository [PART]...    the same, of some parts or all, with linux/ as a git repository in which all of it is committed
#
# Source common.sh, packages.sh and progress.sh first.

LINUX_TREE_PARTS=(block crypto fs include init io_uring ipc kernel lib mm net scripts security tools virt)

linux_tree() {
    local archive=/usr/src/$KERNEL_SOURCE_PACKAGE.tar.xz folder version
    version=$(dpkg-query -W -f='${Version}' "$KERNEL_SOURCE_PACKAGE")
    folder=$CACHE/tree/$version-${#LINUX_TREE_PARTS[@]}
    if [[ ! -d $folder ]]; then
        mkdir -p "$folder.new/linux" "$REPO/build/logs"
        progress "Linux source" "$REPO/build/logs/tree.log" . 22500 \
            tar -xJvf "$archive" -C "$folder.new/linux" --strip-components=1 \
            "${LINUX_TREE_PARTS[@]/#/$KERNEL_SOURCE_PACKAGE/}" ||
            die "cannot unpack $archive to $folder.new: $(tail -n 1 "$REPO/build/logs/tree.log")"
        mv "$folder.new" "$folder"
    fi
    printf '%s\n' "$folder"
}

linux_repository() {
    local whole parts=("$@") part folder git
    whole=$(linux_tree)
    ((${#parts[@]})) || parts=("${LINUX_TREE_PARTS[@]}")
    folder=$CACHE/tree/${whole##*/}-git-$(printf '%s\n' "${parts[@]}" | sha256sum | cut -c 1-12)
    if [[ ! -d $folder ]]; then
        rm -rf "$folder.new"
        for part in "${parts[@]}"; do
            mkdir -p "$folder.new/linux/$(dirname "$part")"
            cp -r --preserve=timestamps "$whole/linux/$part" "$folder.new/linux/$part"
        done
        # Whatever this person's own configuration says.
        git=(env GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null git -C "$folder.new/linux"
            -c user.name=extfuse4j -c user.email=extfuse4j@localhost)
        if ! "${git[@]}" init -q 2>/dev/null || ! "${git[@]}" add -f . || ! "${git[@]}" commit -q -m tree ||
            ! "${git[@]}" repack -q -a -d; then
            die "cannot make a git repository of $folder.new"
        fi
        mv "$folder.new" "$folder"
    fi
    printf '%s\n' "$folder"
}
