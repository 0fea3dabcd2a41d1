// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.daemon.metrics;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where metrics are served.
 *
 * @param host as it was given; the loopback address if none was
 * @param port from 0, which is any free one, to 65535
 */
public record MetricsAddress(InetAddress host, int port) {
  private static final Pattern FORM =
      Pattern.compile("(?:(\\[[0-9a-fA-F:.%\\w]+]|[^\\[\\]:]*):)?([0-9]{1,5})");
  private static final int LAST_PORT = 65_535;

  /**
   * Reads "127.0.0.1:9464", "[::1]:9464", "localhost:9464", ":9464" and "9464".
   *
   * @throws IllegalArgumentException with what is wrong, for a person
   */
  public static MetricsAddress parse(String value) {
    Matcher m = FORM.matcher(value);
    if (!m.matches()) {
      throw new IllegalArgumentException(
          "'" + value + "' is not ADDRESS:PORT, such as 127.0.0.1:9464, or PORT");
    }
    int port = Integer.parseInt(m.group(2));
    if (port > LAST_PORT) {
      throw new IllegalArgumentException("port " + port + " is not from 0 to " + LAST_PORT);
    }
    return new MetricsAddress(host(m.group(1)), port);
  }

  private static InetAddress host(String given) {
    if (given == null || given.isEmpty()) {
      return InetAddress.getLoopbackAddress();
    }
    String bare = given.startsWith("[") ? given.substring(1, given.length() - 1) : given;
    try {
      return InetAddress.getByName(bare);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("there is no host '" + bare + "'", e);
    }
  }

  /** As it is written in a URL. */
  @Override
  public String toString() {
    String address = host.getHostAddress();
    return (address.indexOf(':') >= 0 ? "[" + address + "]" : address) + ":" + port;
  }
}
