// SPDX-License-Identifier: Apache-2.0
/**
 * What a file system written for jnr-fuse expects of libfuse 2.9: its structs, its options, who
 * calls.
 */
package org.extfuse4j.jnrfuse.libfuse;
