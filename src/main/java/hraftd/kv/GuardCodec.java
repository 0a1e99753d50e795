package hraftd.kv;

/** The binary form of guards: a byte that says which, and a version if it has one. */
final class GuardCodec {

  private static final int NONE = 0;
  private static final int VERSION_IS = 1;
  private static final int VERSION_IS_NOT = 2;
  private static final int EXISTS = 3;
  private static final int ABSENT = 4;

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
      default -> throw Decoder.unknown("guard", kind);
    };
  }
}
