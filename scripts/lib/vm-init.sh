#!/bin/busybox sh
# shellcheck shell=dash
# SPDX-License-Identifier: Apache-2.0
#
# /init of the VM's initramfs, under busybox. The guest's root is a tmpfs on which every top-level folder of the host is a
# read-only bind mount of the 9p share, save those that programs write to. What scripts/vm put into /vm moves to /run/vm,
# and vm-main.sh takes over as process 1.
set -e
/bin/busybox --install -s /bin
export PATH=/bin
# shellcheck source=/dev/null
. /vm/parameters

# Everything below writes to the kernel log when it fails; scripts/vm shows it.
mount -t devtmpfs dev /dev
exec </dev/null >/dev/kmsg 2>&1
trap 'echo "vm: the guest cannot be set up (see above)"; reboot -f' EXIT

mkdir -p /proc /new
mount -t proc proc /proc
[ ! -e /vm/fuse.ko ] || insmod /vm/fuse.ko
mount -t tmpfs -o mode=755 root /new
cd /new
mkdir -p proc sys dev tmp run mnt scratch
chmod 1777 tmp
mount -t tmpfs -o mode=755 run run
mkdir -p run/home run/lock run/vm/host
mv /vm/* run/vm/
cp /bin/busybox run/vm/

# The host cannot change under a command that runs for minutes: its names and pages may be cached for good.
host=run/vm/host
mount -t 9p -o ro,trans=virtio,version=9p2000.L,msize=512000,cache=loose root "$host"
for entry in "$host"/* "$host"/.[!.]*; do
    name=${entry##*/}
    if [ -L "$entry" ]; then
        cp -d "$entry" "$name"
    elif [ -d "$entry" ] && [ ! -e "$name" ]; then
        mkdir "$name"
        mount --bind "$entry" "$name"
    fi
done
mount -t tmpfs -o mode=1777 tmp tmp
[ ! -d var/tmp ] || mount -t tmpfs -o mode=1777 tmp var/tmp

# What the caller needs and one of the mounts above hides.
keep_visible() {
    if [ -d "$host$1" ] && [ ! -d "/new$1" ]; then
        mkdir -p "/new$1"
        mount --bind "$host$1" "/new$1"
    fi
}
# shellcheck disable=SC2154
for folder in "$repo" "$cache" "$cwd"; do
    keep_visible "$folder"
done
mount -t 9p -o trans=virtio,version=9p2000.L,msize=512000,cache=mmap build "/new$repo/build"

mount -t ext4 -o noinit_itable /dev/vda scratch
mount --move /dev dev
mount --move /proc proc
mkdir -p dev/pts dev/shm
mount -t devpts -o mode=620,gid=5,ptmxmode=666 devpts dev/pts
mount -t tmpfs -o mode=1777 shm dev/shm
ln -sf pts/ptmx dev/ptmx
ln -sf /proc/self/fd dev/fd
ln -sf /proc/self/fd/0 dev/stdin
ln -sf /proc/self/fd/1 dev/stdout
ln -sf /proc/self/fd/2 dev/stderr
chmod 666 dev/fuse
mount -t sysfs sys sys
mount -t debugfs debug sys/kernel/debug
mount -t tracefs trace sys/kernel/tracing
mount -t bpf -o mode=700 bpf sys/fs/bpf
mount -t fusectl fusectl sys/fs/fuse/connections
mount -t cgroup2 cgroup sys/fs/cgroup
ip link set lo up

# A host name that resolves: a JVM that logs looks its own up.
hostname extfuse-vm
{
    cat etc/hosts
    echo '127.0.0.1 extfuse-vm'
} >run/vm/hosts
mount --bind run/vm/hosts etc/hosts

exec switch_root /new /run/vm/busybox sh /run/vm/vm-main.sh
