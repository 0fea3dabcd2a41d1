// SPDX-License-Identifier: Apache-2.0
/** The search for a legal order of what a round has seen, and of the smallest that has none. */
package org.extfuse4j.coherence.search;
