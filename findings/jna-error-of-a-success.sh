#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# net.java.dev.jna:jna 5.19.1 with glibc 2.36. A method that is declared with "throws LastErrorException" is said to throw
# when the call fails; a good guess is that failing is what the function says by what it returns. But JNA knows nothing of
# that: it sets errno to 0 before the call and throws if it is anything else afterwards, whatever was returned. Functions of
# the C library may leave errno changed when they succeed. realpath(3) does for each path with a part that is no symbolic
# link, as it tries readlink(2) first: the call has filled the buffer, and Java gets "[22] Invalid argument". Of "/", which
# has no parts, it does not.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
maven net.java.dev.jna:jna:5.19.1
about "jna 5.19.1, $(getconf GNU_LIBC_VERSION), realpath() declared with 'throws LastErrorException'"
expected "it throws where realpath(3) returns NULL, and only there"

cat >"$work/Real.java" <<'EOF'
import com.sun.jna.LastErrorException;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Pointer;

public final class Real {
    interface Throwing extends Library {
        Pointer realpath(String path, byte[] resolved) throws LastErrorException;
    }

    interface Plain extends Library {
        Pointer realpath(String path, byte[] resolved);
    }

    public static void main(String[] arguments) {
        Throwing throwing = Native.load("c", Throwing.class);
        Plain plain = Native.load("c", Plain.class);
        for (String path : arguments) {
            byte[] resolved = new byte[4096];
            String returned = plain.realpath(path, resolved) == null ? "NULL" : Native.toString(resolved);
            String outcome;
            resolved = new byte[4096];
            try {
                throwing.realpath(path, resolved);
                outcome = "returns";
            } catch (LastErrorException e) {
                outcome = "throws " + e.getErrorCode();
            }
            System.out.println(path + ": without, returns " + returned + "; with, " + outcome + ", buffer '" + Native.toString(resolved) + "'");
        }
    }
}
EOF
cd "$work"
mkdir "$work/folder"
javac -cp "$jars" Real.java
results=$(java -Djna.tmpdir="$work" -cp "$jars:$work" Real / "$work/./folder" "$work/nothing")
results=${results//$work/DIR}
while read -r line; do
    seen "$line"
done <<<"$results"
grep -qxF "/: without, returns /; with, returns, buffer '/'" <<<"$results" || changed 'realpath("/")'
grep -qxF "DIR/./folder: without, returns DIR/folder; with, throws 22, buffer 'DIR/folder'" <<<"$results" ||
    changed 'a call that succeeds does not throw any more'
grep -q '^DIR/nothing: without, returns NULL; with, throws 2,' <<<"$results" || changed 'a call that fails does not throw'
holds
