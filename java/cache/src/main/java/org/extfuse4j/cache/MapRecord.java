// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cache;

/**
 * A map of a mount as a whole.
 *
 * @param type as bpftool calls it
 * @param elements how many it holds now; -1 for arrays, which always hold all
 * @param capacity how many fit
 * @param memory bytes of the kernel's memory, by its own reckoning
 */
public record MapRecord(String name, String type, long elements, int capacity, long memory) {}
