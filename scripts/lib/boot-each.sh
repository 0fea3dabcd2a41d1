# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# For scripts/build-kernel --boot-each-patch: does every prefix of the series boot, and is FUSE fine there? In the
# configurations of each-patch.sh; in that of m fuse.ko is loaded.
#
#   boot_each_patch FOLDER COMPILER CONFIG PATCH...   a tree for each configuration is built in FOLDER
#
# The trees are unpacked with unpack, the patches applied with apply_patches. Source each-patch.sh and common.sh first.

# boot_make TREE ARGUMENT...
boot_make() {
    local tree=$1
    shift
    make -C "$tree" "CC=$each_compiler" -j"$(nproc)" "$@"
}

configure_boot() {
    local tree=$1 configuration=$2
    each_fragment "$configuration" >"$tree/fragment"
    boot_make "$tree" tinyconfig
    (cd "$tree" && ./scripts/kconfig/merge_config.sh -m -O . .config fragment)
    boot_make "$tree" olddefconfig
}

# boot_prefix TREE CONFIGURATION LOG: the tree as it is now.
boot_prefix() {
    local tree=$1 configuration=$2 log=$3 kernel=$1.kernel targets=(bzImage)
    [[ $configuration != m ]] || targets+=(modules)
    if ! boot_make "$tree" "${targets[@]}" >"$log" 2>&1; then
        say "does not build: $(first_error "$log")"
        return 1
    fi
    rm -rf "$kernel"
    mkdir "$kernel"
    cp "$tree/arch/x86/boot/bzImage" "$kernel/"
    cp "$tree/.config" "$kernel/config"
    [[ $configuration != m ]] || cp "$tree/fs/fuse/fuse.ko" "$kernel/"
    if ! "$REPO/scripts/vm" --kernel "$kernel" --memory 1G --scratch 64M --timeout 120 -- "$REPO/scripts/lib/vm-boot.sh" "$configuration" >"$log" 2>&1; then
        sed 's/^/    | /' "$log" >&2
        return 1
    fi
}

boot_each_patch() {
    local folder=$1 configuration patch first=true status=0 start
    # shellcheck disable=SC2034
    each_compiler=$2 each_config=$3
    shift 3
    for configuration in "${EACH_CONFIGURATIONS[@]}"; do
        unpack "$folder/$configuration"
    done
    for patch; do
        for configuration in "${EACH_CONFIGURATIONS[@]}"; do
            start=$SECONDS
            apply_patches "$folder/$configuration" "$patch"
            # The option is there from the first patch on.
            if $first; then
                configure_boot "$folder/$configuration" "$configuration" >"$folder/log" 2>&1 ||
                    die "cannot configure $configuration: $(tail -n 1 "$folder/log")"
            fi
            if boot_prefix "$folder/$configuration" "$configuration" "$folder/log"; then
                say "ok: ${patch##*/}, configuration $configuration, in $(clock $((SECONDS - start)))"
            else
                say "FAILED: ${patch##*/}, configuration $configuration"
                status=1
            fi
        done
        first=false
    done
    return "$status"
}
