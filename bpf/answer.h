/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is in the maps, checked: each find returns ANSWERED and a copy that may
 * be given to the kernel, or the reason why not.
 */
#ifndef EXTFUSE_ANSWER_H
#define EXTFUSE_ANSWER_H

static __always_inline int answer(struct extfuse_req *ctx, const void *out, int size)
{
	if (bpf_extfuse_write_args(ctx, EXTFUSE_OUT_PARAM_0, out, size))
		return EXTFUSE_UPCALL;
	return EXTFUSE_RETURN;
}

/* The clock is read only if there is something to compare with. */
static __always_inline int is_old(const struct control_value *control,
				  __u32 epoch, __u64 expires)
{
	return epoch != control->epoch || (expires && bpf_ktime_get_ns() >= expires);
}

/*
 * Find the element for a name in directory @key->parent, in the map for names
 * of its length. @key is used for both: a short key is the beginning of a long
 * one. Returns NULL if there is none, or the name is longer than both.
 */
static __always_inline struct entry_value *
entry_element(struct extfuse_req *ctx, __u32 which, struct entry_long_key *key,
	      int *is_long)
{
	long n = bpf_extfuse_read_args(ctx, which, key->name, EXTFUSE_SHORT_NAME);

	*is_long = n == -E2BIG;
	if (n > 0)
		return bpf_map_lookup_elem(&entry_map, key);
	if (*is_long &&
	    bpf_extfuse_read_args(ctx, which, key->name, EXTFUSE_LONG_NAME) > 0)
		return bpf_map_lookup_elem(&entry_map_long, key);
	return NULL;
}

static __always_inline enum outcome
entry_find(struct extfuse_req *ctx, const struct control_value *control,
	   struct entry_long_key *key, struct entry_value *entry)
{
	const struct entry_value *e;
	__u64 seal = SEAL_START;
	int is_long;

	key->parent = ctx->nodeid;
	e = entry_element(ctx, EXTFUSE_IN_PARAM_0_VALUE, key, &is_long);
	if (!e)
		return MISS_ENTRY;

	*entry = *(volatile const struct entry_value *)e;
	if (is_long)
		seal = seal_bytes(seal, key, sizeof(struct entry_long_key));
	else
		seal = seal_bytes(seal, key, sizeof(struct entry_key));
	if (seal_entry(seal, entry) != entry->seal)
		return MISS_TORN;
	if (entry->stale)
		return MISS_STALE;
	if (is_old(control, entry->epoch, entry->expires))
		return MISS_EXPIRED;
	return ANSWERED;
}

/* @part: the bit of `stale` for what is wanted */
static __always_inline enum outcome
attr_find(const struct control_value *control, __u64 nodeid, __u32 part,
	  struct fuse_attr *attr, __u32 *slot, __u32 *absent)
{
	const volatile struct attr_value *a = bpf_map_lookup_elem(&attr_map, &nodeid);
	__u32 epoch, stale;
	__u64 expires, seal;

	if (!a)
		return MISS_ATTR;

	*attr = *(const struct fuse_attr *)&a->attr;
	expires = a->expires;
	epoch = a->epoch;
	*slot = a->slot;
	*absent = a->absent;
	stale = a->stale;
	seal = a->seal;
	if (seal_attr(nodeid, attr, expires, epoch, *slot, *absent) != seal)
		return MISS_TORN;
	if (stale & part)
		return MISS_STALE;
	if (is_old(control, epoch, expires))
		return MISS_EXPIRED;
	return ANSWERED;
}

#endif
