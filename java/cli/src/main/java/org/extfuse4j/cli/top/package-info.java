// SPDX-License-Identifier: Apache-2.0

/**
 * {@code extfuse top}: {@link Sampler} takes {@link Sample}s from the maps, the daemon and the
 * kernel's tracing, two of them make an {@link Interval}, {@link Layout} makes lines of that, and
 * {@link Terminal} shows them.
 */
package org.extfuse4j.cli.top;
