// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.extfuse4j.bpf.libbpf.Errno;
import org.extfuse4j.bpf.libbpf.LibBpf;
import org.extfuse4j.bpf.libbpf.NativeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(FdLeakCheck.class)
class BpfMapTest {
  private static BpfMap hash(int maxEntries) {
    return BpfMap.create(BpfMapType.HASH, "test_hash", 4, 8, maxEntries, 0);
  }

  static byte[] intBytes(int value) {
    return ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(value).array();
  }

  static byte[] longBytes(long value) {
    return ByteBuffer.allocate(8).order(ByteOrder.nativeOrder()).putLong(value).array();
  }

  @Test
  void aCreatedMapTellsWhatTheKernelMade() {
    try (BpfMap map = hash(3)) {
      assertThat(map.name()).isEqualTo("test_hash");
      assertThat(map.type()).isEqualTo(BpfMapType.HASH);
      assertThat(map.keySize()).isEqualTo(4);
      assertThat(map.valueSize()).isEqualTo(8);
      assertThat(map.valueBufferSize()).isEqualTo(8);
      assertThat(map.maxEntries()).isEqualTo(3);
      assertThat(map.flags()).isZero();
      try (BpfMap again = BpfMap.fromId(map.id())) {
        assertThat(again.id()).isEqualTo(map.id());
        assertThat(again.fd()).isNotEqualTo(map.fd());
      }
    }
  }

  @Test
  void addressesAnswerZeroOrErrno() {
    NativeBuffer key = NativeBuffer.allocate(4);
    NativeBuffer value = NativeBuffer.allocate(8);
    try (BpfMap map = hash(1)) {
      key.buffer().putInt(0, 5);
      assertThat(map.lookup(key.address(), value.address())).isEqualTo(-Errno.ENOENT);
      value.buffer().putLong(0, 77);
      assertThat(map.update(key.address(), value.address(), BpfFlags.EXIST))
          .isEqualTo(-Errno.ENOENT);
      assertThat(map.update(key.address(), value.address(), BpfFlags.NOEXIST)).isZero();
      assertThat(map.update(key.address(), value.address(), BpfFlags.NOEXIST))
          .isEqualTo(-Errno.EEXIST);
      value.buffer().putLong(0, 0);
      assertThat(map.lookup(key.address(), value.address(), 0)).isZero();
      assertThat(value.buffer().getLong(0)).isEqualTo(77);
      assertThat(map.lookup(key.address(), value.address(), BpfFlags.LOCK))
          .as("no bpf_spin_lock in the value")
          .isEqualTo(-Errno.EINVAL);
      assertThat(map.nextKey(0, key.address())).isZero();
      assertThat(key.buffer().getInt(0)).isEqualTo(5);
      assertThat(map.nextKey(key.address(), key.address())).isEqualTo(-Errno.ENOENT);

      key.buffer().putInt(0, 6);
      assertThat(map.update(key.address(), value.address(), 0)).as("full").isEqualTo(-Errno.E2BIG);
      assertThat(map.lookup(0, value.address())).isEqualTo(-Errno.EFAULT);
      key.buffer().putInt(0, 5);
      assertThat(map.lookupAndDelete(key.address(), value.address())).isZero();
      assertThat(map.delete(key.address())).isEqualTo(-Errno.ENOENT);
    }
  }

  @Test
  void byteArraysAreCheckedAndThrow() {
    try (BpfMap map = hash(2)) {
      assertThat(map.get(intBytes(1))).isEmpty();
      assertThat(map.put(intBytes(1), longBytes(10), BpfFlags.EXIST)).isFalse();
      map.put(intBytes(1), longBytes(10));
      assertThat(map.put(intBytes(1), longBytes(11), BpfFlags.NOEXIST)).isFalse();
      map.put(intBytes(2), longBytes(20));
      assertThat(map.get(intBytes(1))).hasValue(longBytes(10));
      assertThat(map.keys()).containsExactlyInAnyOrder(intBytes(1), intBytes(2));
      assertThatExceptionOfType(BpfException.class)
          .isThrownBy(() -> map.put(intBytes(3), longBytes(30)))
          .withMessage("update map 'test_hash': E2BIG (too big, or the map is full)");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> map.get(longBytes(1)))
          .withMessage("map 'test_hash': the key has 8 bytes, not 4");
      assertThat(map.remove(intBytes(1))).isTrue();
      assertThat(map.remove(intBytes(1))).isFalse();
      assertThat(map.keys()).hasSize(1);
    }
  }

  @Test
  void perCpuValuesHaveOneSlotForEachPossibleCpu() {
    int cpus = LibBpf.possibleCpus();
    try (BpfObject object = TestObjects.load("basic")) {
      BpfMap map = object.map("per_cpu");
      assertThat(map.valueSize()).isEqualTo(4);
      assertThat(map.valueBufferSize()).isEqualTo(8 * cpus);
      for (int i = 0; i < 3; i++) {
        TestRun.run(object.program("entry"));
      }
      ByteBuffer values =
          ByteBuffer.wrap(map.get(intBytes(0)).orElseThrow()).order(ByteOrder.nativeOrder());
      int sum = 0;
      for (int cpu = 0; cpu < cpus; cpu++) {
        sum += values.getInt(8 * cpu);
      }
      assertThat(sum).isEqualTo(3);
    }
  }

  @Test
  void aMapOpenedToLookAtCannotBeChanged() {
    try (Bpffs bpffs = new Bpffs();
        BpfMap owner = BpfMap.create(BpfMapType.HASH, "looked_at", 4, 8, 100, 0)) {
      owner.put(new byte[4], new byte[8]);
      owner.pin(bpffs.path("looked_at"));
      try (BpfMap reader = BpfMap.openPinnedReadOnly(bpffs.path("looked_at"))) {
        assertThat(reader.get(new byte[4])).contains(new byte[8]);
        assertThat(reader.memory()).isEqualTo(owner.memory()).isGreaterThan(100 * 12);
        assertThatExceptionOfType(BpfException.class)
            .isThrownBy(() -> reader.put(new byte[4], new byte[8]))
            .matches(BpfException::isPermissionDenied);
        assertThatExceptionOfType(BpfException.class)
            .isThrownBy(() -> reader.remove(new byte[4]))
            .matches(BpfException::isPermissionDenied);
      }
    }
  }

  @Test
  void pinnedMapsOutliveTheirOwner() {
    try (Bpffs bpffs = new Bpffs()) {
      try (BpfMap map = hash(2)) {
        map.put(intBytes(1), longBytes(10));
        map.pin(bpffs.path("hash"));
        assertThatExceptionOfType(BpfException.class)
            .isThrownBy(() -> map.pin(bpffs.path("hash")))
            .satisfies(e -> assertThat(e.isExists()).isTrue());
      }
      try (BpfMap map = BpfMap.openPinned(bpffs.path("hash"))) {
        assertThat(map.get(intBytes(1))).hasValue(longBytes(10));
        assertThat(map.requireShape(BpfMapType.HASH, 4, 8)).isSameAs(map);
        assertThatExceptionOfType(BpfException.class)
            .isThrownBy(() -> map.requireShape(BpfMapType.LRU_HASH, 4, 16))
            .withMessageContaining("it is hash with key 4 and value 8 bytes")
            .withMessageContaining("lru_hash with key 4 and value 16 bytes is needed");
        assertThat(map.unpin(bpffs.path("hash"))).isTrue();
        assertThat(map.unpin(bpffs.path("hash"))).isFalse();
      }
      assertThatExceptionOfType(BpfException.class)
          .isThrownBy(() -> BpfMap.openPinned(bpffs.path("hash")))
          .withMessageStartingWith("open pin /sys/fs/bpf/")
          .satisfies(e -> assertThat(e.isNotFound()).isTrue());
    }
  }

  @Test
  void pinningWhereItCannotBeSaysWhy() {
    try (BpfMap map = hash(1);
        Bpffs bpffs = new Bpffs()) {
      assertThatExceptionOfType(BpfException.class)
          .isThrownBy(() -> map.pin(Path.of("target/pin")))
          .withMessageContaining("the directory is not on a bpffs");
      assertThatExceptionOfType(BpfException.class)
          .isThrownBy(() -> map.pin(bpffs.path("none/pin")))
          .withMessageContaining("the directory does not exist");
      assertThatExceptionOfType(BpfException.class)
          .isThrownBy(() -> map.pin(bpffs.path("a.b")))
          .withMessageContaining("names on a bpffs have no dots");
    }
  }

  @Test
  void aPinnedProgramIsNotAMap() {
    try (Bpffs bpffs = new Bpffs();
        BpfObject object = TestObjects.load("basic")) {
      object.program("entry").pin(bpffs.path("entry"));
      assertThatExceptionOfType(BpfException.class)
          .isThrownBy(() -> BpfMap.openPinned(bpffs.path("entry")))
          .withMessageContaining("it is a anon_inode:bpf-prog, not a bpf-map");
      assertThat(object.program("entry").unpin(bpffs.path("entry"))).isTrue();
    }
  }

  @Test
  void aPinPathSharesAMapBetweenLoads() {
    try (Bpffs bpffs = new Bpffs()) {
      int id;
      try (BpfObject first = TestObjects.open("basic")) {
        first.mapSpec("table").setPinPath(bpffs.path("table"));
        assertThat(first.mapSpec("table").pinPath()).hasValue(bpffs.path("table"));
        id = first.load().map("table").id();
      }
      try (BpfObject second = TestObjects.open("basic")) {
        second.mapSpec("table").setPinPath(bpffs.path("table"));
        assertThat(second.load().map("table").id()).isEqualTo(id);
      }
      try (BpfObject third = TestObjects.open("basic")) {
        third.mapSpec("table").setMaxEntries(99).setPinPath(bpffs.path("table"));
        assertThatExceptionOfType(BpfException.class)
            .isThrownBy(third::load)
            .withMessageContaining("'table'");
      }
    }
  }

  @Test
  void aReusedFdIsSharedIfItFits() {
    try (BpfMap mine = BpfMap.create(BpfMapType.HASH, "mine", 4, 16, 50, 0);
        BpfMap wrong = hash(50)) {
      try (BpfObject object = TestObjects.open("basic")) {
        assertThatExceptionOfType(BpfException.class)
            .isThrownBy(() -> object.mapSpec("table").reuseFd(wrong))
            .withMessageContaining("value 16 bytes is needed");
        object.mapSpec("table").reuseFd(mine);
        assertThat(object.load().map("table").id()).isEqualTo(mine.id());
      }
      mine.put(intBytes(1), new byte[16]);
    }
  }

  @Test
  void impossibleMapsAreRefused() {
    assertThatExceptionOfType(BpfException.class)
        .isThrownBy(() -> BpfMap.create(BpfMapType.HASH, "empty", 4, 8, 0, 0))
        .withMessage("create map 'empty': EINVAL (invalid argument)");
    assertThatExceptionOfType(BpfException.class)
        .isThrownBy(() -> BpfMap.fromId(Integer.MAX_VALUE))
        .withMessageStartingWith("open map with id 2147483647: ENOENT");
  }

  @Test
  void aClosedMapAnswersEbadf() {
    BpfMap map = hash(1);
    map.close();
    map.close();
    assertThat(map.fd()).isEqualTo(-1);
    assertThat(map.delete(NativeBuffer.allocate(4).address())).isEqualTo(-Errno.EBADF);
  }
}
