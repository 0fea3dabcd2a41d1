// SPDX-License-Identifier: Apache-2.0

/**
 * StackFS: a pass-through file system on another directory. {@link org.extfuse4j.stackfs.StackFs}
 * hands each operation to the class of its kind; they share the source, the node table and the
 * cache.
 */
package org.extfuse4j.stackfs;
