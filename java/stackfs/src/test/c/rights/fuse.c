// SPDX-License-Identifier: Apache-2.0
/* The differences that FUSE makes whatever its server does, with the lines of Linux 6.12 that make them. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "rights.h"

#define CAPABILITY " security.capability="

/* Copies a picture without set-id bits and file capabilities of d/f; returns the bits. */
static unsigned int without_set_id(const char *picture, char *to)
{
	const char *f = strstr(picture, "d/f 10"), *capability;
	unsigned int mode;
	char *end;

	strcpy(to, picture);
	if (!f)
		return 0;
	end = to + (f - picture) + 4;
	mode = strtoul(f + 4, NULL, 8);
	end[2] = '0';
	capability = strstr(end, CAPABILITY);
	if (capability && capability < strchr(end, '\n')) {
		size_t hex = strspn(capability + strlen(CAPABILITY), "0123456789abcdef");
		char *at = to + (capability - to), *after = at + strlen(CAPABILITY) + hex;

		memmove(at, after, strlen(after) + 1);
	}
	return mode & 07000;
}

bool differs_by_fuse(const struct cell *cell, const struct result *source, const struct result *mount)
{
	static char native[PICTURE], mounted[PICTURE];
	const char *name = operation(cell->operation)->name;
	unsigned int native_bits = without_set_id(source->after, native);
	unsigned int mount_bits = without_set_id(mount->after, mounted);
	bool only_those = !strcmp(native, mounted), fewer = !(mount_bits & ~native_bits);
	bool as_told = source->outcome.error == mount->outcome.error;

	/* do_mmap() refuses to map S_APPEND inodes, which FUSE's never are; write(2) goes through by that descriptor. */
	if (!strcmp(name, "mmap") && cell->way == BY_FD && !strcmp(cell->scenario->name, "flag a"))
		return source->outcome.error == EACCES && !mount->outcome.error;
	/*
	 * What is changed by a mapping is written later by nobody in particular: fuse_writepages_send() sets
	 * FUSE_WRITE_CACHE, and the source clears at a write(2) what it keeps at a page fault.
	 */
	if (!strcmp(name, "mmap"))
		return as_told && only_those && fewer;
	/* fuse_file_fallocate() calls file_modified() before it asks the server, which may then refuse. */
	if (!strcmp(name, "zero a range") && source->outcome.error == EOPNOTSUPP)
		return as_told && only_those && fewer;
	/*
	 * fuse_setattr() drops ATTR_KILL_SUID, ATTR_KILL_SGID and ATTR_MODE. Nothing is left then of a chown(2) that
	 * changes nothing, not even who may: the server cannot tell it from the kernel's own after a write.
	 */
	if (!strcmp(name, "chown of nothing"))
		return only_those && !mount->outcome.error && (as_told || !strcmp(mount->before, mount->after));
	return false;
}
