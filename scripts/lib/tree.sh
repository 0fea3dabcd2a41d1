# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
#   linux_tree    prints a folder that holds nothing but linux/, some 21,000 files of the Linux source that the kernel
#                 is built from, without its largest parts (drivers, arch, Documentation, sound). It is kept in CACHE.
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
