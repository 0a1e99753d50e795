package hraftd.mutants;

import java.util.List;

/**
 * One deliberate fault: what is changed in the source, and who has to notice.
 *
 * @param room the file that it is told in, without its ending
 * @param name a few words, unlike those of any other
 * @param why what it breaks, for people
 * @param promise the one that the simulation finds broken, as events name it; empty if another test
 *     notices
 * @param patches of files
 * @param catchers who notices, the quickest first
 */
public record Mutant(
    String room,
    String name,
    String why,
    String promise,
    List<Patch> patches,
    List<Catcher> catchers) {

  @Override
  public String toString() {
    return name;
  }
}
