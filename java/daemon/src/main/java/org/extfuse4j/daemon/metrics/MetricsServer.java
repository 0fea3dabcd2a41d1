// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.daemon.metrics;

import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.exporter.httpserver.HTTPServer;
import io.prometheus.metrics.instrumentation.jvm.JvmBufferPoolMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmGarbageCollectorMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmMemoryMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmRuntimeInfoMetric;
import io.prometheus.metrics.instrumentation.jvm.ProcessMetrics;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import org.extfuse4j.daemon.CommandException;

/**
 * Serves metrics over HTTP, at {@code /metrics}, on threads of its own. Until {@link #add} it has
 * those of the JVM only.
 */
public final class MetricsServer implements AutoCloseable {
  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final MetricsAddress address;
  private final HTTPServer server;

  /**
   * Binds the address, and answers from now on.
   *
   * @throws CommandException when it is in use, or not of this machine, or not permitted
   */
  public MetricsServer(MetricsAddress wanted) {
    try {
      server =
          HTTPServer.builder()
              .inetAddress(wanted.host())
              .port(wanted.port())
              .registry(registry)
              .buildAndStart();
    } catch (IOException e) {
      throw new CommandException("cannot serve metrics on " + wanted + " (--metrics)", e);
    }
    address = new MetricsAddress(wanted.host(), server.getPort());
    jvm();
  }

  // Not all that the library has: to tell the threads by their states, and whether they deadlock,
  // stops all of them, and the rest is a third of the text.
  private void jvm() {
    JvmMemoryMetrics.builder().register(registry);
    JvmGarbageCollectorMetrics.builder().register(registry);
    JvmBufferPoolMetrics.builder().register(registry);
    JvmRuntimeInfoMetric.builder().register(registry);
    ProcessMetrics.builder().register(registry);
    GaugeWithCallback.builder()
        .name("jvm_threads_current")
        .help("Threads of the JVM, daemon threads included.")
        .callback(value -> value.call(ManagementFactory.getThreadMXBean().getThreadCount()))
        .register(registry);
  }

  /** Serves more. */
  public void add(MultiCollector metrics) {
    registry.register(metrics);
  }

  /** Where they are. */
  public String url() {
    return "http://" + address + "/metrics";
  }

  @Override
  public void close() {
    server.close();
  }
}
