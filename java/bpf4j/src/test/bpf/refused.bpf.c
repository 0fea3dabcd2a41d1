// SPDX-License-Identifier: Apache-2.0
/* `fine` passes; `forgets_null_check` must be refused by the verifier. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} table SEC(".maps");

SEC("socket")
int fine(struct __sk_buff *skb)
{
	return 0;
}

SEC("socket")
int forgets_null_check(struct __sk_buff *skb)
{
	__u32 zero = 0;
	__u64 *v = bpf_map_lookup_elem(&table, &zero);

	return *v;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
