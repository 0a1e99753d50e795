package hraftd.raft.net;

import hraftd.raft.WireFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which wire formats a node speaks: all from one to another, which may be newer than any that this
 * version has heard of. Two nodes speak the newest that both do.
 *
 * @param least the oldest, from 1 to 255
 * @param newest the newest, from {@code least} to 255
 */
public record FormatRange(int least, int newest) {

  /** What this version speaks. */
  static final FormatRange OWN =
      new FormatRange(WireFormat.OLDEST.number(), WireFormat.NEWEST.number());

  private static final int MAX = 255;

  /** As {@link #toString} gives it; versions that speak only one format say that one's number. */
  private static final Pattern TEXT = Pattern.compile("([0-9]{1,3})(?:-([0-9]{1,3}))?");

  /**
   * Checks.
   *
   * @throws IllegalArgumentException if these are no numbers of formats
   */
  public FormatRange {
    WireReader.check(1 <= least && least <= newest && newest <= MAX, "impossible wire formats");
  }

  /** This format alone. */
  static FormatRange only(WireFormat format) {
    return new FormatRange(format.number(), format.number());
  }

  /** What a refusal says of the refusing node; null if it says nothing of the kind. */
  static @Nullable FormatRange parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      return null;
    }
    String newest = matcher.group(2) == null ? matcher.group(1) : matcher.group(2);
    try {
      return new FormatRange(Integer.parseInt(matcher.group(1)), Integer.parseInt(newest));
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** What this node and who speaks these can speak with each other; null if nothing. */
  @Nullable WireFormat common() {
    WireFormat found = null;
    for (WireFormat format : WireFormat.values()) {
      if (least <= format.number() && format.number() <= newest) {
        found = format;
      }
    }
    return found;
  }

  @Override
  public String toString() {
    return least == newest ? String.valueOf(least) : least + "-" + newest;
  }
}
