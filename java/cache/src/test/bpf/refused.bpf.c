// SPDX-License-Identifier: GPL-2.0-only
/*
 * Each of these programs does one thing that the verifier must refuse, but for
 * the first. They are loaded one at a time. Accesses are in assembly so that
 * the compiler cannot make others of them.
 */
#include <linux/bpf.h>

#include "abi.h"

#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "GPL";

/* %0 = *(SIZE *)(ctx + OFFSET) */
#define LOAD(size, offset) ({						\
	__u64 value;							\
	asm volatile("%0 = *(" size " *)(%1 " #offset ")"		\
		     : "=r"(value) : "r"(ctx));				\
	value != 7;							\
})

SEC("extfuse/every_field")
int every_field(struct extfuse_req *ctx)
{
	return LOAD("u32", + 0) + LOAD("u32", + 4) + LOAD("u64", + 8) + LOAD("u32", + 16) +
	       LOAD("u32", + 20) + LOAD("u32", + 24);
}

SEC("extfuse/padding")
int padding(struct extfuse_req *ctx)
{
	return LOAD("u32", + 28);
}

SEC("extfuse/past_the_end")
int past_the_end(struct extfuse_req *ctx)
{
	return LOAD("u64", + 32);
}

SEC("extfuse/before_the_start")
int before_the_start(struct extfuse_req *ctx)
{
	return LOAD("u64", - 8);
}

SEC("extfuse/narrow")
int narrow(struct extfuse_req *ctx)
{
	return LOAD("u16", + 0);
}

SEC("extfuse/half_of_nodeid")
int half_of_nodeid(struct extfuse_req *ctx)
{
	return LOAD("u32", + 8);
}

SEC("extfuse/two_fields")
int two_fields(struct extfuse_req *ctx)
{
	return LOAD("u64", + 0);
}

SEC("extfuse/misaligned")
int misaligned(struct extfuse_req *ctx)
{
	return LOAD("u32", + 2);
}

SEC("extfuse/write")
int write(struct extfuse_req *ctx)
{
	asm volatile("*(u32 *)(%0 + 16) = %1" : : "r"(ctx), "r"(0) : "memory");
	return EXTFUSE_UPCALL;
}

SEC("extfuse/read_past_the_stack")
int read_past_the_stack(struct extfuse_req *ctx)
{
	char buffer[32];

	return bpf_extfuse_read_args(ctx, EXTFUSE_IN_PARAM_0_VALUE, buffer, 64);
}

/* Arithmetic on the context gives a number, which no helper takes for one */
SEC("extfuse/context_as_number")
int context_as_number(struct extfuse_req *ctx)
{
	__u64 number = (__u64)ctx;

	return bpf_extfuse_read_args((void *)(number * 2), EXTFUSE_OPCODE, &number,
				     sizeof(number));
}

/* A return value is anything; a socket filter's program is of another type */
SEC("socket")
int other_type(struct __sk_buff *skb)
{
	return skb->len;
}
