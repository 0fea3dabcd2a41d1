// SPDX-License-Identifier: Apache-2.0
/* The files with set-id bits and file capabilities, and whose they are. */
#define _GNU_SOURCE
#include <linux/capability.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include "rights.h"

static void nothing(const struct caller *caller)
{
	(void)caller;
}

static void set_capability(void)
{
	struct vfs_cap_data value = {
		.magic_etc = VFS_CAP_REVISION_2 | VFS_CAP_FLAGS_EFFECTIVE,
		.data[0].permitted = 1 << CAP_NET_RAW,
	};

	must(setxattr("d/f", "security.capability", &value, sizeof(value), 0) == 0, "set capabilities of", "d/f");
}

#define FILE_OF(name, uid, gid, mode, capability)		\
	static void name(const struct caller *caller)		\
	{							\
		(void)caller;					\
		put("d/f", "contents of f", uid, gid, mode);	\
		if (capability)					\
			set_capability();			\
	}
#define FILES(mode)							\
	FILE_OF(owners_##mode, OWNER, GROUP, 0##mode, false)		\
	FILE_OF(roots_##mode, 0, 0, 0##mode, false)			\
	FILE_OF(groups_##mode, 0, GROUP, 0##mode, false)		\
	FILE_OF(callers_##mode, caller->uid, caller->gid, 0##mode, false)	\
	FILE_OF(capable_##mode, OWNER, GROUP, 0##mode, true)
#define ROWS(mode)							\
	{ "0" #mode " owner's", owners_##mode, nothing },		\
	{ "0" #mode " root's", roots_##mode, nothing },			\
	{ "0" #mode " root's of the group", groups_##mode, nothing },	\
	{ "0" #mode " caller's", callers_##mode, nothing },		\
	{ "0" #mode " with capabilities", capable_##mode, nothing }

FILES(4755)
FILES(2755)
FILES(2745)
FILES(6755)
FILES(2767)
FILES(4711)
FILES(6775)
FILES(6777)
FILES(4766)
FILES(777)

static const struct scenario scenarios[] = {
	ROWS(4755), ROWS(2755), ROWS(2745), ROWS(6755), ROWS(2767),
	ROWS(4711), ROWS(6775), ROWS(6777), ROWS(4766), ROWS(777),
};

const struct table set_id_table = { "set-id", scenarios, COUNT(scenarios) };
