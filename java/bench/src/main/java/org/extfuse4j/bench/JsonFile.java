// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.bench;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.extfuse4j.daemon.CommandException;

/** A report for programs to read; names of fields become snake_case. */
public final class JsonFile {
  private JsonFile() {}

  private static JsonMapper json() {
    return JsonMapper.builder()
        .enable(SerializationFeature.INDENT_OUTPUT)
        .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
        .build();
  }

  /** Reads what was written. */
  public static <T> T read(Path file, Class<T> type) {
    try {
      return json().readValue(file.toFile(), type);
    } catch (IOException e) {
      throw new CommandException("cannot read results from " + file, e);
    }
  }

  public static void write(Path file, Object report) {
    try {
      Path parent = file.toAbsolutePath().getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
      Files.writeString(file, json().writeValueAsString(report) + "\n");
    } catch (IOException e) {
      throw new CommandException("cannot write the results to " + file, e);
    }
  }
}
