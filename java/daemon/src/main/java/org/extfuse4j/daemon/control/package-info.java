// SPDX-License-Identifier: Apache-2.0
/** The control socket of a daemon, both ends, and what is said over it. */
package org.extfuse4j.daemon.control;
