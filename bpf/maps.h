/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Layout of the maps: what the daemon writes and the handlers read. Java
 * mirrors it in org.extfuse4j.cache.map.MapLayout; the layout tests compare.
 *
 * An element of a hash map can be freed and filled again, for another key,
 * while a handler still reads it. No lock is taken for that. Instead a value is
 * sealed: `seal` is a hash of the key and of all the fields that do not change
 * in place. A handler copies the value, computes the seal from its own key and
 * the copy, and goes up if they differ. So a copy that is torn, or is another
 * key's, is never an answer.
 *
 * Changed in place, and so not sealed, are `stale` and `used`. Handlers set bits
 * in `stale` atomically; the daemon clears them by writing a new value. A mark
 * that lands on an element just replaced, or refilled for another key, costs an
 * upcall or is void because the operation that set it will write the maps again
 * before it returns. `used` only decides what is evicted.
 */
#ifndef EXTFUSE_MAPS_H
#define EXTFUSE_MAPS_H

#include <linux/fuse.h>
#include <linux/types.h>

/*
 * Names by size, with their NUL; longer ones (FUSE_NAME_MAX is 1024) go up.
 * Nearly all names are short, and only elements for those are allocated ahead.
 */
#define EXTFUSE_SHORT_NAME	24
#define EXTFUSE_MIDDLE_NAME	64
#define EXTFUSE_LONG_NAME	256

/* Opcodes, as slots of `handlers` and of `stats` */
#define FUSE_OPS_COUNT		64

/* Key of entry_map. The name is padded with zeroes. */
struct entry_key {
	__u64 parent;			/* nodeid of the directory */
	char name[EXTFUSE_SHORT_NAME];
};

/* Key of entry_map_middle */
struct entry_middle_key {
	__u64 parent;
	char name[EXTFUSE_MIDDLE_NAME];
};

/* Key of entry_map_long */
struct entry_long_key {
	__u64 parent;
	char name[EXTFUSE_LONG_NAME];
};

/*
 * When a value ceases to exist: CLOCK_MONOTONIC in ticks of 2^24 ns (17 ms),
 * compared modulo 2^32; 0 stands for never.
 */
#define EXTFUSE_TICK_SHIFT	24

/* Value of all three */
struct entry_value {
	__u64 nodeid;			/* of the child; 0: there is none */
	__u32 epoch;			/* an entry of another epoch does not exist */
	__u32 expires;			/* ticks */
	__u32 stale;			/* not 0: do not answer */
	__u32 used;			/* control.lap when it was answered last */
	__u64 seal;
};

/*
 * Extended attributes that a node is known not to have, as bits of `absent`.
 * They are asked for all the time: the ACLs by the kernel when it checks
 * somebody's permissions, the capabilities before it writes, and the label and
 * an ACL by ls -l for every file.
 */
#define EXTFUSE_NO_ACL_ACCESS		1U	/* system.posix_acl_access */
#define EXTFUSE_NO_ACL_DEFAULT		2U	/* system.posix_acl_default */
#define EXTFUSE_NO_CAPABILITY		4U	/* security.capability */
#define EXTFUSE_NO_SELINUX		8U	/* security.selinux */

/* Bits of `stale`: what of a value is not to be answered */
#define EXTFUSE_STALE_ATTR		1U	/* attr */
#define EXTFUSE_STALE_ABSENT		2U	/* absent */
#define EXTFUSE_STALE_NAMES		4U	/* what the kernel keeps of a directory's names */

/* struct fuse_attr as far as it varies */
struct node_attr {
	__u64 ino;
	__u64 size;
	__u64 blocks;
	__u64 atime;
	__u64 mtime;
	__u64 ctime;
	__u32 atimensec;
	__u32 mtimensec;
	__u32 ctimensec;
	__u32 mode;
	__u32 nlink;
	__u32 uid;
	__u32 gid;
	__u32 rdev;
};

/* Value of attr_map; its key is the nodeid */
struct attr_value {
	struct node_attr attr;
	__u32 epoch;
	__u32 expires;			/* ticks */
	__u32 packed;			/* slot, absent and block size, see below */
	__u32 stale;
	__u64 seal;
};

/*
 * Fields of `packed`: the node's element of nlookup_map; `absent`; and the
 * block size, 0 for none, else how much larger ilog2() of it is than BLKBITS_BASE
 */
#define EXTFUSE_SLOT_BITS	24
#define EXTFUSE_SLOT(packed)	((packed) & ((1U << EXTFUSE_SLOT_BITS) - 1))
#define EXTFUSE_ABSENT_BITS	4
#define EXTFUSE_ABSENT(packed)	((packed) >> EXTFUSE_SLOT_BITS & ((1U << EXTFUSE_ABSENT_BITS) - 1))
#define EXTFUSE_BLKBITS(packed)	((packed) >> (EXTFUSE_SLOT_BITS + EXTFUSE_ABSENT_BITS))
#define EXTFUSE_BLKBITS_BASE	8	/* so sizes are from 512 to 8M */

/*
 * nlookup_map is an array of counters that the daemon maps into its memory: how
 * often LOOKUP has been answered with a node, which the kernel will return by
 * FORGET. They are apart from attr_map so that no update of an attribute can
 * overwrite them. The daemon gives a slot to another node only after the node's
 * attribute is gone and an RCU grace period has passed, so that no handler can
 * still be counting there.
 *
 * The highest bit says that the node was answered since the daemon cleared it:
 * what is not, is evicted first (CLOCK, as a page cache does). The next says that
 * the node is a directory with an open stream that may read its names from the
 * page cache and put them there, as one at a time may. Who opens it sets the bit,
 * a handler or the daemon, and the daemon clears it when the stream is closed.
 */
#define EXTFUSE_USED		(1ULL << 63)
#define EXTFUSE_OPEN		(1ULL << 62)

/* In the file handle of a directory that a handler has opened, with the epoch */
#define EXTFUSE_OPENED		(1ULL << 63)

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
	__u32 lap;			/* see entry_value.used */
	__u64 generation;		/* of all nodes, in 32 bits: another on each mount */
};

/*
 * The only element of changes, which the daemon maps into its memory. While the number
 * stands, the kernel takes what it was told when it only compared (EXTFUSE_REQ_PEEK) for
 * right, and does not ask again. So it is raised whenever what is in entry_map or
 * attr_map is replaced or removed, or the epoch or the switch changes, be it by a mark:
 * after that, and before anybody is told. What was not in the maps has not been
 * answered, so adding it changes nothing.
 *
 * Who writes these maps by hand has to raise it by hand. It is given to the kernel only
 * where values do not expire.
 */
struct changes_value {
	__u64 number;			/* from 1 */
};

/* What became of a request, in order of `struct stats_value` */
enum outcome {
	UNCHANGED,			/* nothing has changed: see changes_value. The kernel counts it */
	ANSWERED,			/* with a positive reply */
	NEGATIVE,			/* with "no such name" */
	MISS_ENTRY,			/* up: the name is not in entry_map */
	MISS_ATTR,			/* up: the node is not in attr_map */
	MISS_STALE,			/* up: marked stale, or a directory that is open */
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
