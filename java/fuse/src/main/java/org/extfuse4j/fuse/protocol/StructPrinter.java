// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.fuse.protocol;

import java.nio.ByteBuffer;
import org.extfuse4j.fuse.protocol.ReplyStructs.Attr;
import org.extfuse4j.fuse.protocol.ReplyStructs.AttrOut;
import org.extfuse4j.fuse.protocol.ReplyStructs.EntryOut;
import org.extfuse4j.fuse.protocol.ReplyStructs.FileLock;
import org.extfuse4j.fuse.protocol.ReplyStructs.Kstatfs;
import org.extfuse4j.fuse.protocol.ReplyStructs.LseekOut;
import org.extfuse4j.fuse.protocol.ReplyStructs.OpenOut;
import org.extfuse4j.fuse.protocol.ReplyStructs.WriteOut;
import org.extfuse4j.fuse.protocol.RequestStructs.AccessIn;
import org.extfuse4j.fuse.protocol.RequestStructs.BmapIn;
import org.extfuse4j.fuse.protocol.RequestStructs.CopyFileRangeIn;
import org.extfuse4j.fuse.protocol.RequestStructs.CreateIn;
import org.extfuse4j.fuse.protocol.RequestStructs.FallocateIn;
import org.extfuse4j.fuse.protocol.RequestStructs.FlushIn;
import org.extfuse4j.fuse.protocol.RequestStructs.FsyncIn;
import org.extfuse4j.fuse.protocol.RequestStructs.GetattrIn;
import org.extfuse4j.fuse.protocol.RequestStructs.GetxattrIn;
import org.extfuse4j.fuse.protocol.RequestStructs.InitIn;
import org.extfuse4j.fuse.protocol.RequestStructs.InterruptIn;
import org.extfuse4j.fuse.protocol.RequestStructs.IoctlIn;
import org.extfuse4j.fuse.protocol.RequestStructs.LinkIn;
import org.extfuse4j.fuse.protocol.RequestStructs.LkIn;
import org.extfuse4j.fuse.protocol.RequestStructs.LseekIn;
import org.extfuse4j.fuse.protocol.RequestStructs.MkdirIn;
import org.extfuse4j.fuse.protocol.RequestStructs.MknodIn;
import org.extfuse4j.fuse.protocol.RequestStructs.OpenIn;
import org.extfuse4j.fuse.protocol.RequestStructs.PollIn;
import org.extfuse4j.fuse.protocol.RequestStructs.ReadIn;
import org.extfuse4j.fuse.protocol.RequestStructs.ReleaseIn;
import org.extfuse4j.fuse.protocol.RequestStructs.Rename2In;
import org.extfuse4j.fuse.protocol.RequestStructs.RenameIn;
import org.extfuse4j.fuse.protocol.RequestStructs.SetattrIn;
import org.extfuse4j.fuse.protocol.RequestStructs.SetxattrIn;
import org.extfuse4j.fuse.protocol.RequestStructs.StatxIn;
import org.extfuse4j.fuse.protocol.RequestStructs.WriteIn;

/** Prints the structs of the wire, one method each, as {@code field=value}. */
final class StructPrinter {
  // Names of the FATTR_ bits, from bit 0 on.
  private static final String[] FATTR = {
    "MODE",
    "UID",
    "GID",
    "SIZE",
    "ATIME",
    "MTIME",
    "FH",
    "ATIME_NOW",
    "MTIME_NOW",
    "LOCKOWNER",
    "CTIME",
    "KILL_SUIDGID"
  };

  private final StringBuilder sb;
  private final ByteBuffer buffer;
  private final int base;

  StructPrinter(StringBuilder sb, ByteBuffer buffer, int base) {
    this.sb = sb;
    this.buffer = buffer;
    this.base = base;
  }

  /** A printer of the struct that stands some bytes behind another. */
  StructPrinter(StructPrinter other, int offset) {
    this(other.sb, other.buffer, other.base + offset);
  }

  void getattrIn() {
    hex("flags", GetattrIn.GETATTR_FLAGS);
    number("fh", GetattrIn.FH);
  }

  void setattrIn() {
    int valid = u32(SetattrIn.VALID);
    sb.append(" valid=");
    bits(valid);
    if ((valid & FuseFlags.FATTR_MODE) != 0) {
      octal("mode", SetattrIn.MODE);
    }
    if ((valid & FuseFlags.FATTR_UID) != 0) {
      count("uid", SetattrIn.UID);
    }
    if ((valid & FuseFlags.FATTR_GID) != 0) {
      count("gid", SetattrIn.GID);
    }
    if ((valid & FuseFlags.FATTR_SIZE) != 0) {
      number("size", SetattrIn.SIZE_FIELD);
    }
    if ((valid & FuseFlags.FATTR_ATIME) != 0) {
      time("atime", SetattrIn.ATIME, SetattrIn.ATIMENSEC);
    }
    if ((valid & FuseFlags.FATTR_MTIME) != 0) {
      time("mtime", SetattrIn.MTIME, SetattrIn.MTIMENSEC);
    }
    if ((valid & FuseFlags.FATTR_CTIME) != 0) {
      time("ctime", SetattrIn.CTIME, SetattrIn.CTIMENSEC);
    }
    if ((valid & FuseFlags.FATTR_FH) != 0) {
      number("fh", SetattrIn.FH);
    }
  }

  void mknodIn() {
    octal("mode", MknodIn.MODE);
    hex("rdev", MknodIn.RDEV);
    octal("umask", MknodIn.UMASK);
  }

  void mkdirIn() {
    octal("mode", MkdirIn.MODE);
    octal("umask", MkdirIn.UMASK);
  }

  void renameIn() {
    number("newdir", RenameIn.NEWDIR);
  }

  void rename2In() {
    number("newdir", Rename2In.NEWDIR);
    hex("flags", Rename2In.FLAGS);
  }

  void linkIn() {
    number("oldnodeid", LinkIn.OLDNODEID);
  }

  void openIn() {
    octal("flags", OpenIn.FLAGS);
    hex("open_flags", OpenIn.OPEN_FLAGS);
  }

  void createIn() {
    octal("flags", CreateIn.FLAGS);
    octal("mode", CreateIn.MODE);
    octal("umask", CreateIn.UMASK);
    hex("open_flags", CreateIn.OPEN_FLAGS);
  }

  void readIn() {
    number("fh", ReadIn.FH);
    number("offset", ReadIn.OFFSET);
    count("size", ReadIn.SIZE_FIELD);
  }

  void writeIn() {
    number("fh", WriteIn.FH);
    number("offset", WriteIn.OFFSET);
    count("size", WriteIn.SIZE_FIELD);
    hex("write_flags", WriteIn.WRITE_FLAGS);
  }

  void releaseIn() {
    number("fh", ReleaseIn.FH);
    octal("flags", ReleaseIn.FLAGS);
    hex("release_flags", ReleaseIn.RELEASE_FLAGS);
  }

  void fsyncIn() {
    number("fh", FsyncIn.FH);
    hex("fsync_flags", FsyncIn.FSYNC_FLAGS);
  }

  void flushIn() {
    number("fh", FlushIn.FH);
    number("lock_owner", FlushIn.LOCK_OWNER);
  }

  void setxattrIn() {
    count("size", SetxattrIn.SIZE_FIELD);
    hex("flags", SetxattrIn.FLAGS);
  }

  void getxattrIn() {
    count("size", GetxattrIn.SIZE_FIELD);
  }

  void lkIn() {
    number("fh", LkIn.FH);
    number("owner", LkIn.OWNER);
    fileLock(LkIn.LK);
    hex("lk_flags", LkIn.LK_FLAGS);
  }

  void accessIn() {
    octal("mask", AccessIn.MASK);
  }

  void initIn() {
    count("major", InitIn.MAJOR);
    count("minor", InitIn.MINOR);
    count("max_readahead", InitIn.MAX_READAHEAD);
    hex("flags", InitIn.FLAGS);
  }

  void interruptIn() {
    number("unique", InterruptIn.UNIQUE);
  }

  void bmapIn() {
    number("block", BmapIn.BLOCK);
    count("blocksize", BmapIn.BLOCKSIZE);
  }

  void ioctlIn() {
    number("fh", IoctlIn.FH);
    hex("cmd", IoctlIn.CMD);
    hex("flags", IoctlIn.FLAGS);
    count("in_size", IoctlIn.IN_SIZE);
    count("out_size", IoctlIn.OUT_SIZE);
  }

  void pollIn() {
    number("fh", PollIn.FH);
    number("kh", PollIn.KH);
    hex("events", PollIn.EVENTS);
  }

  void fallocateIn() {
    number("fh", FallocateIn.FH);
    number("offset", FallocateIn.OFFSET);
    number("length", FallocateIn.LENGTH);
    hex("mode", FallocateIn.MODE);
  }

  void lseekIn() {
    number("fh", LseekIn.FH);
    number("offset", LseekIn.OFFSET);
    count("whence", LseekIn.WHENCE);
  }

  void copyFileRangeIn() {
    number("fh_in", CopyFileRangeIn.FH_IN);
    number("off_in", CopyFileRangeIn.OFF_IN);
    number("nodeid_out", CopyFileRangeIn.NODEID_OUT);
    number("fh_out", CopyFileRangeIn.FH_OUT);
    number("off_out", CopyFileRangeIn.OFF_OUT);
    number("len", CopyFileRangeIn.LEN);
  }

  void statxIn() {
    hex("flags", StatxIn.GETATTR_FLAGS);
    number("fh", StatxIn.FH);
    hex("sx_flags", StatxIn.SX_FLAGS);
    hex("sx_mask", StatxIn.SX_MASK);
  }

  void entryOut() {
    number("nodeid", EntryOut.NODEID);
    number("generation", EntryOut.GENERATION);
    time("entry_valid", EntryOut.ENTRY_VALID, EntryOut.ENTRY_VALID_NSEC);
    time("attr_valid", EntryOut.ATTR_VALID, EntryOut.ATTR_VALID_NSEC);
    new StructPrinter(this, EntryOut.ATTR).attr();
  }

  void attrOut() {
    time("attr_valid", AttrOut.ATTR_VALID, AttrOut.ATTR_VALID_NSEC);
    new StructPrinter(this, AttrOut.ATTR).attr();
  }

  void attr() {
    number("ino", Attr.INO);
    octal("mode", Attr.MODE);
    count("nlink", Attr.NLINK);
    count("uid", Attr.UID);
    count("gid", Attr.GID);
    number("size", Attr.SIZE_FIELD);
    time("mtime", Attr.MTIME, Attr.MTIMENSEC);
    time("ctime", Attr.CTIME, Attr.CTIMENSEC);
  }

  void openOut() {
    number("fh", OpenOut.FH);
    hex("open_flags", OpenOut.OPEN_FLAGS);
  }

  void writeOut() {
    count("size", WriteOut.SIZE_FIELD);
  }

  void statfsOut() {
    number("blocks", Kstatfs.BLOCKS);
    number("bavail", Kstatfs.BAVAIL);
    number("files", Kstatfs.FILES);
    count("frsize", Kstatfs.FRSIZE);
  }

  void lseekOut() {
    number("offset", LseekOut.OFFSET);
  }

  void fileLock(int offset) {
    number("start", offset + FileLock.START);
    number("end", offset + FileLock.END);
    count("type", offset + FileLock.TYPE);
    count("pid", offset + FileLock.PID);
  }

  /** A 64-bit field, unsigned. */
  void number(String name, int offset) {
    label(name).append(Long.toUnsignedString(buffer.getLong(base + offset)));
  }

  /** A 32-bit field, unsigned. */
  void count(String name, int offset) {
    label(name).append(Integer.toUnsignedString(u32(offset)));
  }

  void text(String name, int length) {
    label(name);
    quoted(sb, buffer, base, length);
  }

  /** Bytes in quotes; what is not printable ASCII, a quote and a backslash become \xNN. */
  static void quoted(StringBuilder sb, ByteBuffer buffer, int start, int length) {
    sb.append('"');
    for (int i = start; i < start + length; i++) {
      int b = Byte.toUnsignedInt(buffer.get(i));
      if (b < ' ' || b > '~' || b == '"' || b == '\\') {
        sb.append("\\x").append(Character.forDigit(b >> 4, 16));
        sb.append(Character.forDigit(b & 15, 16));
      } else {
        sb.append((char) b);
      }
    }
    sb.append('"');
  }

  private void hex(String name, int offset) {
    label(name).append("0x").append(Integer.toHexString(u32(offset)));
  }

  private void octal(String name, int offset) {
    label(name).append('0').append(Integer.toOctalString(u32(offset)));
  }

  private void time(String name, int seconds, int nanos) {
    label(name).append(buffer.getLong(base + seconds)).append('.');
    String digits = Integer.toUnsignedString(u32(nanos));
    sb.append("0".repeat(Math.max(0, 9 - digits.length()))).append(digits);
  }

  private void bits(int value) {
    String separator = "";
    for (int i = 0; i < FATTR.length; i++) {
      if ((value & 1 << i) != 0) {
        sb.append(separator).append(FATTR[i]);
        separator = "|";
      }
    }
    int rest = value >>> FATTR.length;
    if (rest != 0 || value == 0) {
      sb.append(separator).append("0x").append(Integer.toHexString(rest << FATTR.length));
    }
  }

  private StringBuilder label(String name) {
    return sb.append(' ').append(name).append('=');
  }

  private int u32(int offset) {
    return buffer.getInt(base + offset);
  }
}
