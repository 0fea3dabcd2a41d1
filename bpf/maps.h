/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Layout of the maps: what the daemon writes and the handlers read. Java
 * mirrors it in org.extfuse4j.cache.MapLayout; the layout tests compare.
 *
 * An element of a hash map can be freed and filled again, for another key,
 * while a handler still reads it. No lock is taken for that. Instead a value is
 * sealed: `seal` is a hash of the key and of all the fields that do not change
 * in place. A handler copies the value, computes the seal from its own key and
 * the copy, and goes up if they differ. So a copy that is torn, or is another
 * key's, is never an answer.
 *
 * Changed in place, and so not sealed, is only `stale`. Handlers set bits in it
 * atomically; the daemon clears them by writing a new value. A mark that lands
 * on an element just replaced, or refilled for another key, costs an upcall or
 * is void because the operation that set it will write the maps again before
 * it returns.
 */
#ifndef EXTFUSE_MAPS_H
#define EXTFUSE_MAPS_H

#include <linux/fuse.h>
#include <linux/types.h>

/* Sizes of names with their NUL; longer ones (FUSE_NAME_MAX is 1024) go up */
#define EXTFUSE_SHORT_NAME	32
#define EXTFUSE_LONG_NAME	256

/* Opcodes, as slots of `handlers` and of `stats` */
#define FUSE_OPS_COUNT		64

/* Key of entry_map. The name is padded with zeroes. */
struct entry_key {
	__u64 parent;			/* nodeid of the directory */
	char name[EXTFUSE_SHORT_NAME];
};

/* Key of entry_map_long: names that do not fit an entry_key */
struct entry_long_key {
	__u64 parent;
	char name[EXTFUSE_LONG_NAME];
};

/* Value of entry_map and entry_map_long */
struct entry_value {
	__u64 nodeid;			/* of the child; 0: there is none */
	__u64 expires;			/* CLOCK_MONOTONIC, ns; 0: never */
	__u32 epoch;			/* an entry of another epoch does not exist */
	__u32 stale;			/* not 0: do not answer */
	__u64 seal;
};

/*
 * Extended attributes that a node is known not to have, as bits of `absent`.
 * The kernel asks for them all the time: for the ACLs when it checks somebody's
 * permissions, for the capabilities before it writes.
 */
#define EXTFUSE_NO_ACL_ACCESS		1U	/* system.posix_acl_access */
#define EXTFUSE_NO_ACL_DEFAULT		2U	/* system.posix_acl_default */
#define EXTFUSE_NO_CAPABILITY		4U	/* security.capability */

/* Bits of `stale`: what of a value is not to be answered */
#define EXTFUSE_STALE_ATTR		1U	/* attr */
#define EXTFUSE_STALE_ABSENT		2U	/* absent */

/* Value of attr_map; its key is the nodeid */
struct attr_value {
	struct fuse_attr attr;
	__u64 expires;			/* CLOCK_MONOTONIC, ns; 0: never */
	__u32 epoch;
	__u32 slot;			/* of this node in nlookup */
	__u32 absent;
	__u32 stale;
	__u64 seal;
};

/*
 * nlookup is an array of counters that the daemon maps into its memory: how
 * often LOOKUP has been answered with a node, which the kernel will return by
 * FORGET. They are apart from attr_map so that no update of an attribute can
 * overwrite them. The daemon gives a slot to another node only after the node's
 * attribute is gone and an RCU grace period has passed, so that no handler can
 * still be counting there.
 */

/* The only element of control */
struct control_value {
	__u32 epoch;
	__u32 enabled;			/* 0: everything goes up */
	/* How long the kernel may trust an answer without asking again */
	__u64 entry_valid;		/* s */
	__u64 attr_valid;		/* s */
	__u64 negative_valid;		/* s */
	__u32 entry_valid_nsec;
	__u32 attr_valid_nsec;
	__u32 negative_valid_nsec;
	__u32 padding;
};

/* What became of a request, in order of `struct stats_value` */
enum outcome {
	ANSWERED,			/* with a positive reply */
	NEGATIVE,			/* with "no such name" */
	MISS_ENTRY,			/* up: the name is not in entry_map */
	MISS_ATTR,			/* up: the node is not in attr_map */
	MISS_STALE,			/* up: marked stale */
	MISS_EXPIRED,			/* up: too old, or of an old epoch */
	MISS_TORN,			/* up: the seal does not fit */
	MARKED,				/* up: a change, and what it touches is marked */
	PASSED,				/* up: no handler, switched off, odd arguments */
	OUTCOMES,
};

/* Element `opcode` of stats, one for each CPU */
struct stats_value {
	__u64 count[OUTCOMES];
};

#endif
