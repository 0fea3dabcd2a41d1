/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TREE_LOAD_H
#define TREE_LOAD_H

#include <stddef.h>
#include <stdint.h>

/* A name of a file has 20 bytes */
#define FILE_NAME	"file-%015d"
#define DIR_NAME	"d%05d"
#define PATH_SIZE	64

struct options {
	const char *title;	/* of the progress lines */
	int files;		/* in the tree, spread evenly */
	int dirs;		/* of the tree */
	int among;		/* only so many of the files are asked for */
	int stats;		/* how many lstat calls */
	int capacity;		/* names that the ideal cache holds */
	uint64_t seed;
};

/* How long each of some calls took, and how far they are. */
struct watch {
	const char *title;
	uint32_t *ns;
	int count;
	int total;
	int64_t began;
	int64_t call;
	int64_t shown;
};

/* Exits with the reason in one line */
_Noreturn void fail(const char *what);

int64_t now_ns(void);
void watch_start(struct watch *w, const char *title, int total);
void watch_call(struct watch *w);
void watch_return(struct watch *w);
/* Prints the beginning of a JSON object: the caller adds fields and the brace */
void watch_print(struct watch *w);

/* The path of a file below the root of the tree */
void path_of(char *path, const struct options *o, int file);
void make_tree(const struct options *o);
void walk_tree(const struct options *o);
void stat_at_random(const struct options *o);
void stat_by_zipf(const struct options *o);

/* A cache of at most @capacity of the keys 0 to @keys - 1, which drops what was used least lately */
struct lru;
struct lru *lru_new(int keys, int capacity);
/* Uses a key; returns whether it was there */
int lru_use(struct lru *lru, int key);

#endif
