// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cache;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import java.lang.ref.Reference;
import org.extfuse4j.bpf.libbpf.NativeBuffer;
import org.extfuse4j.cache.map.MapLayout;
import org.extfuse4j.cache.map.MapLayout.Attach;

/** System calls that only tests make, with 0 or an errno as the answer. */
final class TestLibC {
  private static final long SYS_CAPGET = 125;
  private static final long SYS_CAPSET = 126;
  private static final int CAPABILITY_VERSION_3 = 0x20080522;

  /** CAP_SYS_ADMIN. */
  static final int SYS_ADMIN = 21;

  static {
    Native.register(TestLibC.class, "c");
  }

  private TestLibC() {}

  private static native int ioctl(int fd, long request, long argument) throws LastErrorException;

  private static native long syscall(long number, long a, long b) throws LastErrorException;

  private static native int open(String path, int flags) throws LastErrorException;

  static native int close(int fd);

  static int open(String path) {
    return open(path, 2);
  }

  /** FUSE_DEV_IOC_EXTFUSE_ATTACH with a structure at any address. */
  static int attach(int device, long address) {
    try {
      ioctl(device, MapLayout.IOC_EXTFUSE_ATTACH, address);
      return 0;
    } catch (LastErrorException e) {
      return e.getErrorCode();
    }
  }

  /** FUSE_DEV_IOC_EXTFUSE_ATTACH with any fields. */
  static int attach(int device, int program, int flags, long opcodes, long padding) {
    NativeBuffer argument = NativeBuffer.allocate(Attach.SIZE);
    argument.buffer().putInt(Attach.PROG_FD, program);
    argument.buffer().putInt(Attach.FLAGS, flags);
    argument.buffer().putLong(Attach.OPCODES, opcodes);
    argument.buffer().putLong(Attach.OPCODES + Long.BYTES, padding);
    try {
      return attach(device, argument.address());
    } finally {
      Reference.reachabilityFence(argument);
    }
  }

  /** Takes a capability from the calling thread for good. */
  static void dropCapability(int capability) {
    NativeBuffer header = NativeBuffer.allocate(8);
    NativeBuffer data = NativeBuffer.allocate(24);
    header.buffer().putInt(0, CAPABILITY_VERSION_3);
    try {
      dropCapability(capability, header, data);
    } finally {
      Reference.reachabilityFence(header);
      Reference.reachabilityFence(data);
    }
  }

  private static void dropCapability(int capability, NativeBuffer header, NativeBuffer data) {
    syscall(SYS_CAPGET, header.address(), data.address());
    int at = capability / 32 * 12;
    int bit = 1 << capability % 32;
    data.buffer().putInt(at, data.buffer().getInt(at) & ~bit);
    data.buffer().putInt(at + 4, data.buffer().getInt(at + 4) & ~bit);
    syscall(SYS_CAPSET, header.address(), data.address());
  }
}
