// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.cli.doctor;

import java.util.List;
import java.util.concurrent.Callable;
import org.extfuse4j.cli.doctor.Finding.Need;
import org.extfuse4j.cli.doctor.Finding.Result;
import org.extfuse4j.cli.map.OutputOptions;
import org.extfuse4j.cli.map.Table;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code extfuse doctor}: a line a check. */
@Command(
    name = "doctor",
    description = {
      "Says what this machine lacks for a mount, for its in-kernel cache and for looking into it, and"
          + " how to get it. Mounts nothing and changes nothing.",
      "",
      "Ends with status 0 if a mount with the in-kernel cache can work, 1 if only one without can, 2"
          + " if none can.",
      ""
    },
    mixinStandardHelpOptions = true)
public final class DoctorCommand implements Callable<Integer> {
  @Mixin OutputOptions output;

  @Override
  public Integer call() {
    List<Finding> findings = Checks.all();
    try (Table table = output.table("check", "result", "needed for", "what")) {
      for (Finding finding : findings) {
        table.row(finding.check(), finding.result(), finding.need(), finding.text());
      }
    }
    return status(findings);
  }

  static int status(List<Finding> findings) {
    if (lacks(findings, Need.MOUNT)) {
      return 2;
    }
    return lacks(findings, Need.CACHE) ? 1 : 0;
  }

  private static boolean lacks(List<Finding> findings, Need need) {
    return findings.stream().anyMatch(f -> f.result() == Result.LACKS && f.need() == need);
  }
}
