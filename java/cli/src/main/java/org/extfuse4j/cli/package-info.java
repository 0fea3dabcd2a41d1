// SPDX-License-Identifier: Apache-2.0

/** The {@code extfuse} command: mount, umount, stats and what looks at a mount. */
package org.extfuse4j.cli;
