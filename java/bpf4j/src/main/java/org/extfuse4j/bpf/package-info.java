// SPDX-License-Identifier: Apache-2.0

/**
 * libbpf 1.x from Java: an ELF object is opened, inspected and changed as a plain specification,
 * then loaded into the kernel.
 *
 * <p>{@link org.extfuse4j.bpf.BpfObject} is the entrance; {@link org.extfuse4j.bpf.BpfMap} carries
 * the hot path, whose operations take native addresses, allocate nothing and return 0 or a negative
 * errno. Everything else throws {@link org.extfuse4j.bpf.BpfException}. The package follows
 * libbpf's {@code libbpf.h} and {@code bpf.h}, and bpf(2).
 */
package org.extfuse4j.bpf;
