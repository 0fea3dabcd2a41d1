// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cache.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.groups.Tuple;
import org.extfuse4j.bpf.BpfException;
import org.extfuse4j.cache.MadeMaps;
import org.extfuse4j.cache.Outcome;
import org.extfuse4j.cache.Validity;
import org.extfuse4j.cache.inspect.WalkStep.Answer;
import org.extfuse4j.cache.map.AttrMap;
import org.extfuse4j.cache.map.AttrRecord;
import org.extfuse4j.cache.map.ControlRecord;
import org.extfuse4j.cache.map.EntryRecord;
import org.extfuse4j.cache.map.Expiry;
import org.extfuse4j.cache.map.MapRecord;
import org.extfuse4j.cache.map.NodeAttr;
import org.extfuse4j.cache.map.ValueState;
import org.extfuse4j.fuse.protocol.FuseOpcode;
import org.extfuse4j.fuse.protocol.ReplyStructs.Attr;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read from pinned maps is what was put there, judged as the handlers would. */
class PinnedCacheTest {
  private static final long SECOND = 1_000_000_000L;
  private static final String MIDDLE = "m".repeat(24);
  private static final String LONG = "l".repeat(255);
  private static final NodeAttr DIRECTORY =
      new NodeAttr(11, 4096, 8, 1, 2, 3, 4, 5, 6, 0040755, 3, 0, 7, 0, 12);
  private static final NodeAttr FILE =
      new NodeAttr(12, -1, 1L << 40, -5, 1L << 33, 3, 4, 999_999_999, 6, 0100644, 1, -2, 9, 77, 0);

  private final MadeMaps maps =
      new MadeMaps(
          Path.of("/sys/fs/bpf/pinned-cache-test-" + ProcessHandle.current().pid()), 1 << 12);
  private final PinnedCache cache = PinnedCache.open(maps.directory());

  @AfterEach
  void close() {
    cache.close();
    maps.close();
  }

  @Test
  void namesOfAllSizesAreRead() {
    maps.entry(1, "a", 2);
    maps.entry(2, MIDDLE, 3);
    maps.entry(1L << 40, LONG, 0);
    maps.entry(1, "\u00ff\n", 4, Expiry.in(100 * SECOND));

    List<EntryRecord> read = new ArrayList<>();
    cache.entries(read::add);
    assertThat(read)
        .extracting(EntryRecord::parent, EntryRecord::name, EntryRecord::nodeid, EntryRecord::state)
        .containsExactlyInAnyOrder(
            tuple(1, "a", 2),
            tuple(2, MIDDLE, 3),
            tuple(1L << 40, LONG, 0),
            tuple(1, "\u00ff\n", 4));
    assertThat(cache.entry(2, MIDDLE)).get().isEqualTo(only(read, MIDDLE));
    assertThat(cache.entry(1L << 40, LONG)).get().matches(EntryRecord::isNegative);
    assertThat(cache.entry(1, "b")).isEmpty();
    assertThat(cache.entry(1, LONG + "l")).isEmpty();
    assertThat(only(read, "a").leftNs()).isZero();
    assertThat(only(read, "\u00ff\n").leftNs()).isBetween(95 * SECOND, 100 * SECOND);
  }

  private static Tuple tuple(long parent, String name, long child) {
    return Tuple.tuple(parent, name, child, ValueState.VALID);
  }

  private static EntryRecord only(List<EntryRecord> from, String name) {
    return from.stream().filter(e -> e.name().equals(name)).findAny().orElseThrow();
  }

  @Test
  void attributesAreReadWhole() {
    maps.attr(2, DIRECTORY);
    maps.attr(3, FILE);
    maps.withheld(4);

    List<AttrRecord> read = new ArrayList<>();
    cache.attrs(read::add);
    assertThat(read).extracting(AttrRecord::nodeid).containsExactlyInAnyOrder(2L, 3L, 4L);
    AttrRecord two = cache.attr(2).orElseThrow();
    assertThat(two.attr()).isEqualTo(DIRECTORY).matches(NodeAttr::isDirectory);
    assertThat(two.attr().blksize()).isEqualTo(4096);
    assertThat(two.slot()).isEqualTo(2);
    assertThat(two.state()).isEqualTo(ValueState.VALID);
    assertThat(cache.attr(3)).get().extracting(AttrRecord::attr).isEqualTo(FILE);
    assertThat(cache.attr(4)).get().extracting(AttrRecord::state).isEqualTo(ValueState.STALE);
    assertThat(cache.attr(5)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 9, 10, 12, 20, 23})
  void blockSizesAreReadAsTheyWere(int blkbits) {
    ByteBuffer attr = ByteBuffer.allocate(Attr.SIZE).order(ByteOrder.nativeOrder());
    attr.putInt(Attr.BLKSIZE, blkbits == 0 ? 0 : 1 << blkbits);
    assertThat(AttrMap.fits(attr, 0)).isTrue();
    NodeAttr made = new NodeAttr(11, 0, 0, 0, 0, 0, 0, 0, 0, 0100644, 1, 0, 0, 0, blkbits);
    maps.attr(2, made);
    assertThat(cache.attr(2).orElseThrow().attr()).isEqualTo(made);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 7, 8, 24, 30, 31})
  void otherBlockSizesHaveNoPlace(int blkbits) {
    ByteBuffer attr = ByteBuffer.allocate(Attr.SIZE).order(ByteOrder.nativeOrder());
    attr.putInt(Attr.BLKSIZE, 1 << blkbits);
    assertThat(AttrMap.fits(attr, 0)).isFalse();
  }

  @Test
  void aWalkIsAnsweredAsLongAsAllIsKnown() {
    path();
    assertThat(answers("d", "f")).containsExactly(Answer.ANSWERED, Answer.ANSWERED);
    assertThat(answers("d", "none")).containsExactly(Answer.ANSWERED, Answer.NEGATIVE);
    assertThat(answers("none", "f")).containsExactly(Answer.NO_ENTRY);
    assertThat(answers(LONG + "l")).containsExactly(Answer.NAME_TOO_LONG);
    assertThat(answers()).containsExactly(Answer.NO_ATTR);
    maps.attr(1, DIRECTORY);
    WalkStep root = cache.walk(List.of()).get(0);
    assertThat(root.opcode()).isEqualTo(FuseOpcode.GETATTR);
    assertThat(root.answer()).isEqualTo(Answer.ANSWERED);
  }

  @Test
  void aWalkSaysWhyItGoesUp() {
    path();
    maps.mark(2);
    assertThat(answers("d", "f")).containsExactly(Answer.ATTR_STALE, Answer.ANSWERED);
    path();
    maps.tear(3);
    assertThat(answers("d", "f")).containsExactly(Answer.ANSWERED, Answer.ATTR_TORN);
    path();
    maps.tear(1, "d");
    assertThat(answers("d", "f")).containsExactly(Answer.ENTRY_TORN);
    path();
    maps.mark(2, "f");
    assertThat(answers("d", "f")).containsExactly(Answer.ANSWERED, Answer.ENTRY_STALE);
    maps.entry(2, "f", 3, Expiry.in(0));
    assertThat(answers("d", "f")).containsExactly(Answer.ANSWERED, Answer.ENTRY_EXPIRED);
    maps.entry(2, "f", 5);
    assertThat(answers("d", "f")).containsExactly(Answer.ANSWERED, Answer.NO_ATTR);
    maps.attr(1 << 12, FILE); // more than there are slots
    maps.entry(2, "f", 1 << 12);
    assertThat(answers("d", "f")).containsExactly(Answer.ANSWERED, Answer.NO_SLOT);
    maps.enable(false);
    assertThat(answers("d", "f")).containsExactly(Answer.SWITCHED_OFF);
    maps.enable(true);
    maps.flush();
    assertThat(answers("d", "f")).containsExactly(Answer.ENTRY_OLD_EPOCH);
    maps.entry(1, "d", 2);
    assertThat(answers("d", "f")).containsExactly(Answer.ATTR_OLD_EPOCH, Answer.ENTRY_OLD_EPOCH);
  }

  private void path() {
    maps.entry(1, "d", 2);
    maps.attr(2, DIRECTORY);
    maps.entry(2, "f", 3);
    maps.attr(3, FILE);
    maps.entry(2, "none", 0);
  }

  private List<Answer> answers(String... names) {
    return cache.walk(List.of(names)).stream().map(WalkStep::answer).toList();
  }

  @Test
  void theMapsAreCounted() {
    maps.entry(1, "a", 2);
    maps.entry(1, MIDDLE, 2);
    maps.count(FuseOpcode.LOOKUP, Outcome.UNCHANGED, 4);
    maps.count(FuseOpcode.LOOKUP, Outcome.ANSWERED, 5);
    maps.count(FuseOpcode.LOOKUP, Outcome.NEGATIVE, 6);
    maps.count(FuseOpcode.LOOKUP, Outcome.MISS_TORN, 3);

    List<MapRecord> records = cache.maps();
    assertThat(records)
        .extracting(MapRecord::name, MapRecord::type, MapRecord::elements, MapRecord::capacity)
        .contains(
            Tuple.tuple("entry_map", "hash", 1L, 1 << 12),
            Tuple.tuple("entry_map_middle", "hash", 1L, 1 << 10),
            Tuple.tuple("attr_map", "hash", 0L, 1 << 12),
            Tuple.tuple("changes", "array", -1L, 1),
            Tuple.tuple("control", "array", -1L, 1),
            Tuple.tuple("handlers", "prog_array", 0L, 128))
        .hasSize(9);
    assertThat(records).allMatch(map -> map.memory() > 0);
    assertThat(cache.stats().count(FuseOpcode.LOOKUP, Outcome.MISS_TORN)).isEqualTo(3);
    assertThat(cache.stats().answered(FuseOpcode.LOOKUP)).isEqualTo(4 + 5 + 6);
    assertThat(cache.control()).isEqualTo(new ControlRecord(1, true, 1, Validity.NONE));
    assertThat(cache.handlers()).isEmpty();
  }

  @Test
  void aSweepSeesEachElementOnceAndKeepsNone() {
    int count = 1 << 12;
    maps.many(count);
    Set<String> names = new HashSet<>();
    cache.entries(e -> assertThat(names.add(e.name())).isTrue());
    assertThat(names).hasSize(count);

    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
    AtomicLong valid = new AtomicLong();
    cache.entries(e -> valid.addAndGet(e.isValid() ? 1 : 0));
    long after = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
    assertThat(valid).hasValue(count);
    // A record, its name, and what decoding that takes: nothing that lives longer.
    assertThat((after - before) / count).isLessThan(400);
  }

  @Test
  void whatIsNotThereIsSaid() {
    assertThatThrownBy(() -> PinnedCache.open(maps.directory().resolve("none")))
        .isInstanceOf(BpfException.class)
        .hasMessageContaining("the directory does not exist");
  }
}
