// SPDX-License-Identifier: Apache-2.0
/**
 * The BPF maps of {@code bpf/maps.h}: layouts, and one class for each map and for what is read from
 * it.
 */
package org.extfuse4j.cache.map;
