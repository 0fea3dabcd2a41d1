// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cache.map;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.extfuse4j.cache.Commands;
import org.extfuse4j.cache.map.MapLayout.AttrValue;
import org.extfuse4j.cache.map.MapLayout.EntryKey;
import org.extfuse4j.cache.map.MapLayout.EntryValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Java and bpf/seal.h, which is plain C, seal the same keys and values alike. */
class SealTest {
  private static final int ROUNDS = 500;
  private static final int RECORD = 8 + EntryKey.LONG_SIZE + EntryValue.SIZE + 8 + AttrValue.SIZE;

  // Reads records (nodeid, long key, entry, attr) and prints three seals for each.
  private static final String PROGRAM =
      """
      #define __always_inline inline __attribute__((always_inline))
      #include "maps.h"
      #include "seal.h"
      #include <stdio.h>
      struct record {
        __u64 nodeid;
        struct entry_long_key key;
        struct entry_value entry;
        __u64 none;
        struct attr_value attr;
      } r;
      int main(void) {
        while (fread(&r, sizeof(r), 1, stdin) == 1) {
          __u64 s = seal_bytes(SEAL_START, &r.key, sizeof(struct entry_key));
          __u64 l = seal_bytes(SEAL_START, &r.key, sizeof(struct entry_long_key));
          printf("%llx %llx %llx\\n", seal_entry(s, &r.entry), seal_entry(l, &r.entry),
                 seal_attr(r.nodeid, &r.attr.attr, r.attr.epoch, r.attr.expires, r.attr.packed));
        }
        return 0;
      }
      """;

  @TempDir Path dir;

  @Test
  void javaSealsAsCDoes() throws Exception {
    Random random = new Random(42);
    ByteArrayOutputStream records = new ByteArrayOutputStream();
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < ROUNDS; i++) {
      byte[] bytes = new byte[RECORD];
      random.nextBytes(bytes);
      if (i < 16) {
        Arrays.fill(bytes, i % 2 == 0 ? (byte) 0xff : 0);
      }
      records.writeBytes(bytes);
      expected.add(seals(buffer(RECORD).put(bytes)));
    }
    Path binary = Commands.compile(dir, PROGRAM, "-I../../bpf");
    Path input = Files.write(dir.resolve("records"), records.toByteArray());
    assertThat(Commands.run("sh", "-c", "\"$1\" < \"$2\"", "sh", binary + "", input + "").lines())
        .containsExactlyElementsOf(expected);
  }

  private static String seals(ByteBuffer record) {
    ByteBuffer key = record.slice(8, EntryKey.LONG_SIZE).order(ByteOrder.nativeOrder());
    ByteBuffer entry =
        record.slice(8 + EntryKey.LONG_SIZE, EntryValue.SIZE).order(ByteOrder.nativeOrder());
    ByteBuffer attr =
        record.slice(RECORD - AttrValue.SIZE, AttrValue.SIZE).order(ByteOrder.nativeOrder());
    Seal.entry(key, EntryKey.SIZE, entry);
    String shortSeal = Long.toHexString(entry.getLong(EntryValue.SEAL));
    Seal.entry(key, EntryKey.LONG_SIZE, entry);
    String longSeal = Long.toHexString(entry.getLong(EntryValue.SEAL));
    Seal.attr(record.getLong(0), attr);
    return shortSeal + " " + longSeal + " " + Long.toHexString(attr.getLong(AttrValue.SEAL));
  }

  @Test
  void theStaleMarkIsNotSealedAndEverythingElseIs() {
    ByteBuffer key = buffer(EntryKey.SIZE);
    ByteBuffer entry = buffer(EntryValue.SIZE);
    for (int at = 0; at < EntryKey.SIZE; at++) {
      assertThat(entrySealAfter(key, entry, key, at)).as("byte %s of the key", at).isTrue();
    }
    for (int at = 0; at < EntryValue.SEAL; at++) {
      boolean stale = at >= EntryValue.STALE && at < EntryValue.USED + Integer.BYTES;
      assertThat(entrySealAfter(key, entry, entry, at)).as("byte %s", at).isEqualTo(!stale);
    }
    ByteBuffer attr = buffer(AttrValue.SIZE);
    for (int at = 0; at < AttrValue.SEAL; at++) {
      Seal.attr(5, attr);
      long before = attr.getLong(AttrValue.SEAL);
      attr.put(at, (byte) ~attr.get(at));
      Seal.attr(5, attr);
      boolean stale = at >= AttrValue.STALE && at < AttrValue.STALE + Integer.BYTES;
      assertThat(before != attr.getLong(AttrValue.SEAL)).as("byte %s", at).isEqualTo(!stale);
    }
    Seal.attr(5, attr);
    long five = attr.getLong(AttrValue.SEAL);
    Seal.attr(6, attr);
    assertThat(attr.getLong(AttrValue.SEAL)).isNotEqualTo(five);
  }

  /** Whether the seal changes with one byte. */
  private static boolean entrySealAfter(
      ByteBuffer key, ByteBuffer entry, ByteBuffer changed, int at) {
    Seal.entry(key, EntryKey.SIZE, entry);
    long before = entry.getLong(EntryValue.SEAL);
    changed.put(at, (byte) ~changed.get(at));
    Seal.entry(key, EntryKey.SIZE, entry);
    return before != entry.getLong(EntryValue.SEAL);
  }

  private static ByteBuffer buffer(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.nativeOrder());
  }
}
