package hraftd.mutants;

import java.util.ArrayList;
import java.util.List;

/**
 * Some lines of a source file in the place of others. Lines are compared without the space around
 * them, so that a patch holds when code moves to another depth.
 *
 * @param file from the project's top
 * @param before the lines as they are, one at least
 * @param after the lines that take their place
 */
public record Patch(String file, List<String> before, List<String> after) {

  /**
   * The source with the fault in it.
   *
   * @throws IllegalArgumentException if the lines are not there, or more than once
   */
  String applied(String source) {
    List<String> lines = source.lines().toList();
    List<Integer> places = new ArrayList<>();
    for (int at = 0; at + before.size() <= lines.size(); at++) {
      if (lines.subList(at, at + before.size()).stream()
          .map(String::strip)
          .toList()
          .equals(before)) {
        places.add(at);
      }
    }
    if (places.size() != 1) {
      throw new IllegalArgumentException(
          file + " has these lines " + places.size() + " times, not once: " + before);
    }
    int at = places.get(0);
    List<String> patched = new ArrayList<>(lines.subList(0, at));
    patched.addAll(after);
    patched.addAll(lines.subList(at + before.size(), lines.size()));
    return String.join("\n", patched) + "\n";
  }
}
