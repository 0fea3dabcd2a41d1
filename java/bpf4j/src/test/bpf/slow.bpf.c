// SPDX-License-Identifier: Apache-2.0
/* Runs for tens of milliseconds: word 0 says that it began, word 1 that it ended. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct words {
	__u64 began;
	__u64 ended;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct words);
} progress SEC(".maps");

static long spin(__u32 index, void *unused)
{
	return bpf_ktime_get_ns() == 0;
}

SEC("socket")
int slow(struct __sk_buff *skb)
{
	__u32 zero = 0;
	struct words *w = bpf_map_lookup_elem(&progress, &zero);

	if (!w)
		return 1;
	__sync_fetch_and_add(&w->began, 1);
	bpf_loop(2 << 20, spin, 0, 0);
	__sync_fetch_and_add(&w->ended, 1);
	return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
