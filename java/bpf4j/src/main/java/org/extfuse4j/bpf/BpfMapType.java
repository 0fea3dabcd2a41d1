// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bpf;

/**
 * Map types by their kernel numbers ({@code enum bpf_map_type}); other numbers pass through as
 * well.
 */
public final class BpfMapType {
  public static final int HASH = 1;
  public static final int ARRAY = 2;
  public static final int PROG_ARRAY = 3;
  public static final int PERCPU_HASH = 5;
  public static final int PERCPU_ARRAY = 6;
  public static final int LRU_HASH = 9;
  public static final int LRU_PERCPU_HASH = 10;
  public static final int ARRAY_OF_MAPS = 12;
  public static final int HASH_OF_MAPS = 13;
  public static final int PERCPU_CGROUP_STORAGE = 21;
  public static final int RINGBUF = 27;

  private BpfMapType() {}

  /** Whether an element of such a map has one value per possible CPU. */
  public static boolean isPerCpu(int type) {
    return type == PERCPU_HASH
        || type == PERCPU_ARRAY
        || type == LRU_PERCPU_HASH
        || type == PERCPU_CGROUP_STORAGE;
  }

  /** The name that bpftool prints, such as {@code lru_hash}, or {@code type 99}. */
  public static String name(int type) {
    return switch (type) {
      case HASH -> "hash";
      case ARRAY -> "array";
      case PROG_ARRAY -> "prog_array";
      case PERCPU_HASH -> "percpu_hash";
      case PERCPU_ARRAY -> "percpu_array";
      case LRU_HASH -> "lru_hash";
      case LRU_PERCPU_HASH -> "lru_percpu_hash";
      case ARRAY_OF_MAPS -> "array_of_maps";
      case HASH_OF_MAPS -> "hash_of_maps";
      case PERCPU_CGROUP_STORAGE -> "percpu_cgroup_storage";
      case RINGBUF -> "ringbuf";
      default -> "type " + type;
    };
  }
}
