/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of the table of rights share; rights.c says what the table is. */
#ifndef RIGHTS_H
#define RIGHTS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

/* Owner and group of what a world has at first. */
#define OWNER 1000
#define GROUP 2000

/* How an operation reaches what it is about. */
enum way {
	BY_PATH,	/* d/f from the world's folder */
	BY_FD,		/* a descriptor that was opened before the change */
	BY_HANDLE,	/* the same by O_PATH: /proc/self/fd/N, or a name below an O_PATH directory */
	WAYS
};

extern const char *const way_names[WAYS];

/* What came of an operation: errno or 0, and what it read, if it reads. */
struct outcome {
	int error;
	char data[512];
};

/* Who acts: a process of its own, so that each has one set of credentials only. */
struct caller {
	const char *name;
	uid_t uid;
	gid_t gid;
	gid_t groups[4];	/* supplementary ones, up to the first 0 */
	unsigned long long caps;	/* effective, in its own user namespace */
	enum { NO_NAMESPACE, ONLY_ITSELF, WITH_OTHERS } namespace;
};

extern const struct caller callers[];
extern const int caller_count;

/*
 * Begin each time with the first, then the second. They end the program if the caller does not answer; before, rescue
 * may make that it does.
 */
void caller_looks(int caller, const char *world, enum way way);
void caller_acts(int caller, int operation, struct outcome *outcome, void (*rescue)(void));

/* A world, and what becomes of it in the source behind the mount's back. The working directory is the world. */
struct scenario {
	const char *name;
	void (*before)(const struct caller *caller);
	void (*change)(const struct caller *caller);
};

struct table {
	const char *name;
	const struct scenario *scenarios;
	int scenario_count;
};

extern const struct table changes_table, set_id_table;

void base_world(void);

/* What an operation finds. By path or by handle: at and name; by descriptor: fd. */
struct target {
	enum way way;
	int fd;		/* of d/f */
	int dir;	/* of d */
	int at;		/* name is seen from here */
	const char *name;	/* of f */
	const char *path;	/* d/f, or what leads to it by an O_PATH descriptor */
	const char *directory;	/* d, the same */
	char *data;
};

struct operation {
	const char *name;
	int (*run)(const struct target *target);	/* 0, or -1 and errno */
	unsigned int ways;	/* bits of enum way */
	bool looks;	/* only reads: what it shows may be as old as the mount promises */
	bool sets_id;	/* also one of the ways to change a file of the table of set-id bits */
};

extern const struct operation operations[];
extern const int operation_count;

int content_operations(const struct operation **first);
int attribute_operations(const struct operation **first);
int name_operations(const struct operation **first);
const struct operation *operation(int number);

#define PICTURE 16384

struct cell {
	const struct scenario *scenario;
	int caller, operation;
	enum way way;
};

struct result {
	struct outcome outcome;
	char before[PICTURE], after[PICTURE];
};

/* Whether the mount differs as FUSE itself makes it differ, in what no server can change. */
bool differs_by_fuse(const struct cell *cell, const struct result *source, const struct result *mount);

/* Helpers of worlds and operations; those that end in must_ end the program when they fail. */
void must(bool condition, const char *what, const char *about);
void put(const char *path, const char *contents, uid_t uid, gid_t gid, mode_t mode);
int build_acl(char *to, size_t size, int user, int user_perm, int group, int group_perm, mode_t mode);
int change_flags(int fd, unsigned int add, unsigned int drop);

/* All of a tree of the source that can be compared, as text. */
void picture(const char *root, char *to, size_t size);
void destroy(const char *root);

#endif
