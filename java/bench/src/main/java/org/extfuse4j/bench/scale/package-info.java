// SPDX-License-Identifier: Apache-2.0
/** A million files in large and small caches: {@code extfuse-bench scale}. */
package org.extfuse4j.bench.scale;
