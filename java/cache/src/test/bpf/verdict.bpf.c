// SPDX-License-Identifier: GPL-2.0-only
/* Returns what the test has put into the map, and tells what it saw. */
#include <linux/bpf.h>

#include "abi.h"

#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "GPL";

struct seen {
	__u64 runs;
	__u64 nodeid;
	__u32 opcode;
	__u32 flags;
	__u32 uid;
	__u32 pid;
	__s64 in_0;		/* result of reading argument 0 into 16 bytes */
	__s64 out_0_short;	/* of writing 8 bytes to reply part 0 */
	__s64 out_2;		/* of writing to a part that no reply has */
	__s64 which;		/* of reading a part that does not exist */
	__u64 left;		/* bytes of a failed read that are not zero */
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __s32);
} verdict SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct seen);
} seen SEC(".maps");

SEC("extfuse/main")
int verdict_main(struct extfuse_req *ctx)
{
	__u32 zero = 0;
	__s32 *v = bpf_map_lookup_elem(&verdict, &zero);
	struct seen *s = bpf_map_lookup_elem(&seen, &zero);
	char buffer[16];

	if (!v || !s)
		return EXTFUSE_UPCALL;

	s->runs++;
	s->nodeid = ctx->nodeid;
	s->opcode = ctx->opcode;
	s->flags = ctx->flags;
	s->uid = ctx->uid;
	s->pid = ctx->pid;
	s->in_0 = bpf_extfuse_read_args(ctx, EXTFUSE_IN_PARAM_0_VALUE, buffer, sizeof(buffer));
	s->out_0_short = bpf_extfuse_write_args(ctx, EXTFUSE_OUT_PARAM_0, buffer, 8);
	s->out_2 = bpf_extfuse_write_args(ctx, EXTFUSE_OUT_PARAM_1 + 1, buffer, 8);
	__builtin_memset(buffer, 0x55, sizeof(buffer));
	s->which = bpf_extfuse_read_args(ctx, 1000, buffer, sizeof(buffer));
	s->left = 0;
	for (unsigned int i = 0; i < sizeof(buffer); i++)
		s->left += buffer[i] != 0;
	return *v;
}
