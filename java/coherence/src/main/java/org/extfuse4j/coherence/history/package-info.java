// SPDX-License-Identifier: Apache-2.0
/** What processes saw of a mount, as the workload writes it down. */
package org.extfuse4j.coherence.history;
