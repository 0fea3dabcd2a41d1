// SPDX-License-Identifier: Apache-2.0
/*
 * usage: tree-load make|walk|random|zipf --files N --dirs N [option]... ROOT
 *
 * A tree of empty files, and what asks for their attributes:
 *
 *   make      makes the tree in ROOT
 *   walk      lists every directory and calls lstat for every file in it
 *   random    calls lstat for --stats files, each as likely, of the first --among of the tree
 *   zipf      calls lstat for --stats files, the k-th most popular with a probability that
 *             goes with 1/k; which those are depends on --seed only
 *
 * All end with 1 when a call fails. On standard output: one line of JSON with the
 * number of calls, their time, and the median, the 99.9th percentile and the longest
 * of single ones. After zipf also what an ideal cache of --capacity names, one that
 * drops the name used least lately, would have answered of the very same lookups: one
 * of the directory and one of the file for each call.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tree-load.h"

static const struct {
	const char *name;
	void (*run)(const struct options *o);
} modes[] = {
	{ "make", make_tree },
	{ "walk", walk_tree },
	{ "random", stat_at_random },
	{ "zipf", stat_by_zipf },
};

_Noreturn void fail(const char *what)
{
	fprintf(stderr, "tree-load: %s: %s\n", what, strerror(errno));
	exit(1);
}

static _Noreturn void wrong_usage(void)
{
	fprintf(stderr, "tree-load: see the head of tree-load.c for the arguments\n");
	exit(2);
}

static void read_options(int argc, char **argv, struct options *o)
{
	static const struct option known[] = {
		{ "title", required_argument, NULL, 't' }, { "files", required_argument, NULL, 'f' },
		{ "dirs", required_argument, NULL, 'd' }, { "among", required_argument, NULL, 'a' },
		{ "stats", required_argument, NULL, 'n' }, { "capacity", required_argument, NULL, 'c' },
		{ "seed", required_argument, NULL, 's' },
		{}
	};
	int option;

	while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
		switch (option) {
		case 't': o->title = optarg; break;
		case 'f': o->files = atoi(optarg); break;
		case 'd': o->dirs = atoi(optarg); break;
		case 'a': o->among = atoi(optarg); break;
		case 'n': o->stats = atoi(optarg); break;
		case 'c': o->capacity = atoi(optarg); break;
		case 's': o->seed = strtoull(optarg, NULL, 10); break;
		default: wrong_usage();
		}
	}
	if (!o->among)
		o->among = o->files;
	if (o->dirs < 1 || o->files < o->dirs || o->files % o->dirs || o->among < 1 ||
	    o->among > o->files || o->stats < 1 || o->capacity < 1)
		wrong_usage();
}

int main(int argc, char **argv)
{
	struct options o = { .title = argv[1], .stats = 1, .capacity = 1, .seed = 1 };
	size_t i;

	if (argc < 2)
		wrong_usage();
	read_options(argc - 1, argv + 1, &o);
	/* getopt has counted from the mode */
	if (argc - 1 - optind != 1)
		wrong_usage();
	if (chdir(argv[1 + optind]))
		fail(argv[1 + optind]);
	for (i = 0; i < sizeof(modes) / sizeof(*modes); i++) {
		if (!strcmp(argv[1], modes[i].name)) {
			modes[i].run(&o);
			return 0;
		}
	}
	wrong_usage();
}
