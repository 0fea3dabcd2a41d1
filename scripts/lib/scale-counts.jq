# SPDX-License-Identifier: Apache-2.0
#
# Of scale.json: what must hold of counts and sizes, whatever the speed. Prints the names of those that do not; the status
# is 0 only if there are none.
def within($budget): all(.elements | .entry_map, .attr_map; . <= $budget) and .audit.slots <= $budget;
. as $all | .whole as $whole | .tenth as $tenth
| {
    "the first walk fills the cache": ($whole.elements.entry_map == .files + .dirs),
    "the second walk stays in the kernel": ($whole.warm.up_share < 0.01),
    "a name takes at most 320 bytes of the kernel": ($whole.memory.map_bytes_per_entry <= 320),
    "a node takes at most 160 bytes of the heap": ($whole.heap.bytes_per_node <= 160),
    "few descriptors": ($whole.descriptors <= 1024 and $tenth.descriptors <= 1024),
    "the small cache stays in its budget": ($tenth | within(.budget) and .map_bytes <= .budget_bytes),
    "the small cache is in use": ($tenth.elements.entry_map > $tenth.budget * 0.9),
    "every lookup was seen": ($tenth.zipf.lookups == 2 * $tenth.zipf.pass.calls.calls),
    "as good as 0.9 of an ideal cache": ($tenth.zipf.of_ideal >= 0.9),
    "lookup counts add up": ($whole.audit.faults + $tenth.audit.faults == []),
    "only the root's node is left": ($whole.let_go.nodes == 1 and $tenth.let_go.nodes == 1),
    "no daemon complained": (.complaints == [])
  }
| to_entries | map(select(.value | not) | .key)
| (if . == [] then "all as it should be" else . end | debug) as $shown
| . == []
