package hraftd.kv.codec;

import hraftd.kv.CopyComparison;
import hraftd.kv.StateHash;
import java.util.ArrayList;
import java.util.List;

/** The binary form of what copies are compared by. */
public final class StateHashCodec {

  private StateHashCodec() {}

  /** Two halves of eight bytes. */
  public static void write(Encoder out, StateHash hash) {
    out.fixed(hash.high());
    out.fixed(hash.low());
  }

  /** What {@link #write(Encoder, StateHash)} wrote. */
  public static StateHash read(Decoder in) {
    return new StateHash(in.fixed("hash"), in.fixed("hash"));
  }

  private static void write(Encoder out, CopyComparison.At at) {
    out.natural("revision", at.revision());
    write(out, at.hash());
  }

  private static CopyComparison.At readAt(Decoder in) {
    return new CopyComparison.At(in.natural("revision"), read(in));
  }

  /** Copy, revision, hash. */
  public static void write(Encoder out, CopyComparison.Reported report) {
    out.fixed(report.copy());
    write(out, report.at());
  }

  /** What {@link #write(Encoder, CopyComparison.Reported)} wrote. */
  public static CopyComparison.Reported readReported(Decoder in) {
    return new CopyComparison.Reported(in.fixed("copy"), readAt(in));
  }

  /** Id, own revision and hash, number of reports, reports. */
  public static void write(Encoder out, CopyComparison comparison) {
    out.fixed(comparison.id());
    write(out, comparison.own());
    out.natural("reports", comparison.reports().size());
    comparison.reports().forEach(report -> write(out, report));
  }

  /**
   * What {@link #write(Encoder, CopyComparison)} wrote.
   *
   * @throws IllegalArgumentException if there are more reports than a comparison keeps
   */
  public static CopyComparison readComparison(Decoder in) {
    long id = in.fixed("comparison");
    CopyComparison.At own = readAt(in);
    long count = in.natural("reports");
    if (count > CopyComparison.MAX_REPORTS) {
      throw new IllegalArgumentException("reports out of range: " + count);
    }
    List<CopyComparison.Reported> reports = new ArrayList<>();
    for (long i = 0; i < count; i++) {
      reports.add(readReported(in));
    }
    return new CopyComparison(id, own, List.copyOf(reports));
  }
}
