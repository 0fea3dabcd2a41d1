// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.extfuse4j.daemon.CommandException;

/** Writes a report for programs to read; names of fields become snake_case. */
public final class JsonFile {
  private JsonFile() {}

  public static void write(Path file, Object report) {
    JsonMapper json =
        JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();
    try {
      Path parent = file.toAbsolutePath().getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
      Files.writeString(file, json.writeValueAsString(report) + "\n");
    } catch (IOException e) {
      throw new CommandException("cannot write the results to " + file, e);
    }
  }
}
