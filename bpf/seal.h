/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The seal of a value (maps.h): a 64-bit hash over words of 64 bits. It guards
 * against values that are torn or another key's, not against forgery: who can
 * write the maps can write anything.
 *
 * Multiplying carries each bit of a word to those above it, and swapping bytes
 * brings the highest to where the next word meets all of them. Each step can be
 * undone, so that two values of which one word differs never have the same seal.
 */
#ifndef EXTFUSE_SEAL_H
#define EXTFUSE_SEAL_H

#define SEAL_START	0x243f6a8885a308d3ULL	/* pi */
#define SEAL_FACTOR	0x9e3779b97f4a7c15ULL	/* golden ratio */

static __always_inline __u64 seal_word(__u64 seal, __u64 word)
{
	return __builtin_bswap64((seal ^ word) * SEAL_FACTOR);
}

/* @size is a constant multiple of 8 */
static __always_inline __u64 seal_bytes(__u64 seal, const void *bytes, int size)
{
	const __u64 *word = bytes;

#pragma clang loop unroll(full)
	for (int i = 0; i < size / 8; i++)
		seal = seal_word(seal, word[i]);
	return seal;
}

/* @seal has the key in it already */
static __always_inline __u64 seal_entry(__u64 seal, const struct entry_value *e)
{
	seal = seal_word(seal, e->nodeid);
	return seal_word(seal, (__u64)e->expires << 32 | e->epoch);
}

static __always_inline __u64 seal_attr(__u64 nodeid, const struct node_attr *attr,
				       __u32 epoch, __u32 expires, __u32 packed)
{
	__u64 seal = seal_word(SEAL_START, nodeid);

	seal = seal_bytes(seal, attr, sizeof(*attr));
	seal = seal_word(seal, (__u64)expires << 32 | epoch);
	return seal_word(seal, packed);
}

#endif
