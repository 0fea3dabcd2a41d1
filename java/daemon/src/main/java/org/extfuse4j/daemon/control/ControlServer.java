// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.daemon.control;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.URLDecoder;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Supplier;
import org.extfuse4j.daemon.CommandException;
import org.extfuse4j.fuse.session.FailureLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers on the control socket: one command line in, one line of JSON out, and the connection
 * ends. It has one thread; a client that does not get on with it is dropped after {@value
 * #PATIENCE_MS} ms. The socket lies in a directory that only root may enter.
 */
public final class ControlServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ControlServer.class);
  private static final int PATIENCE_MS = 30_000;
  private static final int LONGEST_LINE = 16 << 10;
  private static final long PAUSE_NS = 100_000_000;

  private final ServerSocketChannel server;
  private final Map<String, Supplier<?>> commands;
  private final Map<String, Function<String, ?>> withArgument;
  private final int patienceMs;
  private final FailureLog failures = new FailureLog(LOG);

  /**
   * Listens, and starts the thread.
   *
   * @param commands by name, what makes the answer
   * @param withArgument the same for those that take the rest of the line, decoded ({@link
   *     ControlClient#line})
   */
  public ControlServer(
      Path socket,
      Map<String, Supplier<?>> commands,
      Map<String, Function<String, ?>> withArgument) {
    this(socket, commands, withArgument, PATIENCE_MS);
  }

  public ControlServer(
      Path socket,
      Map<String, Supplier<?>> commands,
      Map<String, Function<String, ?>> withArgument,
      int patienceMs) {
    this.commands = commands;
    this.withArgument = withArgument;
    this.patienceMs = patienceMs;
    try {
      server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      server.bind(UnixDomainSocketAddress.of(socket));
    } catch (IOException e) {
      throw new CommandException("cannot listen on " + socket, e);
    }
    Thread thread = new Thread(this::serve, "control");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      LOG.debug("closing the control socket", e);
    }
  }

  private void serve() {
    ObjectMapper json = new ObjectMapper();
    while (true) {
      try (SocketChannel client = accept();
          Selector selector = Selector.open()) {
        client.configureBlocking(false);
        SelectionKey key = client.register(selector, SelectionKey.OP_READ);
        String command = readLine(client, selector);
        Object answer = answer(command);
        ByteBuffer line = UTF_8.encode(json.writeValueAsString(answer) + "\n");
        key.interestOps(SelectionKey.OP_WRITE);
        while (line.hasRemaining()) {
          await(selector);
          client.write(line);
        }
      } catch (ClosedChannelException e) {
        if (!server.isOpen()) {
          return;
        }
      } catch (IOException e) {
        LOG.debug("a client of the control socket", e);
      } catch (RuntimeException | OutOfMemoryError e) {
        warn(e);
      }
    }
  }

  // Without a free descriptor it would fail again at once, for as long as a client waits.
  private SocketChannel accept() throws IOException {
    try {
      return server.accept();
    } catch (ClosedChannelException e) {
      throw e;
    } catch (IOException e) {
      warn(e);
      LockSupport.parkNanos(PAUSE_NS);
      throw e;
    }
  }

  private void warn(Throwable e) {
    failures.warn(e.getClass().getName(), () -> "the control socket: " + e + "; it goes on");
  }

  private Object answer(String command) {
    Supplier<?> maker = commands.get(command);
    int space = command.indexOf(' ');
    if (maker == null && space > 0) {
      Function<String, ?> taker = withArgument.get(command.substring(0, space));
      String argument = command.substring(space + 1);
      maker = taker == null ? null : () -> taker.apply(URLDecoder.decode(argument, UTF_8));
    }
    if (maker == null) {
      return Map.of("error", "unknown command '" + command + "'");
    }
    try {
      return maker.get();
    } catch (RuntimeException e) {
      LOG.warn("control command {} failed", command, e);
      return Map.of("error", CommandException.describe(e));
    }
  }

  private String readLine(SocketChannel client, Selector selector) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(LONGEST_LINE);
    while (buffer.hasRemaining()) {
      await(selector);
      if (client.read(buffer) < 0) {
        break;
      }
      if (buffer.position() > 0 && buffer.get(buffer.position() - 1) == '\n') {
        break;
      }
    }
    return UTF_8.decode(buffer.flip()).toString().strip();
  }

  private void await(Selector selector) throws IOException {
    selector.selectedKeys().clear();
    if (selector.select(patienceMs) == 0) {
      throw new IOException("it was silent for too long");
    }
  }
}
