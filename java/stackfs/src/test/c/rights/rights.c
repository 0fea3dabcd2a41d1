// SPDX-License-Identifier: Apache-2.0
/*
 * A table of what callers may do through a mount whose source changes behind
 * its back, cell by cell compared with the source itself.
 *
 *   rights TABLE TWINS SOURCE MOUNT BELIEVES EVERY FIRST [WORD...]
 *
 * A cell is an operation, the way by which it reaches its object, a change in
 * the source, and a caller. Each cell has a new world, made by root in the
 * source, and a twin of it in TWINS, on the same file system. In this order,
 * in the mount and in the twin:
 *
 *   1. root makes the world (in the source: a mount sees nothing of it yet);
 *   2. the caller looks at all of it and opens what the way asks for, so that
 *      the kernel believes in what it was told;
 *   3. root changes the world (in the source, behind the mount's back);
 *   4. the caller acts.
 *
 * The outcome is errno, what a reading operation read, and the picture of the
 * tree afterwards: owners, modes, links, times that are not of today, extended
 * attributes with ACLs, inode flags and contents of all objects, looked at by
 * root in the source. What the mount may answer:
 *
 *   SAME    the outcome is the twin's.
 *   HANDLE  only where the mount believes (timeouts, or the in-kernel cache) and by path: the outcome is the one of a
 *           second twin where the caller acts by O_PATH descriptors of f and d that he took when he looked. A
 *           believing walk ends at the object that was there; what is done to it is decided by the source, now.
 *   OLDER   where the mount believes, or by descriptor and by handle (which the kernel never asks about again): the
 *           errno is ESTALE, or the one of a third twin in which nothing was changed, and *nothing has been done*:
 *           the picture is that of before step 4. An operation that only reads may also show what the third twin
 *           shows. *   FUSE'S  it differs in what no server can change; fuse.c lists that.
 *
 * Anything else is printed and is a fault. In particular the mount never does
 * for a caller what the source refuses to him: nothing but SAME and HANDLE
 * allows a tree to change as it likes, and both are decided by the source after the change.
 *
 * Of all cells in an order of their own, each EVERYth is tried, beginning with
 * FIRST; only those whose description has all WORDs. The last line of output
 * says how many there were. Status 1 if there was a fault.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "rights.h"

static const char *twins, *source, *mount_point;
static bool believes;
static int worlds;

void must(bool condition, const char *what, const char *about)
{
	if (condition)
		return;
	fprintf(stderr, "rights: %s %s: %s\n", what, about, strerror(errno));
	fflush(stdout);
	_exit(2);
}

const struct operation *operation(int number)
{
	static int (*const lists[])(const struct operation **) = {
		content_operations, attribute_operations, name_operations,
	};
	const struct operation *first;

	for (int i = 0; i < COUNT(lists); i++) {
		int count = lists[i](&first);

		if (number < count)
			return first + number;
		number -= count;
	}
	return NULL;
}

static char world[512];

/* Whoever waits for the other side of a FIFO is freed. */
static void open_fifo(void)
{
	char path[600];

	snprintf(path, sizeof(path), "%s/d/f", world);
	open(path, O_RDWR | O_NONBLOCK);
}

/* One world from its making to the picture of what has become of it; it is looked at through seen. */
static void run(const struct cell *cell, const char *under, const char *seen, bool change, struct result *result)
{
	const struct caller *who = &callers[cell->caller];
	char view[512];

	snprintf(world, sizeof(world), "%s/%d", under, ++worlds);
	snprintf(view, sizeof(view), "%s/%d", seen, worlds);
	must(mkdir(world, 0755) == 0 && chdir(world) == 0, "make", world);
	base_world();
	cell->scenario->before(who);
	caller_looks(cell->caller, view, cell->way);
	if (change)
		cell->scenario->change(who);
	must(chdir("/") == 0, "chdir", "/");
	picture(world, result->before, PICTURE);
	caller_acts(cell->caller, cell->operation, &result->outcome, open_fifo);
	picture(world, result->after, PICTURE);
	destroy(world);
}

static bool same(const struct result *a, const struct result *b)
{
	return a->outcome.error == b->outcome.error && !strcmp(a->outcome.data, b->outcome.data) &&
	       !strcmp(a->after, b->after);
}

static void print_difference(const char *a, const char *b)
{
	/* The lines of each that the other has not. */
	const char *texts[] = { a, b }, *signs[] = { "  source ", "  mount  " };

	for (int i = 0; i < 2; i++) {
		char copy[PICTURE], other[PICTURE + 2], *rest = copy, *line, wanted[1024];

		snprintf(copy, sizeof(copy), "%s", texts[i]);
		snprintf(other, sizeof(other), "\n%s", texts[!i]);
		while ((line = strsep(&rest, "\n"))) {
			snprintf(wanted, sizeof(wanted), "\n%s\n", line);
			if (*line && !strstr(other, wanted))
				printf("%s%s\n", signs[i], line);
		}
	}
}

static const char *error_name(const struct outcome *outcome)
{
	return outcome->error ? strerrorname_np(outcome->error) : "done";
}

static void describe(const struct cell *cell, char *to, size_t size)
{
	snprintf(to, size, "%s by %s; %s; %s", operation(cell->operation)->name, way_names[cell->way],
		 cell->scenario->name, callers[cell->caller].name);
}

static void print_fault(const struct cell *cell, const struct result *twin, const struct result *mounted)
{
	char name[256];
	bool more = twin->outcome.error && (!mounted->outcome.error || strcmp(mounted->before, mounted->after));

	describe(cell, name, sizeof(name));
	printf("%s: %s: source %s%s%s, mount %s%s%s\n", more ? "MORE" : "DIFFERS", name, error_name(&twin->outcome),
	       *twin->outcome.data ? " " : "", twin->outcome.data, error_name(&mounted->outcome),
	       *mounted->outcome.data ? " " : "", mounted->outcome.data);
	print_difference(twin->after, mounted->after);
}

/* As above; a fault is printed. */
static enum verdict { SAME, HANDLE, OLDER, FUSES, FAULT, VERDICTS } judge(const struct cell *cell)
{
	static struct result twin, mounted, handle, unchanged;
	struct cell by_handle = *cell;
	bool nothing_done;

	run(cell, twins, twins, true, &twin);
	run(cell, source, mount_point, true, &mounted);
	if (same(&twin, &mounted))
		return SAME;
	if (differs_by_fuse(cell, &twin, &mounted))
		return FUSES;
	nothing_done = !strcmp(mounted.before, mounted.after);
	if (believes && cell->way == BY_PATH && operation(cell->operation)->ways & 1 << BY_HANDLE) {
		by_handle.way = BY_HANDLE;
		run(&by_handle, twins, twins, true, &handle);
		if (same(&handle, &mounted))
			return HANDLE;
	}
	if (nothing_done && (believes || cell->way != BY_PATH)) {
		run(cell, twins, twins, false, &unchanged);
		if (mounted.outcome.error == ESTALE)
			return OLDER;
		if (mounted.outcome.error == unchanged.outcome.error &&
		    (mounted.outcome.error || operation(cell->operation)->looks) &&
		    !strcmp(mounted.outcome.data, unchanged.outcome.data))
			return OLDER;
	}
	print_fault(cell, &twin, &mounted);
	return FAULT;
}

static bool wanted(const struct cell *cell, const struct table *table, char **words)
{
	const struct operation *o = operation(cell->operation);
	char name[256];

	if (!(o->ways & 1 << cell->way) || (table == &set_id_table && !o->sets_id))
		return false;
	describe(cell, name, sizeof(name));
	for (; *words; words++)
		if (!strstr(name, *words))
			return false;
	return true;
}

/* Spreads cells that are neighbours: a 32-bit mix, so that no axis has a period in the order. */
static unsigned int mix(unsigned int x)
{
	x = (x ^ x >> 16) * 0x45d9f3b;
	x = (x ^ x >> 16) * 0x45d9f3b;
	return x ^ x >> 16;
}

int main(int argc, char **argv)
{
	const struct table *table;
	int count[VERDICTS] = {}, operations = 0, every, first;
	struct timespec begun, now;
	struct cell cell;

	if (argc < 8) {
		fprintf(stderr, "usage: rights TABLE TWINS SOURCE MOUNT BELIEVES EVERY FIRST [WORD...]\n");
		return 2;
	}
	table = strcmp(argv[1], set_id_table.name) ? &changes_table : &set_id_table;
	twins = argv[2];
	source = argv[3];
	mount_point = argv[4];
	believes = atoi(argv[5]);
	every = atoi(argv[6]);
	first = atoi(argv[7]);
	umask(0);
	signal(SIGPIPE, SIG_IGN);
	clock_gettime(CLOCK_MONOTONIC, &begun);
	while (operation(operations))
		operations++;
	for (int s = 0; s < table->scenario_count; s++) {
		cell.scenario = &table->scenarios[s];
		for (int i = 0; i < operations * WAYS * caller_count; i++) {
			cell.operation = i / WAYS / caller_count;
			cell.way = i / caller_count % WAYS;
			cell.caller = i % caller_count;
			if (wanted(&cell, table, argv + 8) &&
			    (mix(s * 100000 + i) + first) % every == 0)
				count[judge(&cell)]++;
		}
	}
	clock_gettime(CLOCK_MONOTONIC, &now);
	printf("%d cells: %d the same, %d by a handle, %d older, %d FUSE's, %d faults; %lld ms\n",
	       count[SAME] + count[HANDLE] + count[OLDER] + count[FUSES] + count[FAULT], count[SAME], count[HANDLE],
	       count[OLDER], count[FUSES], count[FAULT], (now.tv_sec - begun.tv_sec) * 1000LL + (now.tv_nsec - begun.tv_nsec) / 1000000);
	return count[FAULT] > 0;
}
