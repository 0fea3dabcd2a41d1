// SPDX-License-Identifier: Apache-2.0
/**
 * The nodes that the kernel knows: how often it holds each, counted by replies, in-kernel answers
 * and FORGETs; their locks; and how slots are taken back.
 */
package org.extfuse4j.cache.node;
