// SPDX-License-Identifier: Apache-2.0

/** The {@code extfuse} command: mount, umount, stats and the benchmarks. */
package org.extfuse4j.cli;
