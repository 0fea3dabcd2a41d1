// SPDX-License-Identifier: Apache-2.0
/** What metrics cost a mount: {@code extfuse-bench metrics}. */
package org.extfuse4j.bench.metrics;
