// SPDX-License-Identifier: Apache-2.0

/**
 * The control plane of ExtFUSE: keeps the BPF maps from which the kernel answers LOOKUP and GETATTR
 * coherent with the file system that is served.
 *
 * <p>A file system sees {@link org.extfuse4j.cache.MetadataCache} (what the kernel may answer),
 * {@link org.extfuse4j.cache.node.NodeLocks} (one lock order) and {@link
 * org.extfuse4j.cache.node.NodeRegistry} (which nodeids live, and how often the kernel holds them).
 */
package org.extfuse4j.cache;
