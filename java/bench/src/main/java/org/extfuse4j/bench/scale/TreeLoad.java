// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench.scale;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.extfuse4j.daemon.CommandException;

/**
 * Runs src/main/c/tree-load on a tree of a certain shape. What that shows of its progress is seen.
 */
public record TreeLoad(Path program, List<String> launcher, int files, int dirs) {
  /** The same tool for a tree of another shape. */
  TreeLoad shaped(int files, int dirs) {
    return new TreeLoad(program, launcher, files, dirs);
  }

  /**
   * Runs it to its end.
   *
   * @param mode what it does
   * @param title of its progress lines
   * @param options more of its options
   * @return what it prints
   * @throws CommandException when a call failed, or anything else
   */
  public JsonNode run(String mode, String title, Path root, Object... options)
      throws InterruptedException {
    List<String> command = new ArrayList<>(launcher);
    command.addAll(List.of(program.toString(), mode, "--title", "extfuse: bench: " + title));
    command.addAll(List.of("--files", Integer.toString(files), "--dirs", Integer.toString(dirs)));
    for (Object option : options) {
      command.add(option.toString());
    }
    command.add(root.toString());
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      byte[] out = process.getInputStream().readAllBytes();
      int status = process.waitFor();
      if (status != 0) {
        throw new CommandException(title + " failed, see above (status " + status + ")");
      }
      return new ObjectMapper().readTree(out);
    } catch (IOException e) {
      throw new CommandException("cannot run " + program, e);
    }
  }
}
