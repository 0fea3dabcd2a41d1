/* SPDX-License-Identifier: GPL-2.0-only */
/* Names of extended attributes whose absence is cached. */
#ifndef EXTFUSE_XATTR_H
#define EXTFUSE_XATTR_H

#define XATTR_WORDS	4

/* Eight characters of a literal as the word they are in memory; folded to a constant */
#define WORD_CHAR(s, i)	((i) < sizeof(s) ? (__u64)(__u8)(s)[(i) < sizeof(s) ? (i) : 0] : 0)
#define WORD(s, w)							\
	(WORD_CHAR(s, 8 * (w)) | WORD_CHAR(s, 8 * (w) + 1) << 8 |	\
	 WORD_CHAR(s, 8 * (w) + 2) << 16 | WORD_CHAR(s, 8 * (w) + 3) << 24 | \
	 WORD_CHAR(s, 8 * (w) + 4) << 32 | WORD_CHAR(s, 8 * (w) + 5) << 40 | \
	 WORD_CHAR(s, 8 * (w) + 6) << 48 | WORD_CHAR(s, 8 * (w) + 7) << 56)

/* @name is padded with zeroes to XATTR_WORDS words */
#define IS_NAME(name, s)						\
	((name)[0] == WORD(s, 0) && (name)[1] == WORD(s, 1) &&		\
	 (name)[2] == WORD(s, 2) && (name)[3] == WORD(s, 3))

/* The bit of `absent` for the name that argument @which holds, or 0 */
static __always_inline __u32 absent_bit(struct extfuse_req *ctx, __u32 which)
{
	__u64 name[XATTR_WORDS] = {};

	if (bpf_extfuse_read_args(ctx, which, name, sizeof(name)) <= 0)
		return 0;
	if (IS_NAME(name, "system.posix_acl_access"))
		return EXTFUSE_NO_ACL_ACCESS;
	if (IS_NAME(name, "system.posix_acl_default"))
		return EXTFUSE_NO_ACL_DEFAULT;
	if (IS_NAME(name, "security.capability"))
		return EXTFUSE_NO_CAPABILITY;
	if (IS_NAME(name, "security.selinux"))
		return EXTFUSE_NO_SELINUX;
	return 0;
}

#endif
