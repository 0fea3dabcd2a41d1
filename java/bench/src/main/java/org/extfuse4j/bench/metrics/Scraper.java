// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench.metrics;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.extfuse4j.daemon.CommandException;

/** Reads metrics at an interval, as Prometheus does, while {@link #begin begun}. */
final class Scraper {
  private final HttpClient client = HttpClient.newHttpClient();
  private final HttpRequest request;
  private final List<Double> seconds = new ArrayList<>();
  private final long intervalNs;
  private Thread thread;
  private volatile String failure;

  Scraper(String url, int intervalSeconds) {
    request = HttpRequest.newBuilder(URI.create(url)).build();
    intervalNs = TimeUnit.SECONDS.toNanos(intervalSeconds);
  }

  /** Begins with half an interval's wait, so that one interval has one scrape. */
  void begin() {
    thread = new Thread(this::run, "scrape");
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    try {
      TimeUnit.NANOSECONDS.sleep(intervalNs / 2);
      while (true) {
        long from = System.nanoTime();
        HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200 || !answer.body().contains("extfuse_requests_total")) {
          failure = "status " + answer.statusCode();
          return;
        }
        synchronized (seconds) {
          seconds.add((System.nanoTime() - from) / 1e9);
        }
        TimeUnit.NANOSECONDS.sleep(intervalNs);
      }
    } catch (IOException e) {
      failure = String.valueOf(e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** How long each scrape took so far. */
  List<Double> seconds() {
    synchronized (seconds) {
      return List.copyOf(seconds);
    }
  }

  /**
   * Ends it, until it is begun again.
   *
   * @throws CommandException if a scrape has failed
   */
  void end() throws InterruptedException {
    thread.interrupt();
    thread.join();
    if (failure != null) {
      throw new CommandException("cannot read " + request.uri() + ": " + failure);
    }
  }
}
