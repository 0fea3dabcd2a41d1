// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench.scale;

/** The most descriptors and kernel memory of a daemon that were seen, looking every second. */
final class Peak {
  private static final int PERIOD_MS = 1000;

  private final DaemonProbe probe;

  // Guarded by this.
  private int descriptors;
  private long mapBytes;

  Peak(DaemonProbe probe) {
    this.probe = probe;
  }

  synchronized int descriptors() {
    return descriptors;
  }

  synchronized long mapBytes() {
    return mapBytes;
  }

  /** Looks until it is closed, and then once more. */
  Watch watch() {
    return new Watch();
  }

  private synchronized void look() {
    descriptors = Math.max(descriptors, probe.descriptors());
    mapBytes = Math.max(mapBytes, probe.mapBytes());
  }

  /** A thread that looks. */
  final class Watch implements AutoCloseable {
    private final Thread thread = new Thread(this::run, "peak");

    private Watch() {
      thread.setDaemon(true);
      thread.start();
    }

    private void run() {
      try {
        while (true) {
          look();
          Thread.sleep(PERIOD_MS);
        }
      } catch (InterruptedException e) {
        return; // closed
      }
    }

    @Override
    public void close() {
      thread.interrupt();
      look();
    }
  }
}
