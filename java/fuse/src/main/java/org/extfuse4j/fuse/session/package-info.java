// SPDX-License-Identifier: Apache-2.0
/**
 * A session on an open device: the threads that read requests and write replies, when they grow and
 * end, notices to the kernel, deadlines, counters.
 */
package org.extfuse4j.fuse.session;
