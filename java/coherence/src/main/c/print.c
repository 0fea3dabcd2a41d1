// SPDX-License-Identifier: Apache-2.0
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "load.h"

void print(struct history *h, const char *format, ...)
{
	va_list args;
	int n, room = HISTORY - h->length;

	va_start(args, format);
	n = vsnprintf(h->text + h->length, room, format, args);
	va_end(args);
	if (n < 0 || n >= room) {
		fprintf(stderr, "coherence-load: a round is longer than %d bytes\n", HISTORY);
		exit(1);
	}
	h->length += n;
}

int64_t nanoseconds(const struct timespec *t)
{
	return t->tv_sec * 1000000000LL + t->tv_nsec;
}

int64_t now(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return nanoseconds(&t);
}

void print_attr(struct history *h, const struct stat *st)
{
	print(h, " %lu %o %lu %ld %ld %ld", (unsigned long)st->st_ino, st->st_mode,
	      (unsigned long)st->st_nlink, (long)st->st_size,
	      (long)nanoseconds(&st->st_mtim), (long)nanoseconds(&st->st_ctim));
}

const char *name_of(int name)
{
	static const char letters[MAX_NAMES][2] = { "a", "b", "c", "d", "e", "f", "g", "h" };

	return letters[name];
}
