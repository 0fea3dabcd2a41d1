// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import java.nio.file.Path;
import org.extfuse4j.cache.Validity;

/**
 * What to serve and how.
 *
 * @param source the directory whose tree appears at the mount point
 * @param validity how long the kernel may trust replies
 * @param readOnly refuse changes of the source in the daemon, too
 * @param writeback let the kernel collect writes (FUSE_WRITEBACK_CACHE): it then keeps sizes and
 *     times of regular files itself, and the source has them when a file has been closed or synced
 */
public record StackFsOptions(Path source, Validity validity, boolean readOnly, boolean writeback) {}
