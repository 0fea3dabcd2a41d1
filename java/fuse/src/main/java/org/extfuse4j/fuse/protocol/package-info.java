// SPDX-License-Identifier: Apache-2.0
/**
 * The messages of the FUSE protocol, as {@code include/uapi/linux/fuse.h} has them: views of
 * requests and replies in native buffers, their checks, and how they are printed.
 */
package org.extfuse4j.fuse.protocol;
