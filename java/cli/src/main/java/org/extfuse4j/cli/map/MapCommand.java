// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli.map;

import picocli.CommandLine.Command;

/** {@code extfuse map}: the in-kernel cache of a mount. */
@Command(
    name = "map",
    description = {
      "Looks into the in-kernel cache of a mount, and acts on it.",
      "",
      "All but flush, invalidate and audit read the pinned maps: they work when the daemon hangs or"
          + " is gone, and change nothing.",
      ""
    },
    subcommands = {
      MapLsCommand.class,
      MapDumpCommand.class,
      MapGetCommand.class,
      MapFindCommand.class,
      MapVerifyCommand.class,
      MapWatchCommand.class,
      MapFlushCommand.class,
      MapInvalidateCommand.class,
      MapAuditCommand.class
    },
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true)
public final class MapCommand {}
