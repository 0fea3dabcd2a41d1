// SPDX-License-Identifier: Apache-2.0

/** What a daemon tells Prometheus of its mount, {@code extfuse mount --metrics}. */
package org.extfuse4j.daemon.metrics;
