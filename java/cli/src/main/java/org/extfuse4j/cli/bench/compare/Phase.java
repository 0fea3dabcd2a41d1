// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli.bench.compare;

/** What the caches held when a workload began. */
enum Phase {
  /** Nothing: the kernel's caches dropped, the maps flushed. A negative name: never asked for. */
  COLD("cold"),

  /** What the workloads before, over the same names, left there. */
  WARM("warm"),

  /** The same without the kernel's dentries and inodes, as under memory pressure. */
  PRESSED("dentries dropped"),

  /** A workload that changes files has one state. */
  ONCE("once");

  final String label;

  Phase(String label) {
    this.label = label;
  }
}
