#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# com.github.serceman:jnr-fuse 0.5.8 with libfuse 2.9.9. Java's FuseFileInfo stands for C's struct fuse_file_info, and has
# fields direct_io, keep_cache, flush, nonseekable and flock_release, of jnr-ffi's type Padding, which has an offset and no
# setter. A good guess is that a 1 at the offset of direct_io, written in open(), is direct I/O. But these fields are a byte
# each in Java, where C has a bit each, and C's writepage, which is in front of them, is missing. The whole is as long in
# both, so "fh" behind them is right. Java's direct_io is the first byte of writepage; all bits of C are in the byte of
# Java's flock_release, the lowest of which is direct_io.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
tools gcc:gcc,libc6-dev
maven com.github.serceman:jnr-fuse:0.5.8
debian bookworm libfuse-dev=2.9.9-6+b1
about "jnr-fuse 0.5.8 and the header of libfuse 2.9.9: at which byte fields of fuse_file_info are"
expected "each at the same byte in both"

cd "$work"
cat >Offsets.java <<'EOF'
import java.lang.reflect.Method;
import jnr.ffi.Memory;
import jnr.ffi.Runtime;
import jnr.ffi.Struct;
import ru.serce.jnrfuse.struct.FuseFileInfo;

public final class Offsets {
    public static void main(String[] names) throws ReflectiveOperationException {
        FuseFileInfo info = FuseFileInfo.of(Memory.allocateDirect(Runtime.getSystemRuntime(), 64));
        for (String name : names) {
            Object field = FuseFileInfo.class.getField(name).get(info);
            Method offset = field.getClass().getMethod("offset");
            offset.setAccessible(true);
            System.out.print(name + " " + offset.invoke(field) + " ");
        }
        System.out.println("size " + Struct.size(info));
    }
}
EOF
cat >offsets.c <<'EOF'
#define FUSE_USE_VERSION 29
#include <fuse.h>
#include <stdio.h>
#include <string.h>

#define SHOW(field) do { \
	struct fuse_file_info info; \
	size_t i = 0; \
	memset(&info, 0, sizeof(info)); \
	info.field = 1; \
	while (!((unsigned char *)&info)[i]) \
		i++; \
	printf(#field " %zu ", i); \
} while (0)

int main(void)
{
	SHOW(flags);
	SHOW(direct_io);
	SHOW(keep_cache);
	SHOW(nonseekable);
	SHOW(flock_release);
	SHOW(fh);
	SHOW(lock_owner);
	printf("size %zu\n", sizeof(struct fuse_file_info));
	return 0;
}
EOF
gcc -D_FILE_OFFSET_BITS=64 -I"$root/usr/include/fuse" offsets.c -o offsets
javac -cp "$jars" Offsets.java
in_c=$(./offsets)
in_java=$(java -cp "$jars:$work" Offsets flags direct_io keep_cache nonseekable flock_release fh lock_owner)
seen "in Java: $in_java"
seen "in C:    $in_c"
[[ $in_c == 'flags 0 direct_io 20 keep_cache 20 nonseekable 20 flock_release 20 fh 24 lock_owner 32 size 40' ]] || changed 'in C'
[[ $in_java == 'flags 0 direct_io 16 keep_cache 17 nonseekable 19 flock_release 20 fh 24 lock_owner 32 size 40' ]] || changed 'in Java'
holds
