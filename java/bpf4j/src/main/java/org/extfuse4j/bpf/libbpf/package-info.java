// SPDX-License-Identifier: Apache-2.0
/** libbpf and the C library as they are called, and the memory that they are given. */
package org.extfuse4j.bpf.libbpf;
