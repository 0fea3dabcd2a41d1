# SPDX-License-Identifier: Apache-2.0
#
# Of find.json: for each workload, warm ExtFUSE sends at most 1 % of the LOOKUP and GETATTR requests that warm plain
# FUSE sends, and of those at least nine tenths were answered in the kernel, or need not be asked.
def sent: (.upcalls.LOOKUP // 0) + (.upcalls.GETATTR // 0);
def kept: (.answered.LOOKUP // 0) + (.answered.GETATTR // 0);
[("find", "stat") as $workload
 | (.runs[] | select(.mount == "fuse" and .workload == $workload and .state == "warm")) as $fuse
 | (.runs[] | select(.mount == "extfuse" and .workload == $workload and .state == "warm")) as $ext
 | {workload: $workload, fuse: ($fuse | sent), extfuse: ($ext | sent), answered: ($ext | kept)}]
| (. | tostring | debug) as $shown
| length == 2 and all(.[]; .fuse > 1000 and .extfuse * 100 <= .fuse and .answered * 10 >= .fuse * 9)
