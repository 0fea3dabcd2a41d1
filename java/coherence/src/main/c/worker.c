// SPDX-License-Identifier: Apache-2.0
/* A worker: which calls it makes depends on the seed, the round and its number only. */
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "load.h"

static const struct {
	enum kind kind;
	int weight;
} mix[] = {
	{ CREATE, 6 }, { CREAT, 5 }, { OPEN, 6 }, { OTRUNC, 2 }, { FSTAT, 8 }, { FWRITE, 8 },
	{ FTRUNCATE, 3 }, { FCHMOD, 2 }, { LSTAT, 26 }, { STAT, 4 }, { STATDIR, 7 },
	{ READDIR, 4 }, { READLINK, 2 }, { MKDIR, 4 }, { SYMLINK, 3 }, { LINK, 7 },
	{ UNLINK, 8 }, { RMDIR, 3 }, { RENAME, 13 }, { CHMOD, 4 }, { TRUNCATE, 4 },
	{ UTIMENS, 3 },
};

static const long modes[] = { 0600, 0640, 0644, 0700, 0755, 01777 };
static const long sizes[] = { 0, 1, 7, 100, 4096, 5000 };
static const long writes[] = { 1, 10, 100, 4096 };

#define PICK(r, of) ((of)[below(r, sizeof(of) / sizeof(*(of)))])

/* splitmix64 */
static uint64_t next(uint64_t *random)
{
	uint64_t z = *random += 0x9e3779b97f4a7c15;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

static int below(uint64_t *random, int limit)
{
	return next(random) % limit;
}

static enum kind choose_kind(uint64_t *random, int has_file)
{
	while (1) {
		int total = 0, at;
		size_t i;

		for (i = 0; i < sizeof(mix) / sizeof(*mix); i++)
			total += mix[i].weight;
		at = below(random, total);
		for (i = 0; at >= mix[i].weight; i++)
			at -= mix[i].weight;
		if (has_file || mix[i].kind < FSTAT || mix[i].kind > FCHMOD)
			return mix[i].kind;
	}
}

static long choose_arg(uint64_t *random, enum kind kind, long unique)
{
	switch (kind) {
	case CREATE: case CREAT: case MKDIR: case CHMOD: case FCHMOD:
		return PICK(random, modes);
	case FTRUNCATE: case TRUNCATE:
		return PICK(random, sizes);
	case FWRITE:
		return PICK(random, writes);
	case RENAME:
		return below(random, 3);	/* none, RENAME_NOREPLACE, RENAME_EXCHANGE */
	case SYMLINK:
		return unique;
	case UTIMENS:
		return 1000000000 + unique;
	default:
		return 0;
	}
}

static void round_of(struct actor *actor, int round)
{
	const struct options *o = actor->options;
	uint64_t random = o->seed ^ (uint64_t)round << 20 ^ (uint64_t)actor->number << 56;
	struct call last = {};
	int i;

	next(&random);
	for (i = 0; i < o->calls; i++) {
		struct call c = {
			.kind = choose_kind(&random, actor->fd >= 0),
			.dir = below(&random, o->dirs),
			.name = below(&random, o->names),
			.dir2 = below(&random, o->dirs),
			.name2 = below(&random, o->names),
		};

		/* Often look at what was changed just now. */
		if (i && (c.kind == LSTAT || c.kind == STATDIR) && below(&random, 2)) {
			int second = below(&random, 2);

			c.dir = second ? last.dir2 : last.dir;
			c.name = second ? last.name2 : last.name;
		}
		c.arg = choose_arg(&random, c.kind,
				   (round % 10000) * 1000L + actor->number * 100 + i);
		if (c.kind == STATDIR || c.kind == READDIR)
			c.name = -1;
		perform(actor, &c);
		if (c.name >= 0)
			last = c;
	}
	if (actor->fd >= 0)
		close(actor->fd);
	actor->fd = -1;
}

void work(const struct options *options, struct shared *shared, int number)
{
	struct actor actor = {
		.number = number,
		.fd = -1,
		.options = options,
		.one_at_a_time = &shared->one_at_a_time,
		.history = &shared->histories[number],
	};

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (1) {
		pthread_barrier_wait(&shared->begin);
		if (shared->over)
			return;
		actor.history->length = 0;
		round_of(&actor, shared->round);
		pthread_barrier_wait(&shared->end);
	}
}
