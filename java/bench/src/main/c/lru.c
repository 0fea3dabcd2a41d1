// SPDX-License-Identifier: Apache-2.0
/* An ideal cache: a list of keys, the one used last at its head. */
#include <stdlib.h>

#include "tree-load.h"

#define ABSENT	(-1)

struct lru {
	int end;	/* stands before the head and after the tail */
	int used;
	int capacity;
	int *before;	/* ABSENT: not in the list */
	int *after;
};

struct lru *lru_new(int keys, int capacity)
{
	struct lru *lru = malloc(sizeof(*lru));
	size_t size = (keys + 1) * sizeof(int);
	int key;

	if (!lru || !(lru->before = malloc(size)) || !(lru->after = malloc(size)))
		fail("memory");
	for (key = 0; key < keys; key++)
		lru->before[key] = ABSENT;
	lru->end = keys;
	lru->used = 0;
	lru->capacity = capacity;
	lru->before[lru->end] = lru->after[lru->end] = lru->end;
	return lru;
}

static void unlink_key(struct lru *lru, int key)
{
	lru->after[lru->before[key]] = lru->after[key];
	lru->before[lru->after[key]] = lru->before[key];
	lru->before[key] = ABSENT;
	lru->used--;
}

static void put_first(struct lru *lru, int key)
{
	int head = lru->after[lru->end];

	lru->before[key] = lru->end;
	lru->after[key] = head;
	lru->before[head] = key;
	lru->after[lru->end] = key;
	lru->used++;
}

int lru_use(struct lru *lru, int key)
{
	int hit = lru->before[key] != ABSENT;

	if (hit)
		unlink_key(lru, key);
	else if (lru->used == lru->capacity)
		unlink_key(lru, lru->before[lru->end]);
	put_first(lru, key);
	return hit;
}
