// SPDX-License-Identifier: Apache-2.0
/** Walks and lookups of a tree on mounts that differ in who answers: {@code extfuse-bench find}. */
package org.extfuse4j.bench.find;
