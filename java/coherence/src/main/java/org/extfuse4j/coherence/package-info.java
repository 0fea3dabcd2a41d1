// SPDX-License-Identifier: Apache-2.0
/**
 * Decides whether what processes saw through a mount is what some legal order of their operations
 * explains. The workload is src/main/c; it runs where the mount is, the checker anywhere.
 */
package org.extfuse4j.coherence;
