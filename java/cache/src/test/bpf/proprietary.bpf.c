// SPDX-License-Identifier: GPL-2.0-only
/* Calls the helpers, which are for GPL programs only, and claims not to be one. */
#include <linux/bpf.h>

#include "abi.h"

#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "Proprietary";

SEC("extfuse/proprietary")
int proprietary(struct extfuse_req *ctx)
{
	__u32 opcode;

	bpf_extfuse_read_args(ctx, EXTFUSE_OPCODE, &opcode, sizeof(opcode));
	return EXTFUSE_UPCALL;
}
