// SPDX-License-Identifier: Apache-2.0
/** Nodes as libfuse's high-level library keeps them: a node is a path. */
package org.extfuse4j.jnrfuse.node;
