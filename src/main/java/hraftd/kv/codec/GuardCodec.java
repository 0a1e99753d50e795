package hraftd.kv.codec;

import hraftd.kv.Guard;
import java.util.ArrayList;
import java.util.List;

/** The binary form of guards: a byte that says which, and its version or versions if it has any. */
final class GuardCodec {

  private static final int NONE = 0;
  private static final int VERSION_IS = 1;
  private static final int VERSION_IS_NOT = 2;
  private static final int EXISTS = 3;
  private static final int ABSENT = 4;
  private static final int VERSION_IN = 5;
  private static final int VERSION_NOT_IN = 6;

  private GuardCodec() {}

  static void write(Encoder out, Guard guard) {
    if (guard instanceof Guard.None) {
      out.octet(NONE);
    } else if (guard instanceof Guard.VersionIs is) {
      out.octet(VERSION_IS);
      out.varint(is.version());
    } else if (guard instanceof Guard.VersionIsNot not) {
      out.octet(VERSION_IS_NOT);
      out.varint(not.version());
    } else if (guard instanceof Guard.Exists) {
      out.octet(EXISTS);
    } else if (guard instanceof Guard.VersionIn in) {
      out.octet(VERSION_IN);
      writeVersions(out, in.versions());
    } else if (guard instanceof Guard.VersionNotIn notIn) {
      out.octet(VERSION_NOT_IN);
      writeVersions(out, notIn.versions());
    } else {
      out.octet(ABSENT);
    }
  }

  static Guard read(Decoder in) {
    int kind = in.octet("guard");
    return switch (kind) {
      case NONE -> Guard.NONE;
      case VERSION_IS -> new Guard.VersionIs(in.varint("version"));
      case VERSION_IS_NOT -> new Guard.VersionIsNot(in.varint("version"));
      case EXISTS -> new Guard.Exists();
      case ABSENT -> new Guard.Absent();
      case VERSION_IN -> new Guard.VersionIn(readVersions(in));
      case VERSION_NOT_IN -> new Guard.VersionNotIn(readVersions(in));
      default -> throw Decoder.unknown("guard", kind);
    };
  }

  private static void writeVersions(Encoder out, List<Long> versions) {
    out.natural("number of versions", versions.size());
    versions.forEach(out::varint);
  }

  private static List<Long> readVersions(Decoder in) {
    int count = in.count("number of versions");
    List<Long> versions = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      versions.add(in.varint("version"));
    }
    return versions;
  }
}
