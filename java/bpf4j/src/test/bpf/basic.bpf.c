// SPDX-License-Identifier: Apache-2.0
/* One map of each kind the tests use, and socket filters that run through them. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct value {
	__u64 first;
	__u64 second;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16);
	__type(key, __u32);
	__type(value, struct value);
} table SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, __u32);
} per_cpu SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct value);
} a_name_that_is_longer_than_the_kernel_keeps SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 4);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(__u32));
} jumps SEC(".maps");

/* Counts its runs, then answers what slot 1 answers, or 7. */
SEC("socket")
int entry(struct __sk_buff *skb)
{
	__u32 zero = 0;
	struct value *v = bpf_map_lookup_elem(&a_name_that_is_longer_than_the_kernel_keeps, &zero);
	__u32 *runs = bpf_map_lookup_elem(&per_cpu, &zero);

	if (v)
		__sync_fetch_and_add(&v->second, 1);
	if (runs)
		*runs += 1;
	bpf_tail_call(skb, &jumps, 1);
	return 7;
}

SEC("socket")
int target(struct __sk_buff *skb)
{
	return 42;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
