// SPDX-License-Identifier: Apache-2.0
/*
 * The callers: each is a process with credentials of its own, which it never
 * changes: it looks at a world, and after the change it acts in it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>
#include "rights.h"

#define CAP(name) (1ULL << CAP_##name)
#define ALL_CAPS (~0ULL >> (63 - CAP_LAST_CAP))
/* A loaded machine is slow, too. */
#define PATIENCE_MS 15000

const char *const way_names[WAYS] = { "path", "descriptor", "handle" };

const struct caller callers[] = {
	{ "owner", OWNER, OWNER, { 0 }, 0, NO_NAMESPACE },
	{ "group", 1001, GROUP, { 0 }, 0, NO_NAMESPACE },
	{ "supplementary", 1002, 1002, { 3000, GROUP }, 0, NO_NAMESPACE },
	{ "other", 1003, 1003, { 3000 }, 0, NO_NAMESPACE },
	{ "root", 0, 0, { 0 }, ALL_CAPS, NO_NAMESPACE },
	{ "root without capabilities", 0, 0, { 0 }, 0, NO_NAMESPACE },
	{ "root without FSETID", 0, 0, { 0 }, ALL_CAPS & ~CAP(FSETID), NO_NAMESPACE },
	{ "other with DAC_OVERRIDE", 1004, 1004, { 0 }, CAP(DAC_OVERRIDE), NO_NAMESPACE },
	{ "other with DAC_READ_SEARCH", 1005, 1005, { 0 }, CAP(DAC_READ_SEARCH), NO_NAMESPACE },
	{ "other with FOWNER", 1006, 1006, { 0 }, CAP(FOWNER), NO_NAMESPACE },
	{ "other with CHOWN and FSETID", 1007, 1007, { 0 }, CAP(CHOWN) | CAP(FSETID), NO_NAMESPACE },
	{ "other with SYS_ADMIN", 1008, 1008, { 0 }, CAP(SYS_ADMIN), NO_NAMESPACE },
	{ "root of a namespace", 1009, 1009, { 0 }, ALL_CAPS, ONLY_ITSELF },
	{ "root of a namespace with owners", 1010, 1010, { 0 }, ALL_CAPS, WITH_OTHERS },
};
const int caller_count = COUNT(callers);

/* What a caller is asked for and answers, in memory that it shares with the program. */
struct job {
	enum { LOOK, ACT } what;
	char world[512];
	enum way way;
	int operation;
	struct outcome outcome;
};

static struct running {
	pid_t pid;
	int ask, answer;
	struct job *job;
} running[32];

static void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);

	must(fd >= 0 && write(fd, text, strlen(text)) > 0, "write", path);
	close(fd);
}

/* Maps user and group 0 of the namespace to the caller, and the others that worlds are made of to themselves. */
static void map_ids(pid_t pid, const struct caller *c)
{
	static const char *const files[] = { "uid_map", "gid_map" };

	for (int i = 0; i < 2; i++) {
		char path[64], map[128];

		snprintf(path, sizeof(path), "/proc/%d/%s", pid, files[i]);
		snprintf(map, sizeof(map), "0 %u 1\n%s", i ? c->gid : c->uid,
			 c->namespace == WITH_OTHERS ? "1000 1000 4\n2000 2000 1\n" : "");
		write_file(path, map);
	}
}

/* Of what the program has: root of a container has not all of them. */
static void set_caps(unsigned long long caps)
{
	struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct data[2];

	must(syscall(SYS_capget, &header, data) == 0, "capget", "");
	for (int i = 0; i < 2; i++, caps >>= 32) {
		data[i].permitted &= (unsigned int)caps;
		data[i].effective = data[i].permitted;
		data[i].inheritable = 0;
	}
	must(syscall(SYS_capset, &header, data) == 0, "capset", "");
}

/* The credentials of a caller; ready and mapped: pipes by which the program writes the maps meanwhile. */
static void become(const struct caller *c, int ready, int mapped)
{
	size_t groups = 0;
	char byte = 0;

	while (groups < COUNT(c->groups) && c->groups[groups])
		groups++;
	must(setgroups(groups, c->groups) == 0, "setgroups", c->name);
	prctl(PR_SET_KEEPCAPS, 1);
	must(setresgid(c->gid, c->gid, c->gid) == 0, "setresgid", c->name);
	must(setresuid(c->uid, c->uid, c->uid) == 0, "setresuid", c->name);
	if (c->namespace) {
		must(unshare(CLONE_NEWUSER) == 0, "unshare", c->name);
		must(write(ready, &byte, 1) == 1 && read(mapped, &byte, 1) == 1, "map", c->name);
		must(setresgid(0, 0, 0) == 0 && setresuid(0, 0, 0) == 0, "be root of", c->name);
	} else {
		set_caps(c->caps);
		must(write(ready, &byte, 1) == 1, "start", c->name);
	}
	/* So that /proc/self is the caller's own. */
	prctl(PR_SET_DUMPABLE, 1);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	umask(0);
}

static struct target held;

/* What anybody does before he acts, and what makes the kernel believe something about it. */
static void look(const struct job *job)
{
	static const char *const seen[] = { "d", "d/f", "d/s", "d/new", "e", "e/g", "e/new" };
	static char f[32], d[32];
	char buffer[256];
	struct stat st;
	int fd;

	/* What is not allowed here is not allowed in the twins either. */
	if (chdir(job->world))
		return;
	for (int i = 0; i < COUNT(seen); i++) {
		lstat(seen[i], &st);
		access(seen[i], W_OK);
		getxattr(seen[i], "system.posix_acl_access", buffer, sizeof(buffer));
	}
	held = (struct target){ job->way, -1, -1, AT_FDCWD, "d/f", "d/f", "d", NULL };
	switch (job->way) {
	case BY_FD:
		held.fd = open("d/f", O_RDWR | O_NONBLOCK);
		if (held.fd < 0)
			held.fd = open("d/f", O_RDONLY | O_NONBLOCK);
		held.dir = open("d", O_RDONLY | O_DIRECTORY);
		break;
	case BY_HANDLE:
		held.fd = open("d/f", O_PATH | O_NOFOLLOW);
		held.dir = open("d", O_PATH | O_DIRECTORY);
		snprintf(f, sizeof(f), "/proc/self/fd/%d", held.fd);
		snprintf(d, sizeof(d), "/proc/self/fd/%d", held.dir);
		held.at = held.dir;
		held.name = "f";
		held.path = f;
		held.directory = d;
		break;
	default:
		break;
	}
	fd = open("d", O_RDONLY | O_DIRECTORY);
	while (fd >= 0 && syscall(SYS_getdents64, fd, buffer, sizeof(buffer)) > 0)
		;
	close(fd);
}

static void act(struct job *job)
{
	held.data = job->outcome.data;
	job->outcome.data[0] = 0;
	errno = 0;
	job->outcome.error = operation(job->operation)->run(&held) ? errno : 0;
	close(held.fd);
	close(held.dir);
	held.fd = held.dir = -1;
	must(chdir("/") == 0, "chdir", "/");
}

static void serve(struct job *job, int ask, int answer)
{
	char byte;

	while (read(ask, &byte, 1) == 1) {
		if (job->what == LOOK)
			look(job);
		else
			act(job);
		must(write(answer, &byte, 1) == 1, "answer", "");
	}
	_exit(0);
}

static struct running *start(int number)
{
	struct running *r = &running[number];
	int ask[2], answer[2];
	char byte = 0;

	if (r->pid)
		return r;
	r->job = mmap(NULL, sizeof(*r->job), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	must(r->job != MAP_FAILED && pipe2(ask, O_CLOEXEC) == 0 && pipe2(answer, O_CLOEXEC) == 0, "start",
	     callers[number].name);
	r->pid = fork();
	must(r->pid >= 0, "fork", callers[number].name);
	if (r->pid == 0) {
		close(ask[1]);
		close(answer[0]);
		become(&callers[number], answer[1], ask[0]);
		serve(r->job, ask[0], answer[1]);
	}
	close(ask[0]);
	close(answer[1]);
	r->ask = ask[1];
	r->answer = answer[0];
	must(read(r->answer, &byte, 1) == 1, "start", callers[number].name);
	if (callers[number].namespace) {
		map_ids(r->pid, &callers[number]);
		must(write(r->ask, &byte, 1) == 1, "start", callers[number].name);
	}
	return r;
}

/* Returns false when there was no answer until rescue was called, which may be NULL. */
static bool ask(struct running *r, const char *who, void (*rescue)(void))
{
	struct pollfd answer = { .fd = r->answer, .events = POLLIN };
	bool in_time;
	char byte = 0;

	must(write(r->ask, &byte, 1) == 1, "ask", who);
	in_time = poll(&answer, 1, PATIENCE_MS) == 1;
	if (!in_time && rescue)
		rescue();
	must(in_time || poll(&answer, 1, PATIENCE_MS) == 1, "hangs:", who);
	must(read(r->answer, &byte, 1) == 1, "has ended:", who);
	return in_time;
}

void caller_looks(int caller, const char *world, enum way way)
{
	struct running *r = start(caller);

	r->job->what = LOOK;
	r->job->way = way;
	snprintf(r->job->world, sizeof(r->job->world), "%s", world);
	ask(r, callers[caller].name, NULL);
}

void caller_acts(int caller, int number, struct outcome *outcome, void (*rescue)(void))
{
	struct running *r = start(caller);

	r->job->what = ACT;
	r->job->operation = number;
	if (!ask(r, callers[caller].name, rescue))
		snprintf(r->job->outcome.data, sizeof(r->job->outcome.data), "after it hung");
	*outcome = r->job->outcome;
}
