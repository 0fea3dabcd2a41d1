// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench.micro;

import org.extfuse4j.fuse.FuseOperations;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.extfuse4j.fuse.FuseFileSystem;
import org.extfuse4j.fuse.protocol.FuseOpcode;
import org.extfuse4j.fuse.protocol.Reply;
import org.extfuse4j.fuse.protocol.Request;
import org.extfuse4j.fuse.protocol.RequestStructs.ForgetIn;
import org.extfuse4j.fuse.protocol.RequestStructs.GetattrIn;
import org.extfuse4j.fuse.protocol.RequestStructs.InHeader;
import org.extfuse4j.fuse.protocol.RequestStructs.ReadIn;
import org.extfuse4j.fuse.session.FuseDispatcher;
import org.extfuse4j.fuse.session.UpcallCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * From a request in a buffer to a reply in a buffer: decoding, checks, dispatch, counting, and the
 * reply's structs; no device, and a file system that only fills in what every one must.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class Dispatch {
  private static final int REQUEST_BYTES = 16384;
  private static final int REPLY_BYTES = 16384;
  private static final int READ_BYTES = 4096;
  private static final long VALID_NS = 1_000_000_000L;

  private final FuseDispatcher dispatcher = new FuseDispatcher(new Filling(), new UpcallCounters());
  private final Reply reply = Reply.allocate(REPLY_BYTES);
  private final Request lookup = request(FuseOpcode.LOOKUP, "parse-options.c\0".getBytes(UTF_8));
  private final Request getattr = request(FuseOpcode.GETATTR, new byte[GetattrIn.SIZE]);
  private final Request read = request(FuseOpcode.READ, readIn());
  private final Request forget = request(FuseOpcode.FORGET, forgetIn());

  private static byte[] readIn() {
    ByteBuffer body = ByteBuffer.allocate(ReadIn.SIZE).order(java.nio.ByteOrder.nativeOrder());
    return body.putInt(ReadIn.SIZE_FIELD, READ_BYTES).array();
  }

  private static byte[] forgetIn() {
    ByteBuffer body = ByteBuffer.allocate(ForgetIn.SIZE).order(java.nio.ByteOrder.nativeOrder());
    return body.putLong(ForgetIn.NLOOKUP, 1).array();
  }

  private static Request request(int opcode, byte[] body) {
    Request rq = Request.allocate(REQUEST_BYTES);
    ByteBuffer buffer = rq.buffer();
    buffer.putInt(InHeader.LEN, InHeader.SIZE + body.length);
    buffer.putInt(InHeader.OPCODE, opcode);
    buffer.putLong(InHeader.UNIQUE, 2);
    buffer.putLong(InHeader.NODEID, 1);
    buffer.put(InHeader.SIZE, body);
    return rq;
  }

  /** Answers with the same attributes, the same bytes. */
  private static final class Filling implements FuseFileSystem {
    public int lookup(Request rq, Reply rp) {
      rp.entry(7, 1, VALID_NS, VALID_NS);
      attributes(rp, rp.entryAttrOffset());
      return 0;
    }

    public int getattr(Request rq, Reply rp) {
      rp.attr(VALID_NS);
      attributes(rp, rp.attrOutAttrOffset());
      return 0;
    }

    public int read(Request rq, Reply rp) {
      rp.length(Math.min(rq.u32(ReadIn.SIZE_FIELD), rp.capacity()));
      return 0;
    }

    @Override
    public void forget(long nodeid, long nlookup) {}

    private static void attributes(Reply rp, int offset) {
      rp.putAttr(offset, 12, 4096, 8, 1, 2, 3, 4, 5, 6, 0100644, 1, 0, 0, 0, 4096);
    }

    @Override
    public FuseOperations operations() {
      return new FuseOperations()
          .on(FuseOpcode.LOOKUP, this::lookup)
          .on(FuseOpcode.GETATTR, this::getattr)
          .on(FuseOpcode.READ, this::read);
    }
  }

  private int dispatch(Request rq) {
    int size = dispatcher.dispatch(rq, reply, rq.length());
    // An error would be fast, and is not what is measured.
    if (size != 0 && reply.message().getInt(Integer.BYTES) != 0) {
      throw new IllegalStateException("answered with an error");
    }
    return size;
  }

  @Benchmark
  public int lookup() {
    return dispatch(lookup);
  }

  @Benchmark
  public int getattr() {
    return dispatch(getattr);
  }

  /** Without the copy, which the file system makes. */
  @Benchmark
  public int read() {
    return dispatch(read);
  }

  @Benchmark
  public int forget() {
    return dispatch(forget);
  }
}
