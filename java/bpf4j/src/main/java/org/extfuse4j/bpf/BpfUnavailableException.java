// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bpf;

/** libbpf is not on this machine or does not fit; the message says which package to install. */
public final class BpfUnavailableException extends BpfException {
  public BpfUnavailableException(String message) {
    super("load", "libbpf", 0, message, "");
  }
}
