// SPDX-License-Identifier: Apache-2.0

/** Micro-benchmarks of the hot paths, by JMH. */
package org.extfuse4j.bench.micro;
