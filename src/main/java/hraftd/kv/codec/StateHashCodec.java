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

  /** Revision, own hash, number of reports, reports. */
  public static void write(Encoder out, CopyComparison comparison) {
    out.natural("revision", comparison.revision());
    write(out, comparison.hash());
    out.natural("reports", comparison.reports().size());
    for (CopyComparison.Reported report : comparison.reports()) {
      out.fixed(report.copy());
      write(out, report.hash());
    }
  }

  /**
   * What {@link #write(Encoder, CopyComparison)} wrote.
   *
   * @throws IllegalArgumentException if there are more reports than a comparison keeps
   */
  public static CopyComparison readComparison(Decoder in) {
    long revision = in.natural("revision");
    StateHash hash = read(in);
    long count = in.natural("reports");
    if (count > CopyComparison.MAX_REPORTS) {
      throw new IllegalArgumentException("reports out of range: " + count);
    }
    List<CopyComparison.Reported> reports = new ArrayList<>();
    for (long i = 0; i < count; i++) {
      reports.add(new CopyComparison.Reported(in.fixed("copy"), read(in)));
    }
    return new CopyComparison(revision, hash, List.copyOf(reports));
  }
}
