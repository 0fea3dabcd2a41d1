// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench.compare;

/** What the caches held when a workload began. */
enum Phase {
  /** Nothing: the kernel's caches dropped, the maps flushed. A negative name: never asked for. */
  COLD("cold"),

  /** What the workloads before, over the same names, left there. */
  WARM("warm"),

  /** The same without the kernel's dentries and inodes, and they only. */
  DROPPED("dentries dropped"),

  /** The same after the kernel has reclaimed what it could, files and directories too. */
  RECLAIMED("memory reclaimed"),

  /** A workload that changes files has one state. */
  ONCE("once");

  final String label;

  Phase(String label) {
    this.label = label;
  }
}
