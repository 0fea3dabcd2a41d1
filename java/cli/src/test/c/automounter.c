// SPDX-License-Identifier: Apache-2.0
/*
 * automounter direct|indirect DIRECTORY COMMAND [ARGUMENT...]
 *
 * The least of an automounter (Documentation/filesystems/autofs.rst): mounts autofs on DIRECTORY, says "ready", and when
 * somebody walks into it (direct) or into any name below it (indirect, for which it makes a directory) runs COMMAND, which
 * is to mount something there, and lets the walk go on when that has ended. A line of output tells with what status. As every
 * automounter it knows its own processes by their process group, and only those may walk past it. Ends with SIGTERM, or by
 * itself after two minutes; 77 says that the kernel has no autofs.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/auto_fs.h>
#include <linux/limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NO_AUTOFS = 77, SECONDS = 120 };

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static void stop(int signal)
{
	(void)signal;
}

static int run(char **command)
{
	int status;
	pid_t child = fork();

	if (child == 0) {
		execvp(command[0], command);
		fail(command[0]);
	}
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	return status;
}

/* 0 when the walk that waits may go on. */
static int answer(int root, const char *directory, int direct, const struct autofs_v5_packet *packet, char **command)
{
	char path[PATH_MAX];
	int status;

	if (!direct) {
		snprintf(path, sizeof(path), "%s/%.*s", directory, (int)packet->len, packet->name);
		if (mkdir(path, 0755) && errno != EEXIST)
			fail(path);
	}
	status = run(command);
	printf("status %d\n", status);
	return ioctl(root, status ? AUTOFS_IOC_FAIL : AUTOFS_IOC_READY, packet->wait_queue_token);
}

int main(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = stop };
	struct autofs_v5_packet packet;
	char options[128];
	int pipes[2], root, direct;

	if (argc < 4)
		return 2;
	direct = !strcmp(argv[1], "direct");
	setvbuf(stdout, NULL, _IOLBF, 0);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGALRM, &action, NULL);
	alarm(SECONDS);
	if (setpgid(0, 0) || pipe2(pipes, O_CLOEXEC))
		fail("start");
	snprintf(options, sizeof(options), "fd=%d,pgrp=%d,minproto=5,maxproto=5,%s", pipes[1], getpgrp(), argv[1]);
	if (mount("automounter", argv[2], "autofs", 0, options)) {
		perror("mount");
		return errno == ENODEV ? NO_AUTOFS : 1;
	}
	close(pipes[1]);
	root = open(argv[2], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (root < 0)
		fail(argv[2]);
	puts("ready");
	while (read(pipes[0], &packet, sizeof(packet)) == sizeof(packet))
		if (answer(root, argv[2], direct, &packet, argv + 3))
			perror("answer");
	close(root);
	umount2(argv[2], MNT_DETACH);
	return 0;
}
