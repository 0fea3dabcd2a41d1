// SPDX-License-Identifier: Apache-2.0

/**
 * The FUSE kernel protocol on /dev/fuse, as Linux 6.12 speaks it (7.41), down to 7.31 (Linux 5.4).
 *
 * <p>{@link org.extfuse4j.fuse.FuseMount} mounts, {@link org.extfuse4j.fuse.session.FuseSession}
 * runs a {@link org.extfuse4j.fuse.FuseFileSystem}: each of its threads reads a request into its
 * own {@link org.extfuse4j.fuse.protocol.Request}, has its size checked, calls the method for its
 * opcode and writes what that put into its {@link org.extfuse4j.fuse.protocol.Reply}. {@link
 * org.extfuse4j.fuse.protocol.RequestStructs} and {@link org.extfuse4j.fuse.protocol.ReplyStructs}
 * are the layout.
 *
 * <p>The contract followed is {@code include/uapi/linux/fuse.h} and {@code fs/fuse/dev.c}.
 */
package org.extfuse4j.fuse;
