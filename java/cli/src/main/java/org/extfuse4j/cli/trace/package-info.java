// SPDX-License-Identifier: Apache-2.0
/**
 * {@code extfuse trace}: the requests of a mount, from the kernel's trace events. Text comes out of
 * tracefs ({@link org.extfuse4j.cli.trace.TraceInstance}), becomes events ({@link
 * org.extfuse4j.cli.trace.TraceParser}), is put in order ({@link org.extfuse4j.cli.trace.InOrder})
 * and joined to requests ({@link org.extfuse4j.cli.trace.Pairing}), which get a path ({@link
 * org.extfuse4j.cli.trace.PathIndex}) and are shown.
 */
package org.extfuse4j.cli.trace;
