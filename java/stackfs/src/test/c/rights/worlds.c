// SPDX-License-Identifier: Apache-2.0
/*
 * The worlds and what changes in them behind the mount's back. A world has the
 * directories d and e; f is in d, beside the directory s, and g is in e.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/fs.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>
#include "rights.h"

#define UNUSED __attribute__((unused))

static void own(const char *path, uid_t uid, gid_t gid, mode_t mode)
{
	must(lchown(path, uid, gid) == 0 && chmod(path, mode) == 0, "own", path);
}

static void at_old_times(const char *path)
{
	static const struct timespec times[2] = { { 1000000000, 0 }, { 1000000000, 0 } };

	must(utimensat(AT_FDCWD, path, times, AT_SYMLINK_NOFOLLOW) == 0, "set times of", path);
}

void put(const char *path, const char *contents, uid_t uid, gid_t gid, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
	ssize_t n = strlen(contents);

	must(fd >= 0 && write(fd, contents, n) == n && close(fd) == 0, "make", path);
	own(path, uid, gid, mode);
	at_old_times(path);
}

static void put_directory(const char *path, uid_t uid, gid_t gid, mode_t mode)
{
	must(mkdir(path, 0700) == 0, "make", path);
	own(path, uid, gid, mode);
}

/* In the form of linux/posix_acl_xattr.h; user and group: -1 for none. */
int build_acl(char *to, size_t size, int user, int user_perm, int group, int group_perm, mode_t mode)
{
	struct entry { uint16_t tag, perm; uint32_t id; } *e = (void *)(to + 4);
	uint32_t version = 2, none = -1;

	must(size >= 4 + 6 * sizeof(*e), "room for", "an ACL");
	memcpy(to, &version, 4);
	*e++ = (struct entry){ 0x01, mode >> 6 & 7, none };
	if (user >= 0)
		*e++ = (struct entry){ 0x02, user_perm, user };
	*e++ = (struct entry){ 0x04, mode >> 3 & 7, none };
	if (group >= 0)
		*e++ = (struct entry){ 0x08, group_perm, group };
	*e++ = (struct entry){ 0x10, 7, none };
	*e++ = (struct entry){ 0x20, mode & 7, none };
	return (char *)e - to;
}

/* For the caller's own user and for the group of others' files. */
static void set_acl(const char *path, const struct caller *who, int perm, mode_t mode)
{
	char acl[128];
	int size = build_acl(acl, sizeof(acl), who->uid, perm, GROUP, perm, mode);

	must(setxattr(path, "system.posix_acl_access", acl, size, 0) == 0, "set an ACL of", path);
}

int change_flags(int fd, unsigned int add, unsigned int drop)
{
	unsigned int flags;

	if (ioctl(fd, FS_IOC_GETFLAGS, &flags))
		return -1;
	flags = (flags & ~drop) | add;
	return ioctl(fd, FS_IOC_SETFLAGS, &flags);
}

static void add_flags(const char *path, unsigned int add)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK);

	must(fd >= 0 && change_flags(fd, add, 0) == 0, "set flags of", path);
	close(fd);
}

void base_world(void)
{
	put_directory("d", OWNER, GROUP, 0777);
	put_directory("d/s", OWNER, GROUP, 0755);
	put_directory("e", 0, 0, 0777);
	put("e/g", "contents of g", OWNER, GROUP, 0666);
	put("e/secret", "a secret", 0, 0, 0600);
}

static void file(uid_t uid, gid_t gid, mode_t mode)
{
	put("d/f", "contents of f", uid, gid, mode);
	must(setxattr("d/f", "user.shown", "1", 1, 0) == 0, "set an attribute of", "d/f");
	must(setxattr("d/f", "trusted.hidden", "1", 1, 0) == 0, "set an attribute of", "d/f");
	at_old_times("d/f");
}

/* Worlds, by what f or d is. */
#define WORLD(name, statements) \
	static void name(UNUSED const struct caller *who) { statements; }

WORLD(nothing, )
WORLD(owners, file(OWNER, GROUP, 0664))
WORLD(owners_open, file(OWNER, GROUP, 0666))
WORLD(callers_own, file(who->uid, who->gid, 0644))
WORLD(callers_open, file(who->uid, who->gid, 0666))
WORLD(callers_set_id, file(who->uid, who->gid, 0777))
WORLD(roots, file(0, 0, 0644))
WORLD(roots_open, file(0, 0, 0666))
WORLD(roots_closed, file(0, 0, 0600))
WORLD(groups, file(0, GROUP, 0664))
WORLD(executable, file(0, GROUP, 0777))
WORLD(with_acl, file(0, 0, 0600); set_acl("d/f", who, 6, 0600))
WORLD(roots_directory, owners_open(who); own("d", 0, 0, 0755))
WORLD(open_directory, roots_open(who); own("d", 0, 0, 0777); own("d/s", 0, 0, 0755))
WORLD(groups_directory, roots_open(who); own("d", 0, GROUP, 0775))
WORLD(callers_directory, roots_open(who); own("d", who->uid, who->gid, 0755))
WORLD(set_gid_directory, roots_open(who); own("d", 0, who->gid, 02777))
WORLD(sticky_directory, callers_open(who); own("d/s", who->uid, who->gid, 0755); own("d", 0, 0, 01777))
WORLD(missing_in_sticky, own("d", 0, 0, 01777))

/* Changes. */
WORLD(take, must(chown("d/f", 0, 0) == 0, "take", "d/f"))
WORLD(give, must(chown("d/f", who->uid, who->gid) == 0, "give", "d/f"))
WORLD(give_another, must(chown("d/f", 1500, 1500) == 0, "give", "d/f"))
WORLD(take_group, must(chown("d/f", -1, 0) == 0, "take", "d/f"))
WORLD(close_file, must(chmod("d/f", 0600) == 0, "close", "d/f"))
WORLD(shut_file, must(chmod("d/f", 0) == 0, "close", "d/f"))
WORLD(open_file, must(chmod("d/f", 0666) == 0, "open", "d/f"))
WORLD(not_executable, must(chmod("d/f", 0666) == 0, "close", "d/f"))
WORLD(take_acl, must(removexattr("d/f", "system.posix_acl_access") == 0 && chmod("d/f", 0600) == 0, "take", "ACL"))
WORLD(deny_by_acl, set_acl("d/f", who, 0, 0666))
WORLD(allow_by_acl, set_acl("d/f", who, 6, 0600))
WORLD(set_both_ids, must(chmod("d/f", 06777) == 0, "set ids of", "d/f"))
WORLD(take_and_set_id, must(chown("d/f", 0, 0) == 0 && chmod("d/f", 06777) == 0, "take", "d/f"))
WORLD(make_immutable, add_flags("d/f", FS_IMMUTABLE_FL))
WORLD(make_append_only, add_flags("d/f", FS_APPEND_FL))
WORLD(append_only_directory, add_flags("d", FS_APPEND_FL))
WORLD(close_directory, must(chmod("d", 0700) == 0, "close", "d"))
WORLD(protect_directory, must(chmod("d", 0755) == 0, "close", "d"))
WORLD(open_the_directory, must(chmod("d", 0777) == 0, "open", "d"))
WORLD(deny_directory, set_acl("d", who, 5, 0777))
WORLD(take_directory, own("d", 0, 0, 0755))
WORLD(take_directory_group, must(chown("d", -1, 0) == 0, "take", "d"))
WORLD(make_sticky, must(chmod("d", 01777) == 0, "close", "d"))
WORLD(make_set_gid, must(chmod("d", 02777) == 0, "change", "d"))
WORLD(change_set_gid, must(chown("d", 0, 0) == 0 && chmod("d", 02777) == 0, "change", "d"))
WORLD(move_away, must(rename("d/f", "d/old") == 0, "move", "d/f"))
WORLD(replace_closed, move_away(who); put("d/f", "another", 0, 0, 0600))
WORLD(replace_open, move_away(who); put("d/f", "another", 0, 0, 0666))
WORLD(replace_in_sticky, replace_open(who); must(rmdir("d/s") == 0, "remove", "d/s"); put_directory("d/s", 0, 0, 0755))
WORLD(replace_by_fifo, move_away(who); must(mkfifo("d/f", 0666) == 0, "make", "d/f"); own("d/f", 0, 0, 0666))
WORLD(replace_by_link, move_away(who); must(symlink("../e/g", "d/f") == 0, "make", "d/f"))
WORLD(replace_by_secret, move_away(who); must(symlink("../e/secret", "d/f") == 0, "make", "d/f"))
WORLD(replace_by_directory, move_away(who); put_directory("d/f", 0, 0, 0777))
WORLD(replace_directory, must(rename("d", "old") == 0, "move", "d"); put_directory("d", 0, 0, 0755); roots_closed(who))
WORLD(remove_all, must(unlink("d/f") == 0 && rmdir("d/s") == 0, "remove", "d/f"))
WORLD(appear_fifo, must(mkfifo("d/f", 0666) == 0, "make", "d/f"); own("d/f", 0, 0, 0666))
WORLD(appear_link, must(symlink("../e/secret", "d/f") == 0, "make", "d/f"))
WORLD(appear_directory, put_directory("d/f", 0, 0, 0777))
WORLD(appear_new, put("d/new", "new", 0, 0, 0600))
WORLD(appear_new_open, put("d/new", "new", 0, 0, 0666))

static const struct scenario changes[] = {
	{ "nothing", owners, nothing },
	{ "nothing (the caller's own)", callers_own, nothing },
	{ "nothing (root's)", roots, nothing },
	{ "nothing (group's)", groups, nothing },
	{ "nothing (an ACL)", with_acl, nothing },
	{ "nothing (a sticky directory)", sticky_directory, nothing },
	{ "nothing (a directory with set-group-ID)", set_gid_directory, nothing },
	{ "the owner's to root", owners_open, take },
	{ "the caller's to root", callers_open, take },
	{ "the caller's to another", callers_own, give_another },
	{ "the caller's to root, set-id", callers_set_id, take_and_set_id },
	{ "root's to the caller", roots_closed, give },
	{ "the group's to root's", groups, take_group },
	{ "mode 0666 to 0600", roots_open, close_file },
	{ "mode 0600 to 0666", roots_closed, open_file },
	{ "mode 0666 to 0", callers_open, shut_file },
	{ "mode 0777 to 0666", executable, not_executable },
	{ "mode 0777 to 06777", executable, set_both_ids },
	{ "an ACL is gone", with_acl, take_acl },
	{ "an ACL denies", roots_open, deny_by_acl },
	{ "an ACL allows", roots_closed, allow_by_acl },
	{ "flag i", owners_open, make_immutable },
	{ "flag a", owners_open, make_append_only },
	{ "flag a of the directory", owners_open, append_only_directory },
	{ "directory 0777 to 0700", open_directory, close_directory },
	{ "directory 0777 to 0755", open_directory, protect_directory },
	{ "directory 0755 to 0777", roots_directory, open_the_directory },
	{ "directory's ACL denies", open_directory, deny_directory },
	{ "the caller's directory to root", callers_directory, take_directory },
	{ "the group's directory to root's", groups_directory, take_directory_group },
	{ "directory becomes sticky", open_directory, make_sticky },
	{ "directory becomes set-group-ID", open_directory, make_set_gid },
	{ "set-group-ID directory to root", set_gid_directory, change_set_gid },
	{ "another, closed", callers_open, replace_closed },
	{ "another, open", callers_open, replace_open },
	{ "another's in a sticky directory", sticky_directory, replace_in_sticky },
	{ "a FIFO instead", owners_open, replace_by_fifo },
	{ "a symlink instead", owners_open, replace_by_link },
	{ "a symlink to a secret instead", owners_open, replace_by_secret },
	{ "a directory instead", owners_open, replace_by_directory },
	{ "another directory", callers_open, replace_directory },
	{ "it is gone", owners_open, remove_all },
	{ "root's appears", nothing, roots_closed },
	{ "root's appears, open", nothing, roots_open },
	{ "root's appears in a sticky directory", missing_in_sticky, roots_open },
	{ "a FIFO appears", nothing, appear_fifo },
	{ "a symlink to a secret appears", nothing, appear_link },
	{ "a directory appears", nothing, appear_directory },
	{ "another name appears", owners_open, appear_new },
	{ "another name appears, open", owners_open, appear_new_open },
};

const struct table changes_table = { "changes", changes, COUNT(changes) };
