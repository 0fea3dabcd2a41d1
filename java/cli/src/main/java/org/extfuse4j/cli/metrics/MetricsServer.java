// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli.metrics;

import io.prometheus.metrics.exporter.httpserver.HTTPServer;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import org.extfuse4j.cli.CliException;

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
   * @throws CliException when it is in use, or not of this machine, or not permitted
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
      throw new CliException("cannot serve metrics on " + wanted + " (--metrics)", e);
    }
    address = new MetricsAddress(wanted.host(), server.getPort());
    JvmMetrics.builder().register(registry);
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
