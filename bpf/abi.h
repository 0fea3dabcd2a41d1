/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What programs use of the patched kernel's linux/extfuse.h (kernel-patch/), and
 * its two helpers, for building with the headers of a kernel that does not have
 * them. The layout tests compare this file with the patch.
 */
#ifndef EXTFUSE_ABI_H
#define EXTFUSE_ABI_H

#include <linux/types.h>

struct extfuse_req {
	__u32 opcode;
	__u32 flags;
	__u64 nodeid;
	__u32 uid;
	__u32 gid;
	__u32 pid;
	__u32 padding;
};

#define EXTFUSE_REQ_OBSERVE	1U
#define EXTFUSE_REQ_PEEK	2U

#define EXTFUSE_RETURN		0
#define EXTFUSE_PASSTHRU	1
#define EXTFUSE_UPCALL		(-38)

enum {
	EXTFUSE_OPCODE,
	EXTFUSE_NODEID,
	EXTFUSE_NUM_IN_ARGS,
	EXTFUSE_NUM_OUT_ARGS,
	EXTFUSE_IN_PARAM_0_SIZE,
	EXTFUSE_IN_PARAM_0_VALUE,
	EXTFUSE_IN_PARAM_1_SIZE,
	EXTFUSE_IN_PARAM_1_VALUE,
	EXTFUSE_IN_PARAM_2_SIZE,
	EXTFUSE_IN_PARAM_2_VALUE,
	EXTFUSE_OUT_PARAM_0,
	EXTFUSE_OUT_PARAM_1,
};

#ifdef __bpf__
static long (*const bpf_extfuse_read_args)(struct extfuse_req *ctx, __u32 which,
					   void *dst, __u32 size) = (void *)212;
static long (*const bpf_extfuse_write_args)(struct extfuse_req *ctx, __u32 which,
					    const void *src, __u32 size) = (void *)213;
#endif

#endif
