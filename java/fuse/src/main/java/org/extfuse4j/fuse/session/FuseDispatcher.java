// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.fuse.session;

import java.util.function.Supplier;
import org.extfuse4j.fuse.FuseFileSystem;
import org.extfuse4j.fuse.FuseOperations;
import org.extfuse4j.fuse.protocol.FuseOpcode;
import org.extfuse4j.fuse.protocol.FusePrinter;
import org.extfuse4j.fuse.protocol.Reply;
import org.extfuse4j.fuse.protocol.Request;
import org.extfuse4j.fuse.protocol.RequestCheck;
import org.extfuse4j.fuse.protocol.RequestStructs.BatchForgetIn;
import org.extfuse4j.fuse.protocol.RequestStructs.ForgetIn;
import org.extfuse4j.fuse.protocol.RequestStructs.ForgetOne;
import org.extfuse4j.fuse.protocol.RequestStructs.ReadIn;
import org.extfuse4j.fuse.sys.Errno;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From a request in a buffer to a reply in a buffer: checks it, calls the file system, makes the
 * message. It knows no device, so a file system can be tested with it on requests made by hand. One
 * thread each; nothing is allocated for a request that goes well.
 */
public final class FuseDispatcher {
  /** DEBUG: a line for each request and its result. TRACE: with decoded arguments and replies. */
  static final Logger REQUESTS = LoggerFactory.getLogger("org.extfuse4j.fuse.requests");

  private static final Logger LOG = LoggerFactory.getLogger(FuseDispatcher.class);

  private final FuseFileSystem fs;
  private final FuseOperations operations;
  private final UpcallCounters counters;
  private final UpcallCounters.Lane counts;
  private final FailureLog failures;

  /** The result of the last request: 0 or a negative errno. */
  private int result;

  public FuseDispatcher(FuseFileSystem fs, UpcallCounters counters) {
    this(fs, counters, new FailureLog(LOG));
  }

  /** One of several dispatchers, whose failures are counted together. */
  FuseDispatcher(FuseFileSystem fs, UpcallCounters counters, FailureLog failures) {
    this.failures = failures;
    this.fs = fs;
    this.operations = fs.operations();
    this.counters = counters;
    this.counts = counters.lane();
  }

  /** Where failures are logged. */
  FailureLog failures() {
    return failures;
  }

  /** Nothing is dispatched any more: another thread may go on with the counts. */
  void end() {
    counters.leave(counts);
  }

  /**
   * Handles one request.
   *
   * @param received bytes of the message in {@code rq}
   * @return bytes of the reply message, its header first; 0 when the request takes no reply
   */
  public int dispatch(Request rq, Reply rp, int received) {
    int opcode = rq.opcode();
    counts.received(opcode);
    boolean log = REQUESTS.isDebugEnabled();
    rp.reset(rp.capacity());
    String wrong = RequestCheck.check(rq, received, rp.capacity());
    if (wrong != null) {
      // fuse_dentry_revalidate() sends a name that a rename may be changing at that moment. It
      // takes any error but ENOMEM and EINTR for "look it up again", which it then does under a
      // lock.
      Supplier<String> what =
          () ->
              "request %s %s: %s; answered EIO"
                  .formatted(Long.toUnsignedString(rq.unique()), FuseOpcode.name(opcode), wrong);
      if (opcode == FuseOpcode.LOOKUP) {
        LOG.atDebug().log(what);
      } else {
        failures.error("malformed " + opcode, what, null);
      }
      result = -Errno.EIO;
    } else {
      if (log && REQUESTS.isTraceEnabled()) {
        REQUESTS.trace("{}", rq);
      }
      result = guarded(opcode, rq, rp);
    }
    counts.done(opcode, result == 0);
    int size = takesReply(opcode) ? rp.seal(rq.unique(), result) : 0;
    if (log) {
      FusePrinter.log(REQUESTS, rq, rp, result);
    }
    return size;
  }

  /** Makes the message that a request failed which {@link #dispatch} threw at; as that. */
  int fail(Request rq, Reply rp) {
    result = -Errno.EIO;
    return takesReply(rq.opcode()) ? rp.seal(rq.unique(), result) : 0;
  }

  /**
   * The last request is over, its reply written or refused; how long that took since it was read.
   */
  void took(Request rq, long ns) {
    counts.took(rq.opcode(), ns);
  }

  /** The kernel did not take the last reply; tells the file system when the reply was a success. */
  public void refused(Request rq, Reply rp, int errno) {
    if (result != 0) {
      return;
    }
    REQUESTS.debug("reply to {} refused: {}", rq, Errno.name(errno));
    try {
      fs.replyRefused(rq, rp, errno);
    } catch (RuntimeException | Error e) {
      failures.error(
          FailureLog.kind("refused " + rq.opcode(), e),
          () -> rq + " threw when its reply was refused",
          e);
    }
  }

  private int guarded(int opcode, Request rq, Reply rp) {
    int r;
    try {
      r = call(opcode, rq, rp);
    } catch (RuntimeException | Error e) {
      // An Error too: a caller left without an answer hangs in a way that not even SIGKILL ends.
      failures.error(
          FailureLog.kind(FuseOpcode.name(opcode), e),
          () ->
              "%s of node %s threw; answered EIO"
                  .formatted(FuseOpcode.name(opcode), Long.toUnsignedString(rq.nodeid())),
          e);
      return -Errno.EIO;
    }
    if (r > 0 || r <= -MAX_ERRNO) {
      failures.error(
          FuseOpcode.name(opcode) + " returned",
          () -> FuseOpcode.name(opcode) + " returned " + r + ", not 0 or -errno; answered EIO",
          null);
      return -Errno.EIO;
    }
    return r;
  }

  // fuse_dev_do_write() takes errors above -512 only.
  private static final int MAX_ERRNO = 512;

  private static boolean takesReply(int opcode) {
    return switch (opcode) {
      case FuseOpcode.FORGET,
          FuseOpcode.BATCH_FORGET,
          FuseOpcode.INTERRUPT,
          FuseOpcode.NOTIFY_REPLY ->
          false;
      default -> true;
    };
  }

  private int call(int opcode, Request rq, Reply rp) {
    switch (opcode) {
      case FuseOpcode.FORGET -> {
        return forget(rq);
      }
      case FuseOpcode.BATCH_FORGET -> {
        return batchForget(rq);
      }
      case FuseOpcode.READDIR, FuseOpcode.READDIRPLUS -> limitRecords(rq, rp);
      // An interrupted operation runs to its end; DESTROY is answered, the session ends by ENODEV.
      case FuseOpcode.INTERRUPT, FuseOpcode.NOTIFY_REPLY, FuseOpcode.DESTROY -> {
        return 0;
      }
      default -> {}
    }
    FuseOperations.Operation operation = operations.of(opcode);
    return operation == null ? -Errno.ENOSYS : operation.run(rq, rp);
  }

  private static void limitRecords(Request rq, Reply rp) {
    long size = Integer.toUnsignedLong(rq.u32(ReadIn.SIZE_FIELD));
    rp.reset((int) Math.min(size, rp.capacity()));
  }

  private int forget(Request rq) {
    fs.forget(rq.nodeid(), rq.u64(ForgetIn.NLOOKUP));
    return 0;
  }

  private int batchForget(Request rq) {
    int count = rq.u32(BatchForgetIn.COUNT);
    for (int i = 0; i < count; i++) {
      int one = BatchForgetIn.SIZE + i * ForgetOne.SIZE;
      fs.forget(rq.u64(one + ForgetOne.NODEID), rq.u64(one + ForgetOne.NLOOKUP));
    }
    return 0;
  }
}
