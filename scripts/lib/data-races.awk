# SPDX-License-Identifier: Apache-2.0
#
# usage: awk -v wanted=ours|others -v known=FILE -f data-races.awk FUNCTIONS LOG
#
# Of the reports of KCSAN in a kernel's log, those with a function of the file FUNCTIONS in one of their stacks are ours, so are all if that
# is empty. Not ours are those whose two functions are a line of the file known; and who merely called a BPF program, further down in the
# stack, has no part in what BPF does for that. ours: prints the log with ours and without the others. others:
# prints what each of the others says first. A report ends with a line of "="; one that does not is ours.

BEGIN {
    while ((getline line <known) > 0)
        if (line !~ /^(#|$)/)
            knowns[line] = 1
}

function finish(whole) {
    if (pair in knowns)
        ours = 0
    if (wanted == "ours" && (ours || !whole))
        printf "%s", report
    if (wanted == "others" && whole && !ours)
        print title
    title = ""
}

FILENAME == ARGV[1] {
    functions[$1] = 1
    some = 1
    next
}

/BUG: KCSAN:/ {
    if (title)
        finish(0)
    title = $0
    sub(/.*BUG: KCSAN: /, "", title)
    report = $0 "\n"
    pair = title
    sub(/^data-race in /, "", pair)
    # What the compiler made of a function is called .constprop.0 and such.
    gsub(/\.[a-z0-9.]+/, "", pair)
    ours = !some
    next
}

title && /=======$/ {
    finish(1)
    next
}

# The next stack.
title && / by (task|interrupt)/ {
    called = 0
}

title {
    report = report "KCSAN: " $0 "\n"
    # A frame, as in " fuse_lookup+0x83/0x3b0".
    if (match($0, / [A-Za-z_][A-Za-z0-9_.]*\+0x[0-9a-f]+\//)) {
        name = substr($0, RSTART + 1, RLENGTH - 1)
        sub(/\+.*/, "", name)
        if (name ~ /^bpf_prog_/)
            called = 1
        if (name in functions && !called)
            ours = 1
    }
}

# In a report as well: another processor may say something meanwhile.
wanted == "ours"

END {
    if (title)
        finish(0)
}
