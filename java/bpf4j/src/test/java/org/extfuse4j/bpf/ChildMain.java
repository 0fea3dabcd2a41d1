// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bpf;

/** What {@link RestrictedProcessTest} runs in a process without rights or without libbpf. */
final class ChildMain {
  private ChildMain() {}

  @SuppressWarnings("SystemOut")
  public static void main(String[] args) {
    for (int i = 0; i < 2; i++) {
      try {
        if (args[0].equals("create")) {
          BpfMap.create(BpfMapType.HASH, "mine", 4, 4, 1, 0).close();
        } else {
          TestObjects.load(args[0]).close();
        }
        System.out.println("succeeded");
      } catch (BpfException e) {
        System.out.println(e.getClass().getSimpleName() + ": " + e.getMessage());
      }
    }
  }
}
