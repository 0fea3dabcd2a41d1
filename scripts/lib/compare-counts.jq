# SPDX-License-Identifier: Apache-2.0
#
# Of summary.json: every mount has every workload and state once, with a time and its ratio to the tree's own; and warm
# ExtFUSE sends no LOOKUP and GETATTR, where plain FUSE sends many, by the kernel's own count.
def asked: (.upcalls.LOOKUP // 0) + (.upcalls.GETATTR // 0);
(map([.workload, .state]) | unique) as $states
| (map(.mount) | unique) as $mounts
| [.[] | select(.state == "warm" and (.workload == "find" or .workload == "stat-negative"))] as $warm
| ($warm | map({mount, workload, asked: asked}) | tostring | debug) as $shown
| $mounts == ["extfuse", "fuse", "native"]
  and ($states | length) == 6
  and length == 18 and (unique_by([.workload, .state, .mount]) | length) == 18
  and all(.[]; .median_s > 0 and .ratio_to_native > 0)
  and all(.[] | select(.mount == "native"); .ratio_to_native == 1 and .upcalls == {})
  and ($warm | length) == 6
  and all($warm[] | select(.mount == "extfuse"); asked == 0)
  and all($warm[] | select(.mount == "fuse"); asked > 1000)
