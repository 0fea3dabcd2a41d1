#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# fuse-overlayfs 1.10. A lower folder holds four files, among them "notes" and ".wh.notes" (of somebody who keeps
# abbreviations: the name is as good as any). Overlayfs of the kernel shows all four. fuse-overlayfs reads the prefix .wh.
# as that of a whiteout of container images, in every layer and whatever the file holds: ".wh.notes" is not shown, and with
# it "notes" is gone, although both are in the same layer, where such a whiteout has nothing to say of what lies beside it
# (it is about the layers below). ".wh.lonely" is gone without a word. To make a file of that kind of name is refused with
# EINVAL.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
root_only
debian bookworm fuse-overlayfs=1.10-1 libfuse3-3=3.14.0-4
about "fuse-overlayfs 1.10, a lower folder with notes, .wh.notes, .wh.lonely and plain"
expected "all four names, as overlayfs of the kernel shows them"

cd "$work"
mkdir space
mount -t tmpfs none space
cd space
mkdir lower upper work mount upper-2 work-2 mount-2
for name in notes .wh.notes .wh.lonely plain; do
    echo "$name" >"lower/$name"
done
daemon "$log" fuse-overlayfs -f -o lowerdir=lower,upperdir=upper,workdir=work mount
mounted mount
mount -t overlay overlay -o lowerdir=lower,upperdir=upper-2,workdir=work-2 mount-2 2>>"$log" || untried "no overlayfs: $(tail -n 1 "$log")"
names() { find "$1" -mindepth 1 -maxdepth 1 -printf '%f\n' | LC_ALL=C sort | tr '\n' ' '; }
here=$(names mount)
kernel=$(names mount-2)
created=no
echo new 2>>"$log" >mount/.wh.new && created=yes
seen "fuse-overlayfs shows: $here(may .wh.new be made: $created); overlayfs shows: $kernel"
[[ $here == 'plain ' && $created == no ]] || changed 'fuse-overlayfs shows more'
[[ $kernel == '.wh.lonely .wh.notes notes plain ' ]] || changed 'overlayfs does not show all four'
holds
