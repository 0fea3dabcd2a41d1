// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.coherence.history;

/**
 * A name and what it leads to.
 *
 * @param path of the name, or of a directory that holds names
 * @param target of a symbolic link, or null
 */
public record Entry(String path, Attr attr, String target) {}
