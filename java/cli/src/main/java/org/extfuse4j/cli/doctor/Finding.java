// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli.doctor;

/**
 * What a check has found.
 *
 * @param check what was looked at
 * @param result whether it is there
 * @param need what does not work without it
 * @param text what was found, or what is missing and how to get it
 */
record Finding(String check, Result result, Need need, String text) {
  /** Whether it is there; named as it is printed. */
  enum Result {
    OK("ok"),
    LACKS("lacks"),
    CANNOT_TELL("cannot tell");

    private final String text;

    Result(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  /** What depends on it; the order is that of what is lost. */
  enum Need {
    INSPECTION("inspection"),
    CACHE("in-kernel cache"),
    MOUNT("mount");

    private final String text;

    Need(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  static Finding ok(String check, Need need, String text) {
    return new Finding(check, Result.OK, need, text);
  }

  static Finding lacks(String check, Need need, String text) {
    return new Finding(check, Result.LACKS, need, text);
  }

  static Finding unsure(String check, Need need, String text) {
    return new Finding(check, Result.CANNOT_TELL, need, text);
  }
}
