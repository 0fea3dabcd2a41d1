// SPDX-License-Identifier: GPL-2.0-only
/*
 * ExtFUSE handlers: LOOKUP and GETATTR, GETXATTR of what is not there, and
 * OPENDIR, answered from maps that the daemon keeps; and changes announced to
 * those maps before the daemon hears of them.
 *
 * The kernel runs extfuse_main() for requests whose opcode the daemon named
 * when it attached it (fs/fuse/extfuse.c, added by kernel-patch/). That
 * tail-calls the handler in slot `opcode` of `handlers`; slots from
 * FUSE_OPS_COUNT on are kept for handlers of replies. A handler answers only
 * what it knows; whatever it finds odd goes up.
 *
 * Programs are preemptible, and per-CPU scratch memory would be shared between
 * tasks, so everything lives on the stack (512 bytes).
 */
#include <linux/bpf.h>

#include "abi.h"
#include "maps.h"

#include <bpf/bpf_helpers.h>

#include "map_defs.h"
#include "stats.h"
#include "seal.h"
#include "answer.h"
#include "mark.h"
#include "xattr.h"

char LICENSE[] SEC("license") = "GPL";

SEC("extfuse/main")
int extfuse_main(struct extfuse_req *ctx)
{
	bpf_tail_call(ctx, &handlers, ctx->opcode);
	return upcall(ctx, PASSED);
}

/* in: name; out: fuse_entry_out */
SEC("extfuse/lookup")
int extfuse_lookup(struct extfuse_req *ctx)
{
	const struct control_value *control = control_get();
	struct fuse_entry_out out;
	struct entry_long_key key;
	struct entry_value entry;
	enum outcome why;
	__u64 *nlookup;
	__u32 packed;

	if (!control)
		return upcall(ctx, PASSED);

	why = entry_find(ctx, control, &key, &entry);
	if (why != ANSWERED)
		return upcall(ctx, why);

	if (!entry.nodeid) {
		if (is_vain(ctx, control->negative_valid, control->negative_valid_nsec))
			return upcall(ctx, PASSED);
		count(ctx, NEGATIVE);
		if (!control->negative_valid && !control->negative_valid_nsec)
			return -ENOENT;
		__builtin_memset(&out, 0, sizeof(out));
		out.entry_valid = control->negative_valid;
		out.entry_valid_nsec = control->negative_valid_nsec;
		return answer(ctx, &out, sizeof(out));
	}

	if (is_vain(ctx, control->entry_valid | control->attr_valid,
		    control->entry_valid_nsec | control->attr_valid_nsec))
		return upcall(ctx, PASSED);
	why = attr_find(control, entry.nodeid, EXTFUSE_STALE_ATTR, &out.attr, &packed);
	if (why != ANSWERED)
		return upcall(ctx, why);

	nlookup = nlookup_use(packed);
	if (!nlookup)
		return upcall(ctx, PASSED);

	/* A nodeid is never used again on a mount, so there is one generation */
	out.nodeid = entry.nodeid;
	out.generation = control->generation;
	out.entry_valid = control->entry_valid;
	out.entry_valid_nsec = control->entry_valid_nsec;
	out.attr_valid = control->attr_valid;
	out.attr_valid_nsec = control->attr_valid_nsec;
	if (answer(ctx, &out, sizeof(out)) != EXTFUSE_RETURN)
		return upcall(ctx, PASSED);

	/* Nothing can fail from here: the kernel will forget this lookup once */
	if (!is_peek(ctx))
		__sync_fetch_and_add(nlookup, 1);
	count(ctx, ANSWERED);
	return EXTFUSE_RETURN;
}

/* in: fuse_getattr_in; out: fuse_attr_out */
SEC("extfuse/getattr")
int extfuse_getattr(struct extfuse_req *ctx)
{
	const struct control_value *control = control_get();
	struct fuse_attr_out out;
	enum outcome why;
	__u32 packed;

	if (!control)
		return upcall(ctx, PASSED);
	if (is_vain(ctx, control->attr_valid, control->attr_valid_nsec))
		return upcall(ctx, PASSED);

	why = attr_find(control, ctx->nodeid, EXTFUSE_STALE_ATTR, &out.attr, &packed);
	if (why != ANSWERED)
		return upcall(ctx, why);
	nlookup_use(packed);

	out.attr_valid = control->attr_valid;
	out.attr_valid_nsec = control->attr_valid_nsec;
	out.dummy = 0;
	if (answer(ctx, &out, sizeof(out)) != EXTFUSE_RETURN)
		return upcall(ctx, PASSED);

	count(ctx, ANSWERED);
	return EXTFUSE_RETURN;
}

/* in: fuse_getxattr_in, name; out, or rather not: the value */
SEC("extfuse/getxattr")
int extfuse_getxattr(struct extfuse_req *ctx)
{
	const struct control_value *control = control_get();
	struct fuse_attr attr;
	enum outcome why;
	__u32 wanted;
	__u32 packed;

	wanted = absent_bit(ctx, EXTFUSE_IN_PARAM_1_VALUE);
	if (!control || !wanted)
		return upcall(ctx, PASSED);

	why = attr_find(control, ctx->nodeid, EXTFUSE_STALE_ABSENT, &attr, &packed);
	if (why != ANSWERED)
		return upcall(ctx, why);
	if (!(EXTFUSE_ABSENT(packed) & wanted))
		return upcall(ctx, MISS_ATTR);
	nlookup_use(packed);

	count(ctx, NEGATIVE);
	return -ENODATA;
}

/*
 * in: fuse_open_in; out: fuse_open_out
 *
 * The daemon opens the directory when it is asked for names that the kernel does
 * not have, or never. It hears of the stream when that is closed.
 */
SEC("extfuse/opendir")
int extfuse_opendir(struct extfuse_req *ctx)
{
	struct fuse_open_out out = {};
	const struct control_value *control = control_get();
	struct fuse_attr attr;
	enum outcome why;
	__u64 *nlookup;
	__u32 packed;

	if (!control)
		return upcall(ctx, PASSED);

	/* First: names that were kept before a flush must not be taken for newer ones */
	out.fh = EXTFUSE_OPENED | *(volatile const __u32 *)&control->epoch;
	out.open_flags = FOPEN_KEEP_CACHE | FOPEN_CACHE_DIR;
	why = attr_find(control, ctx->nodeid, EXTFUSE_STALE_ATTR | EXTFUSE_STALE_NAMES,
			&attr, &packed);
	if (why != ANSWERED)
		return upcall(ctx, why);

	nlookup = nlookup_use(packed);
	if (!nlookup || answer(ctx, &out, sizeof(out)) != EXTFUSE_RETURN)
		return upcall(ctx, PASSED);
	if (__sync_fetch_and_or(nlookup, EXTFUSE_OPEN) & EXTFUSE_OPEN)
		return upcall(ctx, MISS_STALE);

	count(ctx, ANSWERED);
	return EXTFUSE_RETURN;
}

/* SETATTR, WRITE, FALLOCATE, IOCTL: the node itself */
SEC("extfuse/mark_node")
int extfuse_mark_node(struct extfuse_req *ctx)
{
	mark_attr(ctx->nodeid);
	return marked(ctx);
}

/* COPY_FILE_RANGE: the node that is copied to. in: fuse_copy_file_range_in */
SEC("extfuse/mark_copy")
int extfuse_mark_copy(struct extfuse_req *ctx)
{
	struct fuse_copy_file_range_in in;

	if (bpf_extfuse_read_args(ctx, EXTFUSE_IN_PARAM_0_VALUE, &in, sizeof(in)) > 0)
		mark_attr(in.nodeid_out);
	return marked(ctx);
}

/* SETXATTR, REMOVEXATTR */
SEC("extfuse/mark_xattr")
int extfuse_mark_xattr(struct extfuse_req *ctx)
{
	mark_node(ctx->nodeid, EXTFUSE_STALE_ATTR | EXTFUSE_STALE_ABSENT);
	return marked(ctx);
}

/* SYMLINK, UNLINK, RMDIR: directory, and a name in argument 0 */
SEC("extfuse/mark_name0")
int extfuse_mark_name0(struct extfuse_req *ctx)
{
	struct entry_long_key key;

	mark_name(ctx, ctx->nodeid, EXTFUSE_IN_PARAM_0_VALUE, &key);
	return marked(ctx);
}

/* CREATE, MKDIR, MKNOD: directory, and a name in argument 1 */
SEC("extfuse/mark_name1")
int extfuse_mark_name1(struct extfuse_req *ctx)
{
	struct entry_long_key key;

	mark_name(ctx, ctx->nodeid, EXTFUSE_IN_PARAM_1_VALUE, &key);
	return marked(ctx);
}

/* in: fuse_link_in, new name; nodeid is the new directory's */
SEC("extfuse/mark_link")
int extfuse_mark_link(struct extfuse_req *ctx)
{
	struct entry_long_key key;
	struct fuse_link_in in;

	if (bpf_extfuse_read_args(ctx, EXTFUSE_IN_PARAM_0_VALUE, &in, sizeof(in)) > 0)
		mark_attr(in.oldnodeid);
	mark_name(ctx, ctx->nodeid, EXTFUSE_IN_PARAM_1_VALUE, &key);
	return marked(ctx);
}

/*
 * in: fuse_rename_in or fuse_rename2_in, old name, new name. Both begin with
 * newdir. The node that moves changes its ctime, and so does the one that it
 * replaces.
 */
SEC("extfuse/mark_rename")
int extfuse_mark_rename(struct extfuse_req *ctx)
{
	struct entry_long_key key;
	struct fuse_rename2_in in;

	mark_name(ctx, ctx->nodeid, EXTFUSE_IN_PARAM_1_VALUE, &key);
	if (bpf_extfuse_read_args(ctx, EXTFUSE_IN_PARAM_0_VALUE, &in, sizeof(in)) > 0)
		mark_name(ctx, in.newdir, EXTFUSE_IN_PARAM_2_VALUE, &key);
	return marked(ctx);
}
