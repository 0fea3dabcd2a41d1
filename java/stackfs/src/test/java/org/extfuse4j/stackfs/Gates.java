// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.stackfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.extfuse4j.fuse.FuseFileSystem;
import org.extfuse4j.fuse.FuseOperations;
import org.extfuse4j.fuse.protocol.FuseOpcode;
import org.extfuse4j.fuse.protocol.Request;
import org.extfuse4j.fuse.protocol.RequestStructs.InHeader;

/** Holds operations of a file system at a point, so that a test decides what happens meanwhile. */
final class Gates {
  /** One operation is held here, the first that comes; further ones pass. */
  static final class Gate {
    private final String operation;
    private final boolean before;
    private final Predicate<Object[]> arguments;
    private final Semaphore free = new Semaphore(1);
    private final Semaphore arrived = new Semaphore(0);
    private final Semaphore opened = new Semaphore(0);

    private Gate(String operation, boolean before, Predicate<Object[]> arguments) {
      this.operation = operation;
      this.before = before;
      this.arguments = arguments;
    }

    /** Waits until an operation is held. */
    void await() throws InterruptedException {
      assertThat(arrived.tryAcquire(20, TimeUnit.SECONDS)).as("%s comes", operation).isTrue();
    }

    /** Lets it go on. */
    void open() {
      opened.release();
    }

    private void pass(String name, boolean beginning, Object[] with) throws InterruptedException {
      if (beginning == before
          && operation.equals(name)
          && arguments.test(with)
          && free.tryAcquire()) {
        arrived.release();
        assertThat(opened.tryAcquire(30, TimeUnit.SECONDS)).as("gate is opened").isTrue();
      }
    }
  }

  private final List<Gate> gates = new CopyOnWriteArrayList<>();
  private volatile boolean callersUnseen;

  /** Callers are as those in a pid namespace that the daemon does not see. */
  Gates callersUnseen() {
    callersUnseen = true;
    return this;
  }

  /** A gate before the operation on this name looks at anything. */
  Gate before(String operation, String name) {
    return add(operation, true, with -> nameIs(with, name));
  }

  /** A gate where the operation on this name has made its reply, and not sent it. */
  Gate after(String operation, String name) {
    return add(operation, false, with -> nameIs(with, name));
  }

  /** A gate before a FORGET of this node counts. */
  Gate beforeForget(long nodeid) {
    return add("forget", true, with -> with[0].equals(nodeid));
  }

  private Gate add(String operation, boolean before, Predicate<Object[]> arguments) {
    Gate gate = new Gate(operation, before, arguments);
    gates.add(gate);
    return gate;
  }

  private static boolean nameIs(Object[] with, String name) {
    Request rq = (Request) with[0];
    byte[] bytes = new byte[rq.nameLength(rq.nameOffset())];
    rq.buffer().get(rq.bodyOffset() + rq.nameOffset(), bytes);
    return name.equals(new String(bytes, StandardCharsets.ISO_8859_1));
  }

  /** The same file system, with gates. */
  FuseFileSystem around(FuseFileSystem fs) {
    return (FuseFileSystem)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {FuseFileSystem.class},
            (proxy, method, with) -> {
              if (method.getName().equals("operations")) {
                return fs.operations().around(this::gated);
              }
              return gated(method.getName(), with, () -> method.invoke(fs, with));
            });
  }

  private FuseOperations.Operation gated(int opcode, FuseOperations.Operation operation) {
    String name = FuseOpcode.name(opcode).toLowerCase(Locale.ROOT);
    return (rq, rp) -> {
      if (callersUnseen) {
        rq.buffer().putInt(InHeader.PID, 0);
      }
      try {
        return (Integer) gated(name, new Object[] {rq, rp}, () -> operation.run(rq, rp));
      } catch (RuntimeException | Error e) {
        throw e;
      } catch (Throwable e) {
        throw new IllegalStateException(e);
      }
    };
  }

  private Object gated(String name, Object[] with, Callable<Object> operation) throws Throwable {
    for (Gate gate : gates) {
      gate.pass(name, true, with);
    }
    Object result;
    try {
      result = operation.call();
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
    for (Gate gate : gates) {
      gate.pass(name, false, with);
    }
    return result;
  }
}
