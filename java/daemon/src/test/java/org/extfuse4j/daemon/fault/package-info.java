// SPDX-License-Identifier: Apache-2.0
/**
 * For tests only: mistakes that a daemon can be told to make, to show that they are found. See
 * {@link org.extfuse4j.daemon.fault.Faults}.
 */
package org.extfuse4j.daemon.fault;
