// SPDX-License-Identifier: Apache-2.0
/** One jnr-fuse file system by libfuse and by the adapter: {@code extfuse-bench jnrfuse}. */
package org.extfuse4j.bench.jnrfuse;
