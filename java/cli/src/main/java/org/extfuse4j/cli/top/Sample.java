// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli.top;

import java.util.List;
import java.util.Map;
import org.extfuse4j.cache.Outcome;
import org.extfuse4j.cache.map.MapRecord;
import org.extfuse4j.daemon.control.DaemonLatency;
import org.extfuse4j.daemon.control.DaemonStats;

/**
 * What is known of a mount at one moment, all of it counted since the mount.
 *
 * @param atNs the moment, by {@link System#nanoTime}
 * @param outcomes of requests in the kernel by opcode, null without the in-kernel cache
 * @param maps of the in-kernel cache, empty without
 * @param daemon what it says, null if it says nothing
 * @param latency the same
 * @param silence why the daemon says nothing; null if it does
 */
record Sample(
    long atNs,
    Map<String, Map<Outcome, Long>> outcomes,
    List<MapRecord> maps,
    DaemonStats daemon,
    DaemonLatency latency,
    String silence) {}
