// SPDX-License-Identifier: Apache-2.0

/** ExtFUSE, plain FUSE and what one would use instead, on the same tree in one run. */
package org.extfuse4j.bench.compare;
