// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cache.inspect;

/**
 * A slot of the map {@code handlers} with a program in it.
 *
 * @param opcode FUSE's number of the request
 * @param reply whether the program is for the reply and not for the request
 * @param program its name, cut at 15 bytes by the kernel; empty if it is gone
 * @param id the kernel's id of the program
 */
public record HandlerRecord(int opcode, boolean reply, String program, int id) {}
