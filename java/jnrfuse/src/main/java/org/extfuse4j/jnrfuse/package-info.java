// SPDX-License-Identifier: Apache-2.0
/**
 * Serves file systems written for jnr-fuse ({@code ru.serce.jnrfuse}) on this project's session and
 * cache, without libfuse. {@link org.extfuse4j.jnrfuse.ExtFuse} mounts one.
 *
 * <p>What a file system gets to see follows the high-level library of libfuse 2.9 (lib/fuse.c): the
 * order of callbacks in an operation, the paths they are given, what a missing callback means.
 * Where the adapter differs, the class that does says so.
 */
package org.extfuse4j.jnrfuse;
