// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.fuse.session;

import org.extfuse4j.fuse.FuseDevice;
import org.extfuse4j.fuse.FuseException;
import org.extfuse4j.fuse.FuseFileSystem;
import org.extfuse4j.fuse.protocol.FuseFlags;
import org.extfuse4j.fuse.protocol.FuseInit;
import org.extfuse4j.fuse.protocol.FuseOpcode;
import org.extfuse4j.fuse.protocol.Reply;
import org.extfuse4j.fuse.protocol.ReplyStructs.InitOut;
import org.extfuse4j.fuse.protocol.Request;
import org.extfuse4j.fuse.protocol.RequestCheck;
import org.extfuse4j.fuse.protocol.RequestStructs.InHeader;
import org.extfuse4j.fuse.protocol.RequestStructs.InitIn;
import org.extfuse4j.fuse.sys.Errno;

/** Reads INIT, lets the file system choose, answers. */
final class FuseHandshake {
  private static final int RECEIVE = 2 * FuseFlags.FUSE_MIN_READ_BUFFER;

  private final FuseDevice device;
  private final boolean idmapped;
  private final Request rq = Request.allocate(RECEIVE);
  private final Reply rp = Reply.allocate(InitOut.SIZE);

  /**
   * @param idmapped the kernel must offer idmapped mounts, and is told that they are wanted
   */
  FuseHandshake(FuseDevice device, boolean idmapped) {
    this.device = device;
    this.idmapped = idmapped;
  }

  /**
   * Settles the protocol.
   *
   * @throws FuseException when there is no INIT, or its protocol is not spoken here
   * @throws RuntimeException from the file system; INIT has been answered with an error then
   */
  FuseInit run(FuseFileSystem fs) {
    while (true) {
      int received = read();
      String wrong = RequestCheck.check(rq, received, rp.capacity());
      if (wrong != null || rq.opcode() != FuseOpcode.INIT) {
        answer(-Errno.EPROTO);
        throw new FuseException("the first request is not INIT: " + rq, Errno.EPROTO);
      }
      if (rq.u32(InitIn.MAJOR) <= FuseInit.MAJOR) {
        return settle(fs);
      }
      // A kernel of a later major version is told ours, and sends another INIT.
      new FuseInit(FuseInit.MAJOR, FuseInit.MINOR, 0, 0, device.fd()).answer(rp);
      answer(0);
    }
  }

  private FuseInit settle(FuseFileSystem fs) {
    int major = rq.u32(InitIn.MAJOR);
    int minor = rq.u32(InitIn.MINOR);
    if (major < FuseInit.MAJOR || minor < FuseInit.OLDEST_MINOR) {
      answer(-Errno.EPROTO);
      throw new FuseException(
          "the kernel speaks FUSE %d.%d: 7.%d (Linux 5.4) or later is needed"
              .formatted(major, minor, FuseInit.OLDEST_MINOR),
          Errno.EPROTO);
    }
    FuseInit init = new FuseInit(major, minor, rq.u32(InitIn.MAX_READAHEAD), flags(), device.fd());
    try {
      fs.init(init);
      if (idmapped && !init.want(FuseFlags.FUSE_ALLOW_IDMAP)) {
        throw new FuseException(
            "the kernel has no idmapped mounts of FUSE file systems: Linux 6.12 or later is needed",
            Errno.EOPNOTSUPP);
      }
    } catch (RuntimeException | Error e) {
      answer(e instanceof FuseException f && f.errno() != 0 ? -f.errno() : -Errno.EIO);
      throw e;
    }
    init.requestTimeout(RequestTimeout.toSay());
    init.answer(rp);
    int r = answer(0);
    if (r != 0) {
      throw new FuseException("the kernel did not take the answer to INIT", -r);
    }
    return init;
  }

  private long flags() {
    long flags = Integer.toUnsignedLong(rq.u32(InitIn.FLAGS));
    boolean extended =
        (flags & FuseFlags.FUSE_INIT_EXT) != 0 && rq.bodyLength() >= InitIn.FLAGS2 + Integer.BYTES;
    return extended ? flags | Integer.toUnsignedLong(rq.u32(InitIn.FLAGS2)) << 32 : flags;
  }

  private int read() {
    while (true) {
      int n = device.read(rq);
      if (n >= InHeader.SIZE) {
        return n;
      }
      if (n != -Errno.EINTR && n != -Errno.EAGAIN && n != -Errno.ENOENT) {
        throw new FuseException("the mount went away before INIT", n < 0 ? -n : Errno.EPROTO);
      }
    }
  }

  private int answer(int error) {
    return device.write(rp.address(), rp.seal(rq.unique(), error));
  }
}
