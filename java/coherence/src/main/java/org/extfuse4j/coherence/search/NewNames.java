// SPDX-License-Identifier: Apache-2.0
package org.extfuse4j.coherence.search;

import java.util.ArrayList;
import java.util.List;
import org.extfuse4j.coherence.history.Kind;
import org.extfuse4j.coherence.history.Operation;
import org.extfuse4j.coherence.history.Round;

/**
 * Names that the kernel may have asked for instead of the one in a call.
 *
 * <p>Until Linux 6.14 fuse_dentry_revalidate() sends the name that the dentry has when the request
 * is copied, not the one that the caller walks to. A rename that ends in between has given the
 * dentry its new name: the file is found to have that, and the caller gets it for the old name,
 * also if another process has seen the rename's other effects before. That is so with any daemon,
 * and without an in-kernel cache; later kernels pass the name to d_revalidate.
 */
final class NewNames {
  private static final int RENAME_EXCHANGE = 2;

  private record Lookup(Operation asked, Operation sent, Operation rename) {}

  private NewNames() {}

  /** The round as it may have been sent: one call, or two during the same rename, by a new name. */
  static List<Round> of(Round round) {
    List<Lookup> lookups = lookups(round.operations());
    List<Round> rounds = new ArrayList<>();
    for (int i = 0; i < lookups.size(); i++) {
      rounds.add(sent(round, lookups.get(i)));
    }
    for (int i = 0; i < lookups.size(); i++) {
      for (int j = i + 1; j < lookups.size(); j++) {
        if (lookups.get(i).rename.equals(lookups.get(j).rename)) {
          rounds.add(sent(sent(round, lookups.get(i)), lookups.get(j)));
        }
      }
    }
    return rounds;
  }

  private static List<Lookup> lookups(List<Operation> operations) {
    List<Lookup> lookups = new ArrayList<>();
    for (Operation rename : operations) {
      if (rename.kind() != Kind.RENAME || !rename.ok()) {
        continue;
      }
      String from = rename.path();
      String to = rename.arguments().get(1);
      for (Operation asked : operations) {
        if (!revalidates(asked) || !asked.overlaps(rename)) {
          continue;
        }
        if (asked.path().equals(from)) {
          lookups.add(new Lookup(asked, asked.at(to), rename));
        } else if (asked.path().equals(to) && rename.number() == RENAME_EXCHANGE) {
          lookups.add(new Lookup(asked, asked.at(from), rename));
        }
      }
    }
    return lookups;
  }

  // Calls that hold the directory's lock keep a rename out; what is not found is asked for again.
  private static boolean revalidates(Operation operation) {
    return switch (operation.kind()) {
      case LSTAT, STAT, READLINK, CREAT, OPEN, OTRUNC, CHMOD, TRUNCATE, UTIMENS, LINK ->
          !operation.result().equals("ENOENT");
      default -> false;
    };
  }

  private static Round sent(Round round, Lookup lookup) {
    return round.with(
        round.operations().stream()
            .map(operation -> operation.equals(lookup.asked) ? lookup.sent : operation)
            .toList());
  }
}
