// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench.scale;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.extfuse4j.bench.scale.AnswerCost.Case;
import org.extfuse4j.cache.node.Audit;

/**
 * The results as they are written to the file.
 *
 * @param kernel release of the running kernel
 * @param accel how its processors are emulated: kvm, tcg, or none on a machine of its own
 * @param made the tree
 * @param complaints lines of the daemons' logs that tell of trouble
 */
public record ScaleReport(
    String kernel,
    String accel,
    int files,
    int dirs,
    Calls made,
    Whole whole,
    Tenth tenth,
    List<String> complaints) {

  /** Calls of one kind and their time. */
  public record Calls(int calls, double seconds, double medianUs, double p999Us, double worstUs) {
    /** What tree-load prints. */
    static Calls of(JsonNode json) {
      return new Calls(
          json.get("calls").asInt(),
          json.get("seconds").asDouble(),
          json.get("median_us").asDouble(),
          json.get("p999_us").asDouble(),
          json.get("worst_us").asDouble());
    }
  }

  /**
   * Calls on a mount, and where their requests were answered.
   *
   * @param upShare of the LOOKUP and GETATTR requests, how many reached the daemon
   */
  record Pass(Calls calls, Map<String, Long> upcalls, Map<String, Long> answered, double upShare) {}

  /**
   * With a cache that holds all.
   *
   * @param elements in the maps, by map
   * @param descriptors of the daemon, the most that were seen
   * @param answer what one costs in the kernel; null if it was not measured
   */
  record Whole(
      int budget,
      Pass cold,
      Pass warm,
      Memory memory,
      Heap heap,
      Map<String, Integer> elements,
      int descriptors,
      Audit audit,
      Answer answer,
      LetGo letGo) {}

  /**
   * Kernel memory in bytes.
   *
   * @param names that were in the cache, with attributes
   * @param mapBytes of all maps, by the kernel's own account (memlock in fdinfo)
   * @param mapBytesPerName of {@code names}
   * @param mapBytesPerEntry of the budget, were it used up
   * @param grown how much more vmalloc and per-CPU memory the machine used once the daemon was
   *     there, without the stacks of threads
   */
  record Memory(
      int names,
      long mapBytes,
      double mapBytesPerName,
      double mapBytesPerEntry,
      long grown,
      double grownPerName) {}

  /**
   * Live objects of the daemon in bytes, with the root's node only and with all.
   *
   * @param classes what the growth consists of, in bytes a node
   */
  record Heap(
      long nodes, long before, long after, double bytesPerNode, Map<String, Double> classes) {}

  /**
   * What an answer costs with few names and with all. Ratios are of medians, or of the best rounds.
   *
   * @param sameNames of the in-kernel program: few names in the large cache, to the same number in
   *     a cache for them; so it tells what the number of entries costs
   * @param allNames of the in-kernel program: all names in the large cache, to few in a small one;
   *     so it tells what memory costs that no processor cache holds, too
   * @param calls of the whole call: all names to few
   * @param nativeCalls the same on the tree itself
   */
  record Answer(
      List<Case> cases,
      double sameNames,
      double allNames,
      double sameNamesBest,
      double allNamesBest,
      double calls,
      double nativeCalls) {}

  /**
   * With a cache that holds a tenth.
   *
   * @param walk null if there was none
   * @param elements the most that were in each map after zipf and walk
   * @param mapBytes the most that was seen
   * @param budgetBytes what the budget allows the maps to take
   */
  record Tenth(
      int budget,
      Zipf zipf,
      Pass walk,
      Map<String, Integer> elements,
      long mapBytes,
      long budgetBytes,
      int descriptors,
      Audit audit,
      LetGo letGo) {}

  /**
   * Skewed calls and a cache that was empty at first.
   *
   * @param lookups of names, whether the in-kernel program was asked or had been and nothing
   *     changed
   * @param hits of these, those without an upcall
   * @param idealHits what an ideal LRU cache of as many names would have answered
   * @param ofIdeal hits to ideal hits
   * @param ofIdealFiles the same of the names of files only, if all names of directories were hits:
   *     at least so much
   */
  record Zipf(
      Pass pass,
      long lookups,
      long hits,
      long idealHits,
      double hitRate,
      double idealHitRate,
      double ofIdeal,
      double ofIdealFiles) {}

  /**
   * After a flush, and dropping the kernel's caches.
   *
   * @param nodes that are left
   */
  record LetGo(long nodes, double seconds) {}
}
