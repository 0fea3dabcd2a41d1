// SPDX-License-Identifier: Apache-2.0
/** What serves a mount, from its settings to its end: cache, file system, session, logs, memory. */
package org.extfuse4j.daemon;
