// SPDX-License-Identifier: Apache-2.0
/**
 * System calls and native memory: those of requests through JNI ({@link
 * org.extfuse4j.fuse.sys.Syscalls}), those that set up through JNA; and what /proc says of a
 * caller.
 */
package org.extfuse4j.fuse.sys;
