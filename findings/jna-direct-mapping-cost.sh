#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# net.java.dev.jna:jna 5.19.1 with OpenJDK 17. Direct mapping (Native.register) makes static native methods of a class those
# of a library, with no proxy and no array of arguments, so a good guess is that a call with one int takes about what it
# takes through JNI, where a line of C calls the same function. But the method's address is that of a closure of libffi,
# which has JNA's dispatcher look at the arguments and call the function by libffi once more, with errno saved for Java:
# several times as long, some 50 to 100 ns here. What was measured of a FUSE daemon: a system call by direct mapping takes
# some 1,800 instructions more than by JNI.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
maven net.java.dev.jna:jna:5.19.1
tools gcc:gcc,libc6-dev
about "jna 5.19.1, $(java -version 2>&1 | sed -n 2p), abs(3) by JNI, by direct mapping and by an interface"
expected "direct mapping takes less than 3 times as long as JNI"

cat >"$work/Abs.java" <<'EOF'
import com.sun.jna.Library;
import com.sun.jna.Native;
import java.util.function.IntUnaryOperator;

public final class Abs {
    static native int byJni(int x);

    static final class Direct {
        static {
            Native.register(Direct.class, "c");
        }

        static native int abs(int x);
    }

    interface Proxy extends Library {
        int abs(int x);
    }

    /** Tenths of a nanosecond for a call, of the best of nine rounds. */
    static long tenths(IntUnaryOperator call, int calls) {
        long best = Long.MAX_VALUE;
        int sum = 0;
        for (int round = 0; round < 9; round++) {
            long start = System.nanoTime();
            for (int i = 0; i < calls; i++) {
                sum += call.applyAsInt(-i);
            }
            best = Math.min(best, System.nanoTime() - start);
        }
        if (sum == 0) {
            System.err.println("nothing was called");
        }
        return best * 10 / calls;
    }

    public static void main(String[] arguments) {
        System.load(arguments[0]);
        Proxy proxy = Native.load("c", Proxy.class);
        System.out.println(tenths(Abs::byJni, 2_000_000) + " " + tenths(Direct::abs, 1_000_000) + " " + tenths(proxy::abs, 300_000));
    }
}
EOF
cat >"$work/abs.c" <<'EOF'
#include <jni.h>
#include <stdlib.h>

JNIEXPORT jint JNICALL Java_Abs_byJni(JNIEnv *env, jclass class, jint x)
{
	return abs(x);
}
EOF
cd "$work"
javac -cp "$jars" Abs.java
java_home=$(dirname "$(dirname "$(readlink -f "$(command -v javac)")")")
gcc -O2 -shared -fPIC -I"$java_home/include" -I"$java_home/include/linux" abs.c -o libabs.so
read -r jni direct proxy <<<"$(java -Djna.tmpdir="$work" -cp "$jars:$work" Abs "$work/libabs.so")"
seen "$((jni / 10)).$((jni % 10)) ns by JNI, $((direct / 10)).$((direct % 10)) ns by direct mapping," \
    "$((proxy / 10)).$((proxy % 10)) ns by an interface"
((direct >= 3 * jni)) || changed 'direct mapping takes less than 3 times as long as JNI'
((proxy > direct)) || changed 'an interface takes no longer than direct mapping'
holds
