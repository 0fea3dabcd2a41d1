// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli.map;

import picocli.CommandLine.Command;

/** {@code extfuse map}: the in-kernel cache of a mount. */
@Command(
    name = "map",
    description = {"Acts on the in-kernel cache of a mount.", ""},
    subcommands = {MapFlushCommand.class, MapInvalidateCommand.class, MapAuditCommand.class},
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true)
public final class MapCommand {}
