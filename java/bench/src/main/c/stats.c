// SPDX-License-Identifier: Apache-2.0
/* Random lstat calls. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "tree-load.h"

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

static void stat_file(const struct options *o, int file, struct watch *w)
{
	char path[PATH_SIZE];
	struct stat st;

	path_of(path, o, file);
	watch_call(w);
	if (lstat(path, &st))
		fail(path);
	watch_return(w);
}

void stat_at_random(const struct options *o)
{
	uint64_t random = o->seed;
	struct watch w;
	int i;

	watch_start(&w, o->title, o->stats);
	for (i = 0; i < o->stats; i++)
		stat_file(o, below(&random, o->among), &w);
	watch_print(&w);
	printf("}\n");
}

/* Files by popularity: in no order that has to do with directories */
static int *shuffled(int n, uint64_t *random)
{
	int *order = malloc(n * sizeof(*order));
	int i, j, swap;

	if (!order)
		fail("memory");
	for (i = 0; i < n; i++)
		order[i] = i;
	for (i = n - 1; i > 0; i--) {
		j = below(random, i + 1);
		swap = order[i];
		order[i] = order[j];
		order[j] = swap;
	}
	return order;
}

/* sums[k]: 1 + 1/2 + ... + 1/(k + 1) */
static double *harmonic(int n)
{
	double *sums = malloc(n * sizeof(*sums));
	double sum = 0;
	int k;

	if (!sums)
		fail("memory");
	for (k = 0; k < n; k++)
		sums[k] = sum += 1.0 / (k + 1);
	return sums;
}

static int zipf(const double *sums, int n, uint64_t *random)
{
	double at = (next(random) >> 11) * 0x1p-53 * sums[n - 1];
	int low = 0, high = n - 1;

	while (low < high) {
		int middle = (low + high) / 2;

		if (sums[middle] > at)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

void stat_by_zipf(const struct options *o)
{
	struct lru *ideal = lru_new(o->dirs + o->files, o->capacity);
	int dir_hits = 0, file_hits = 0, i, file;
	int per_dir = o->files / o->dirs;
	uint64_t random = o->seed;
	int *order = shuffled(o->files, &random);
	double *sums = harmonic(o->files);
	struct watch w;

	watch_start(&w, o->title, o->stats);
	for (i = 0; i < o->stats; i++) {
		file = order[zipf(sums, o->files, &random)];
		dir_hits += lru_use(ideal, file / per_dir);
		file_hits += lru_use(ideal, o->dirs + file);
		stat_file(o, file, &w);
	}
	watch_print(&w);
	printf(", \"capacity\": %d, \"ideal_hits\": %d, \"ideal_file_hits\": %d}\n",
	       o->capacity, dir_hits + file_hits, file_hits);
}
