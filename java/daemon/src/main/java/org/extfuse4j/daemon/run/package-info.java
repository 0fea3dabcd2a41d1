// SPDX-License-Identifier: Apache-2.0
/**
 * What a daemon leaves where others find it, and what they find: its run directory, the mount
 * table, where a mount is mounted still; and how a mount is ended.
 */
package org.extfuse4j.daemon.run;
