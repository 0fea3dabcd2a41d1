// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.daemon.control;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Map;
import org.extfuse4j.daemon.CommandException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlServerTest {
  private static final int PATIENCE_MS = 200;

  @TempDir Path dir;
  private ControlServer server;

  @BeforeEach
  void listen() {
    server =
        new ControlServer(
            dir.resolve("control"),
            Map.of(
                "stats",
                () -> Map.of("mount", "/mnt"),
                "long",
                () -> Map.of("text", "x".repeat(1 << 20)),
                "broken",
                () -> {
                  throw new CommandException("it is broken");
                }),
            Map.of("echo", argument -> Map.of("said", argument)),
            PATIENCE_MS);
  }

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void answersALineWithALine() throws IOException {
    assertThat(ask("stats\n")).isEqualTo("{\"mount\":\"/mnt\"}\n");
    assertThat(ask(" stats \n")).isEqualTo("{\"mount\":\"/mnt\"}\n");
  }

  @Test
  void takesAnArgument() throws IOException {
    String line = ControlClient.line("echo", "/a b\nç%");
    assertThat(ask(line + "\n")).isEqualTo("{\"said\":\"/a b\\nç%\"}\n");
  }

  @Test
  void writesAnswersThatNoSocketHoldsAtOnce() throws IOException {
    assertThat(ask("long\n")).hasSizeGreaterThan(1 << 20).endsWith("\"}\n");
  }

  @Test
  void saysWhatItDoesNotKnow() throws IOException {
    assertThat(ask("dance\n")).isEqualTo("{\"error\":\"unknown command 'dance'\"}\n");
  }

  @Test
  void saysWhyItFailed() throws IOException {
    assertThat(ask("broken\n")).isEqualTo("{\"error\":\"it is broken\"}\n");
  }

  @Test
  void outlivesClientsThatLeave() throws IOException {
    for (int i = 0; i < 20; i++) {
      try (SocketChannel client = connect()) {
        // More than a line may have.
        client.write(ByteBuffer.allocate(1000 * i));
      }
    }
    assertThat(ask("stats\n")).contains("/mnt");
  }

  @Test
  void doesNotWaitForASilentClientForLong() throws IOException {
    try (SocketChannel silent = connect()) {
      assertThat(silent.isConnected()).isTrue();
      assertThat(ask("stats\n")).contains("/mnt");
    }
  }

  private SocketChannel connect() throws IOException {
    return SocketChannel.open(UnixDomainSocketAddress.of(dir.resolve("control")));
  }

  private String ask(String line) throws IOException {
    try (SocketChannel channel = connect()) {
      channel.write(ByteBuffer.wrap(line.getBytes(UTF_8)));
      return new String(Channels.newInputStream(channel).readAllBytes(), UTF_8);
    }
  }
}
