# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# For scripts/build-kernel --each-patch: does every prefix of the series compile, without a warning that the kernel's
# source does not have? Of fs/fuse, kernel/bpf and what else includes what the series changes, with make's W=1 and sparse, in
# three configurations:
#
#   y    FUSE_FS=y, EXTFUSE=y
#   n    FUSE_FS=y, EXTFUSE=n
#   m    FUSE_FS=m, which leaves no EXTFUSE
#
#   build_each_patch FOLDER COMPILER CONFIG PATCH...   the source is unpacked to FOLDER, and what is built is beside it
#
# The source is unpacked with unpack, the patches applied with apply_patches. Source common.sh first.

EACH_CONFIGURATIONS=(y n m)
EACH_OBJECTS=(fs/fuse/ kernel/bpf/)
# kernel/bpf is the same for y and for m, and most of the time goes there.
declare -A each_objects=([y]="${EACH_OBJECTS[*]}" [n]="${EACH_OBJECTS[*]}" [m]=fs/fuse/)

each_make() {
    local configuration=$1
    shift
    make -C "$each_tree" O="$each_tree.$configuration" "CC=$each_compiler" -j"$(nproc)" "$@"
}

# each_fragment CONFIGURATION: what merge_config.sh gets.
each_fragment() {
    cat "$each_config"
    # What is else in fs/fuse.
    printf 'CONFIG_%s=y\n' FUSE_DAX CUSE DAX FS_DAX
    case $1 in
        y) ;;
        n) printf '# CONFIG_EXTFUSE is not set\n' ;;
        m) printf 'CONFIG_MODULES=y\nCONFIG_FUSE_FS=m\nCONFIG_VIRTIO_FS=m\nCONFIG_CUSE=m\n# CONFIG_EXTFUSE is not set\n' ;;
    esac
    [[ $1 == m ]] || printf 'CONFIG_VIRTIO_FS=y\n'
}

configure_each() {
    local configuration=$1 out=$each_tree.$1
    mkdir -p "$out"
    each_fragment "$configuration" >"$out/fragment"
    each_make "$configuration" tinyconfig
    (cd "$each_tree" && ./scripts/kconfig/merge_config.sh -m -O "$out" "$out/.config" "$out/fragment")
    each_make "$configuration" olddefconfig
    each_make "$configuration" prepare
}

# Warnings without the numbers of lines, which every patch moves.
warnings_of() {
    sed -nE 's,^(\.\./|[^ ]*/)?((fs|kernel|include|net)/[^: ]+):[0-9]+(:[0-9]+)?: ((warning|error):.*),\2: \5,p' "$1" | sort -u
}

# A symbol that is used and is nowhere would be found by the linker only, and that of the whole kernel takes minutes.
check_symbols() {
    local configuration=$1 out=$each_tree.$1 objects missing
    mapfile -t objects < <(find "${EACH_OBJECTS[@]/#/$out/}" -name '*.o' ! -name '.*' ! -name '*.mod.o' ! -name built-in.a 2>/dev/null)
    missing=$(comm -23 \
        <(nm -u "${objects[@]}" | awk 'NF == 2 && /extfuse/ { print $2 }' | sort -u) \
        <(nm --defined-only "${objects[@]}" | awk 'NF == 3 { print $3 }' | sort -u))
    if [[ $missing ]]; then
        say "undefined in configuration $configuration: $missing"
        return 1
    fi
    [[ $configuration == m ]] || return 0
    # virtiofs.ko may use of fuse.ko what that exports.
    missing=$(comm -23 \
        <(comm -12 <(nm -u "$out/fs/fuse/virtio_fs.o" | awk '{ print $2 }' | sort) \
            <(nm --defined-only "$out/fs/fuse/fuse.o" | awk '{ print $3 }' | sort -u)) \
        <(nm "$out/fs/fuse/fuse.o" | sed -n 's/.* __export_symbol_//p' | sort -u))
    if [[ $missing ]]; then
        say "virtio_fs.c uses what fuse.ko does not export: $missing"
        return 1
    fi
}

# build_prefix N NAME: what has changed since the last prefix, in all configurations.
build_prefix() {
    local number=$1 name=$2 configuration log objects status=0
    for configuration in "${EACH_CONFIGURATIONS[@]}"; do
        log=$each_tree.$configuration/patch-$number.log
        read -ra objects <<<"${each_objects[$configuration]}"
        if ! each_make "$configuration" -k W=1 C=1 CHECK=sparse "${objects[@]}" >"$log" 2>&1; then
            say "$name, configuration $configuration: does not compile: $(grep -m 1 -E 'error:|\*\*\*' "$log")"
            status=1
        fi
        if ((number == 0)); then
            warnings_of "$log" >"$each_tree.$configuration/base"
            say "configuration $configuration: $(wc -l <"$each_tree.$configuration/base") warnings without the series"
        elif warnings_of "$log" | comm -13 "$each_tree.$configuration/base" - | grep .; then
            say "$name, configuration $configuration: adds the warnings above"
            status=1
        fi
        check_symbols "$configuration" || status=1
    done
    return "$status"
}

build_each_patch() {
    local patch number=0 configuration status=0
    each_tree=$1/source each_compiler=$2 each_config=$3
    shift 3
    unpack "$each_tree"
    for configuration in "${EACH_CONFIGURATIONS[@]}"; do
        configure_each "$configuration" >"$each_tree.$configuration.log" 2>&1 ||
            die "cannot configure $configuration: $(tail -n 1 "$each_tree.$configuration.log")"
    done
    build_prefix 0 "the source" || die "the kernel's source does not compile without the series; is its configuration right?"
    for patch; do
        number=$((number + 1))
        apply_patches "$each_tree" "$patch"
        if ((number == 1)); then
            for configuration in "${EACH_CONFIGURATIONS[@]}"; do
                # The option is there from now on.
                [[ $configuration != y ]] || echo CONFIG_EXTFUSE=y >>"$each_tree.y/.config"
                each_make "$configuration" olddefconfig >/dev/null
            done
            grep -qx CONFIG_EXTFUSE=y "$each_tree.y/.config" || die "EXTFUSE=y does not survive Kconfig"
        fi
        if build_prefix "$number" "${patch##*/}"; then
            say "ok: ${patch##*/}"
        else
            status=1
        fi
    done
    return "$status"
}
