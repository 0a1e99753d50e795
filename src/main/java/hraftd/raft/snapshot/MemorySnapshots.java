package hraftd.raft.snapshot;

import hraftd.raft.Membership;
import hraftd.raft.disk.Disk;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** The snapshots of a node that keeps nothing: up to 2 GiB each, in memory. */
public final class MemorySnapshots implements WritableSnapshots {
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Snapshot(Meta meta, byte[] content) {}

  private @Nullable Snapshot newest;
  private @Nullable Meta receiving;
  private ByteArrayOutputStream received = new ByteArrayOutputStream();

  @Override
  public synchronized @Nullable Meta latest() {
    return newest == null ? null : newest.meta();
  }

  @Override
  public byte[] read(long offset, int maxBytes) {
    byte[] content = snapshot().content();
    int from = Math.toIntExact(offset);
    return Arrays.copyOfRange(
        content, from, (int) Math.min(content.length, (long) from + maxBytes));
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
  public Meta write(long index, long term, long clock, Membership membership, ContentWriter content)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    content.writeTo(out);
    byte[] bytes = out.toByteArray();
    Meta meta = new Meta(index, term, clock, membership, bytes.length, checksum(bytes));
    install(new Snapshot(meta, bytes));
    return snapshot().meta();
  }

  @Override
  public InputStream open(Meta meta) throws IOException {
    Snapshot snapshot = snapshot();
    if (!snapshot.meta().equals(meta)) {
      throw new IOException("snapshot " + meta.index() + " is not the newest one");
    }
    return new ByteArrayInputStream(snapshot.content());
  }

  @Override
  public long receive(Meta meta, long offset, byte[] piece) {
    if (!meta.equals(receiving)) {
      if (offset != 0) {
        return 0;
      }
      receiving = meta;
      received = new ByteArrayOutputStream();
    }
    if (offset == received.size() && piece.length <= meta.length() - offset) {
      received.writeBytes(piece);
    }
    return received.size();
  }

  @Override
  public boolean acceptReceived(Meta meta, ContentCheck check) {
    byte[] bytes = received.toByteArray();
    boolean whole =
        meta.equals(receiving)
            && bytes.length == meta.length()
            && checksum(bytes) == meta.checksum()
            && isUsable(bytes, check);
    receiving = null;
    received = new ByteArrayOutputStream();
    return whole && install(new Snapshot(meta, bytes));
  }

  private static boolean isUsable(byte[] content, ContentCheck check) {
    try {
      return check.isUsable(new ByteArrayInputStream(content));
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void close() {}

  private synchronized boolean install(Snapshot snapshot) {
    if (newest != null && newest.meta().index() >= snapshot.meta().index()) {
      return false;
    }
    newest = snapshot;
    return true;
  }

  private synchronized Snapshot snapshot() {
    if (newest == null) {
      throw new IllegalStateException("there is no snapshot");
    }
    return newest;
  }

  private static int checksum(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }
}
