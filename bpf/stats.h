/* SPDX-License-Identifier: GPL-2.0-only */
/* Counters by opcode and outcome, and the switch that stops everything. */
#ifndef EXTFUSE_STATS_H
#define EXTFUSE_STATS_H

#define ENOENT	2
#define E2BIG	7
#define ENODATA	61

/*
 * A task can be preempted between load and store, by another that counts on
 * the same CPU: hence atomic.
 */
static __always_inline void count(struct extfuse_req *ctx, enum outcome why)
{
	__u32 opcode = ctx->opcode;
	struct stats_value *s = bpf_map_lookup_elem(&stats, &opcode);

	if (s)
		__sync_fetch_and_add(&s->count[why], 1);
}

/*
 * Does the kernel only compare the answer with what it has? If there is none, it
 * asks again by a request, and that counts.
 */
static __always_inline int is_peek(struct extfuse_req *ctx)
{
	return ctx->flags & EXTFUSE_REQ_PEEK;
}

/* A peek has no use for an answer that may be trusted for a time. */
static __always_inline int is_vain(struct extfuse_req *ctx, __u64 valid, __u32 valid_nsec)
{
	return (valid | valid_nsec) && is_peek(ctx);
}

static __always_inline int upcall(struct extfuse_req *ctx, enum outcome why)
{
	if (!is_peek(ctx))
		count(ctx, why);
	return EXTFUSE_UPCALL;
}

/* NULL when the daemon has switched answers off */
static __always_inline const struct control_value *control_get(void)
{
	__u32 zero = 0;
	const struct control_value *c = bpf_map_lookup_elem(&control, &zero);

	return c && c->enabled ? c : NULL;
}

#endif
