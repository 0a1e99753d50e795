package hraftd.raft.sim;

import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.core.TermStore;
import hraftd.raft.disk.Disk;
import hraftd.raft.snapshot.WritableSnapshots;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** What survives a crash besides the log: term, vote and snapshot, durable when a call returns. */
public final class SimStores implements TermStore, WritableSnapshots {

  private long term;
  private @Nullable NodeId votedFor;
  private @Nullable Meta latest;
  private byte[] content = new byte[0];
  private @Nullable Meta receiving;
  private byte[] received = new byte[0];
  private int receivedLength;
  private final int pieceBytes;
  private final Runnable onChange;

  /** Empty stores, to which nothing happens on the way. */
  public SimStores() {
    this(Integer.MAX_VALUE, () -> {});
  }

  /**
   * Empty stores.
   *
   * @param pieceBytes how much of a snapshot is read at once at most
   * @param onChange runs before every change of what is durable
   */
  public SimStores(int pieceBytes, Runnable onChange) {
    this.pieceBytes = pieceBytes;
    this.onChange = onChange;
  }

  @Override
  public long term() {
    return term;
  }

  @Override
  public @Nullable NodeId votedFor() {
    return votedFor;
  }

  @Override
  public void save(long newTerm, @Nullable NodeId vote) {
    if (newTerm < term) {
      throw new IllegalStateException("term goes back from " + term + " to " + newTerm);
    }
    onChange.run();
    term = newTerm;
    votedFor = vote;
  }

  @Override
  public @Nullable Meta latest() {
    return latest;
  }

  @Override
  public Meta write(
      long index, long entryTerm, long clock, Membership membership, ContentWriter writer)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    writer.writeTo(out);
    return write(index, entryTerm, clock, membership, out.toByteArray());
  }

  @Override
  public InputStream open(Meta meta) throws IOException {
    if (!meta.equals(latest)) {
      throw new IOException("snapshot " + meta.index() + " is not the newest one");
    }
    return new ByteArrayInputStream(content);
  }

  /** The node has written a snapshot of its own state; an older one is not taken. */
  public Meta write(long index, long entryTerm, long clock, Membership membership, byte[] bytes) {
    if (latest != null && latest.index() >= index) {
      return latest;
    }
    onChange.run();
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    latest = new Meta(index, entryTerm, clock, membership, bytes.length, (int) crc.getValue());
    content = bytes;
    return latest;
  }

  @Override
  public @Nullable String check(Disk disk) {
    return null;
  }

  @Override
  public boolean isDamaged() {
    return false;
  }

  @Override
  public byte[] read(long offset, int maxBytes) {
    int from = (int) offset;
    return Arrays.copyOfRange(
        content, from, Math.min(content.length, from + Math.min(pieceBytes, maxBytes)));
  }

  @Override
  public long receive(Meta meta, long offset, byte[] piece) {
    if (!meta.equals(receiving)) {
      if (offset != 0) {
        return 0;
      }
      receiving = meta;
      received = new byte[(int) meta.length()];
      receivedLength = 0;
    }
    if (offset == receivedLength && piece.length <= meta.length() - offset) {
      System.arraycopy(piece, 0, received, receivedLength, piece.length);
      receivedLength += piece.length;
    }
    return receivedLength;
  }

  @Override
  public boolean acceptReceived(Meta meta, ContentCheck check) {
    CRC32C crc = new CRC32C();
    crc.update(received);
    boolean whole =
        meta.equals(receiving)
            && (int) crc.getValue() == meta.checksum()
            && isUsable(received, check);
    if (whole) {
      onChange.run();
      latest = meta;
      content = received;
    }
    receiving = null;
    return whole;
  }

  private static boolean isUsable(byte[] bytes, ContentCheck check) {
    try {
      return check.isUsable(new ByteArrayInputStream(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {}

  /** A snapshot that was being received is gone. */
  void crash() {
    receiving = null;
  }
}
