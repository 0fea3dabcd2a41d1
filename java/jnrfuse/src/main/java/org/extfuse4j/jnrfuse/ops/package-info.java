// SPDX-License-Identifier: Apache-2.0
/** The operations, by what they are about: each calls back into the file system. */
package org.extfuse4j.jnrfuse.ops;
