// SPDX-License-Identifier: Apache-2.0
/** The maps of a mount as they are pinned, read from outside the daemon. */
package org.extfuse4j.cache.inspect;
