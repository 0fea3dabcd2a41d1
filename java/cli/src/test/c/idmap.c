// SPDX-License-Identifier: Apache-2.0
/*
 * idmap MOUNT TARGET ID SEEN COUNT
 *
 * Mounts MOUNT once more, on TARGET, so that the users and groups ID, ID+1, ... of the file system are seen there as SEEN,
 * SEEN+1, ..., and no others (mount_setattr(2), MOUNT_ATTR_IDMAP). Ends with the errno if the kernel refuses.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void fail(const char *what)
{
	int status = errno;

	perror(what);
	exit(status);
}

static void write_map(pid_t process, const char *kind, char **map)
{
	char path[64], text[128];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/%s", process, kind);
	snprintf(text, sizeof(text), "%s %s %s", map[0], map[1], map[2]);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		fail(path);
	close(fd);
}

/* A user namespace lives as long as its descriptor. */
static int user_namespace(char **map)
{
	int made[2], fd;
	char path[64], byte;
	pid_t child;

	if (pipe(made))
		fail("pipe");
	child = fork();
	if (child == 0) {
		if (unshare(CLONE_NEWUSER) || write(made[1], "", 1) != 1)
			fail("unshare");
		pause();
		_exit(0);
	}
	close(made[1]);
	if (read(made[0], &byte, 1) != 1)
		exit(1);
	write_map(child, "uid_map", map);
	write_map(child, "gid_map", map);
	snprintf(path, sizeof(path), "/proc/%d/ns/user", child);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		fail(path);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	return fd;
}

int main(int argc, char **argv)
{
	struct mount_attr attr = { .attr_set = MOUNT_ATTR_IDMAP };
	int tree;

	if (argc != 6)
		return 1;
	attr.userns_fd = user_namespace(argv + 3);
	tree = syscall(SYS_open_tree, AT_FDCWD, argv[1], OPEN_TREE_CLONE | O_CLOEXEC);
	if (tree < 0)
		fail(argv[1]);
	if (syscall(SYS_mount_setattr, tree, "", AT_EMPTY_PATH, &attr, sizeof(attr)))
		fail("mount_setattr");
	if (syscall(SYS_move_mount, tree, "", AT_FDCWD, argv[2], MOVE_MOUNT_F_EMPTY_PATH))
		fail(argv[2]);
	return 0;
}
