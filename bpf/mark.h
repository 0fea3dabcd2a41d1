/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Stale marks, set before a change goes up to the daemon: if the daemon dies
 * half-way, the maps say nothing about what it was changing.
 */
#ifndef EXTFUSE_MARK_H
#define EXTFUSE_MARK_H

#define STALE_ENTRY	(~0U)

static __always_inline void mark_node(__u64 nodeid, __u32 parts)
{
	struct attr_value *a = bpf_map_lookup_elem(&attr_map, &nodeid);

	if (a)
		__sync_fetch_and_or(&a->stale, parts);
}

/* All that changes a node but SETXATTR and REMOVEXATTR */
static __always_inline void mark_attr(__u64 nodeid)
{
	mark_node(nodeid, EXTFUSE_STALE_ATTR);
}

/*
 * Mark the directory @parent, the name that argument @which holds, and the node
 * that the name leads to. A child that is read from an element while that is
 * being reused is another node, whose mark costs it one upcall.
 */
static __always_inline void mark_name(struct extfuse_req *ctx, __u64 parent,
				      __u32 which, struct entry_long_key *key)
{
	struct entry_value *e;
	int size;

	mark_attr(parent);
	key->parent = parent;
	e = entry_element(ctx, which, key, &size);
	if (!e)
		return;
	__sync_fetch_and_or(&e->stale, STALE_ENTRY);
	if (e->nodeid)
		mark_attr(e->nodeid);
}

/* Everything is marked. Whoever was told by the maps before asks again. */
static __always_inline int marked(struct extfuse_req *ctx)
{
	__u32 zero = 0;
	struct changes_value *c = bpf_map_lookup_elem(&changes, &zero);

	if (c)
		__sync_fetch_and_add(&c->number, 1);
	return upcall(ctx, MARKED);
}

#endif
