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
				  __u32 epoch, __u32 expires)
{
	__u32 now;

	if (epoch != control->epoch)
		return 1;
	if (!expires)
		return 0;
	now = bpf_ktime_get_ns() >> EXTFUSE_TICK_SHIFT;
	return (__s32)(now - expires) >= 0;
}

/*
 * Is a name of which @n bytes were copied to @name whole, with its NUL in the
 * last of @size bytes or before? From Linux 6.14 on LOOKUP's comes without one.
 */
static __always_inline int is_whole(long n, const char *name, int size)
{
	return n > 0 && !name[size - 1];
}

/* Does it need more room? */
static __always_inline int is_longer(long n)
{
	return n > 0 || n == -E2BIG;
}

/*
 * Find the element for a name in directory @key->parent, in the map for names
 * of its length. @key is used for all: a shorter key is the beginning of a
 * longer one; *@size is that of the one that was used. Returns NULL if there is
 * none, or the name is too long.
 */
static __always_inline struct entry_value *
entry_element(struct extfuse_req *ctx, __u32 which, struct entry_long_key *key,
	      int *size)
{
	long n = bpf_extfuse_read_args(ctx, which, key->name, EXTFUSE_SHORT_NAME);

	*size = sizeof(struct entry_key);
	if (is_whole(n, key->name, EXTFUSE_SHORT_NAME))
		return bpf_map_lookup_elem(&entry_map, key);
	if (!is_longer(n))
		return NULL;

	n = bpf_extfuse_read_args(ctx, which, key->name, EXTFUSE_MIDDLE_NAME);
	*size = sizeof(struct entry_middle_key);
	if (is_whole(n, key->name, EXTFUSE_MIDDLE_NAME))
		return bpf_map_lookup_elem(&entry_map_middle, key);
	if (!is_longer(n))
		return NULL;

	n = bpf_extfuse_read_args(ctx, which, key->name, EXTFUSE_LONG_NAME);
	*size = sizeof(struct entry_long_key);
	if (!is_whole(n, key->name, EXTFUSE_LONG_NAME))
		return NULL;
	return bpf_map_lookup_elem(&entry_map_long, key);
}

/* A shorter key is the beginning of a longer one. */
static __always_inline __u64 seal_key(const struct entry_long_key *key, int size)
{
	__u64 seal = seal_bytes(SEAL_START, key, sizeof(struct entry_key));

	if (size > (int)sizeof(struct entry_key))
		seal = seal_bytes(seal, key->name + EXTFUSE_SHORT_NAME,
				  EXTFUSE_MIDDLE_NAME - EXTFUSE_SHORT_NAME);
	if (size > (int)sizeof(struct entry_middle_key))
		seal = seal_bytes(seal, key->name + EXTFUSE_MIDDLE_NAME,
				  EXTFUSE_LONG_NAME - EXTFUSE_MIDDLE_NAME);
	return seal;
}

static __always_inline enum outcome
entry_find(struct extfuse_req *ctx, const struct control_value *control,
	   struct entry_long_key *key, struct entry_value *entry)
{
	struct entry_value *e;
	int size;

	key->parent = ctx->nodeid;
	e = entry_element(ctx, EXTFUSE_IN_PARAM_0_VALUE, key, &size);
	if (!e)
		return MISS_ENTRY;

	*entry = *(volatile const struct entry_value *)e;
	if (seal_entry(seal_key(key, size), entry) != entry->seal)
		return MISS_TORN;
	if (entry->stale)
		return MISS_STALE;
	if (is_old(control, entry->epoch, entry->expires))
		return MISS_EXPIRED;
	if (entry->used != control->lap)
		e->used = control->lap;
	return ANSWERED;
}

/*
 * @part: the bit of `stale` for what is wanted
 * @packed: of struct attr_value
 */
static __always_inline enum outcome
attr_find(const struct control_value *control, __u64 nodeid, __u32 part,
	  struct fuse_attr *attr, __u32 *packed)
{
	const volatile struct attr_value *a = bpf_map_lookup_elem(&attr_map, &nodeid);
	struct node_attr *copy = (struct node_attr *)attr;
	__u32 epoch, expires, stale;
	__u64 seal;

	_Static_assert(sizeof(*copy) == __builtin_offsetof(struct fuse_attr, blksize),
		       "node_attr is the beginning of fuse_attr");
	if (!a)
		return MISS_ATTR;

	*copy = *(const struct node_attr *)&a->attr;
	epoch = a->epoch;
	expires = a->expires;
	*packed = a->packed;
	stale = a->stale;
	seal = a->seal;
	if (seal_attr(nodeid, copy, epoch, expires, *packed) != seal)
		return MISS_TORN;
	if (stale & part)
		return MISS_STALE;
	if (is_old(control, epoch, expires))
		return MISS_EXPIRED;
	attr->blksize = EXTFUSE_BLKBITS(*packed) ?
			1U << (EXTFUSE_BLKBITS_BASE + EXTFUSE_BLKBITS(*packed)) : 0;
	attr->flags = 0;
	return ANSWERED;
}

/* The counter of a node, marked as used; NULL if there is none (never) */
static __always_inline __u64 *nlookup_use(__u32 packed)
{
	__u32 slot = EXTFUSE_SLOT(packed);
	__u64 *nlookup = bpf_map_lookup_elem(&nlookup_map, &slot);

	if (nlookup && !(*(volatile __u64 *)nlookup & EXTFUSE_USED))
		__sync_fetch_and_or(nlookup, EXTFUSE_USED);
	return nlookup;
}

#endif
