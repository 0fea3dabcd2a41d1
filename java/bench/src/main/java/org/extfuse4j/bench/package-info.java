// SPDX-License-Identifier: Apache-2.0

/** Benchmarks on real mounts and real programs. */
package org.extfuse4j.bench;
