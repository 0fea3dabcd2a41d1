#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# info.picocli:picocli 4.7.7. An argument that begins with @ names a file of further arguments. "--" ends the options, and a
# good guess is that it ends this too, so that a tool which puts "--" before a list of names may be given any name. But
# @-files are expanded before anything is parsed: behind "--" the name is still replaced by what is in the file, if there is
# one of that name, and stays a name if there is none. In the file, quotes and lines that begin with # are taken out, too.
# "@@name" is the name.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
maven info.picocli:picocli:4.7.7
about "picocli 4.7.7, positional parameters behind '--'"
expected "behind '--', @notes is the name @notes, whether there is a file 'notes' or not"

cat >"$work/Names.java" <<'EOF'
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "names")
public final class Names implements Runnable {
    @Parameters(arity = "0..*")
    List<String> names;

    @Override
    public void run() {
        System.out.println(names);
    }

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Names()).execute(arguments));
    }
}
EOF
cd "$work"
javac -proc:none -cp "$jars" Names.java
names() { java -cp "$jars:$work" Names "$@"; }

without=$(names -- @notes)
printf 'milk\n# not bought\neggs "brown bread"\n' >notes
with=$(names -- @notes)
twice=$(names -- @@notes)
seen "names -- @notes without such a file: $without; with one: $with; names -- @@notes: $twice"
[[ $without == '[@notes]' ]] || changed 'a name without a file is not itself any more'
[[ $with == '[milk, eggs, brown bread]' ]] || changed "a file of that name is not read behind '--'"
[[ $twice == '[@notes]' ]] || changed '@@ does not stand for @ any more'
holds
