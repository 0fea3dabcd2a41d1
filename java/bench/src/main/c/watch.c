// SPDX-License-Identifier: Apache-2.0
/* The times of calls, and progress lines on standard error, one every 15 s. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "tree-load.h"

#define PERIOD_NS	15000000000LL

int64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

void watch_start(struct watch *w, const char *title, int total)
{
	*w = (struct watch){ .title = title, .total = total };
	w->ns = malloc(total * sizeof(*w->ns));
	if (!w->ns)
		fail("memory");
	w->began = w->shown = now_ns();
}

void watch_call(struct watch *w)
{
	w->call = now_ns();
}

static void show(struct watch *w, int64_t now)
{
	int spent = (now - w->began) / 1000000000;
	int left = (double)spent * (w->total - w->count) / w->count;

	fprintf(stderr, "%s: %d %%, %d:%02d, about %d:%02d left\n", w->title,
		(int)(100LL * w->count / w->total), spent / 60, spent % 60, left / 60, left % 60);
	w->shown = now;
}

void watch_return(struct watch *w)
{
	int64_t now = now_ns();
	int64_t ns = now - w->call;

	w->ns[w->count++] = ns < UINT32_MAX ? ns : UINT32_MAX;
	if (now - w->shown >= PERIOD_NS)
		show(w, now);
}

static int compare(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static double micros(const struct watch *w, double part)
{
	return w->ns[(int)(part * (w->count - 1))] / 1e3;
}

void watch_print(struct watch *w)
{
	double seconds = (now_ns() - w->began) / 1e9;

	qsort(w->ns, w->count, sizeof(*w->ns), compare);
	printf("{\"calls\": %d, \"seconds\": %.3f, \"median_us\": %.1f, \"p999_us\": %.1f, \"worst_us\": %.1f",
	       w->count, seconds, micros(w, 0.5), micros(w, 0.999), micros(w, 1));
	free(w->ns);
}
