/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The maps of one mount. The daemon sets the sizes before it loads them and
 * pins them by these names.
 *
 * The two that hold nearly everything are allocated ahead: their elements lie
 * side by side, without the size classes of the allocator, and what the budget
 * allows is there when it is needed.
 */
#ifndef EXTFUSE_MAP_DEFS_H
#define EXTFUSE_MAP_DEFS_H

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, FUSE_OPS_COUNT << 1);
	__type(key, __u32);
	__type(value, __u32);
} handlers SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1 << 17);
	__type(key, struct entry_key);
	__type(value, struct entry_value);
} entry_map SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 1 << 15);
	__type(key, struct entry_middle_key);
	__type(value, struct entry_value);
} entry_map_middle SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 1 << 13);
	__type(key, struct entry_long_key);
	__type(value, struct entry_value);
} entry_map_long SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1 << 17);
	__type(key, __u64);
	__type(value, struct attr_value);
} attr_map SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1 << 17);
	__type(key, __u32);
	__type(value, __u64);
} nlookup_map SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct changes_value);
} changes SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct control_value);
} control SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, FUSE_OPS_COUNT);
	__type(key, __u32);
	__type(value, struct stats_value);
} stats SEC(".maps");

#endif
