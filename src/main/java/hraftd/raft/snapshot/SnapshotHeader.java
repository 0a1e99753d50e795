package hraftd.raft.snapshot;

import hraftd.raft.core.MembershipCodec;
import hraftd.raft.core.SnapshotStore;
import hraftd.raft.disk.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The first bytes of a snapshot file, before the content. Stateless.
 *
 * <p>Format, big endian: CRC32C of all below, magic, version, index (long), term (long), clock
 * (long), length of the content (long), its checksum, length of the membership, the membership.
 */
final class SnapshotHeader {
  private static final int MAGIC = 0x6872_5331;
  private static final int VERSION = 1;
  private static final int FIXED_BYTES = 52;

  /** More than {@link MembershipCodec} ever makes: bounds what a damaged length makes us read. */
  private static final int MAX_MEMBERSHIP_BYTES = 1 << 20;

  private SnapshotHeader() {}

  /** The header; how long it is depends on the membership only. */
  static ByteBuffer encode(SnapshotStore.Meta meta) {
    byte[] membership = MembershipCodec.encode(meta.membership());
    ByteBuffer out = ByteBuffer.allocate(FIXED_BYTES + membership.length);
    out.putInt(0).putInt(MAGIC).putInt(VERSION);
    out.putLong(meta.index()).putLong(meta.term()).putLong(meta.clock()).putLong(meta.length());
    out.putInt(meta.checksum()).putInt(membership.length).put(membership);
    out.putInt(0, checksum(out));
    return out.clear();
  }

  /** The header of a file, or null if it is damaged. */
  static SnapshotStore.@Nullable Meta read(Disk.DiskFile file) throws IOException {
    long size = file.size();
    if (size < FIXED_BYTES) {
      return null;
    }
    ByteBuffer fixed = ByteBuffer.allocate(FIXED_BYTES);
    file.readFully(fixed, 0);
    int membershipLength = fixed.getInt(FIXED_BYTES - 4);
    if (membershipLength < 0
        || membershipLength > Math.min(MAX_MEMBERSHIP_BYTES, size - FIXED_BYTES)) {
      return null;
    }
    ByteBuffer in = ByteBuffer.allocate(FIXED_BYTES + membershipLength);
    file.readFully(in, 0);
    if (in.getInt(0) != checksum(in) || in.getInt(4) != MAGIC || in.getInt(8) != VERSION) {
      return null;
    }
    byte[] membership = new byte[membershipLength];
    in.get(FIXED_BYTES, membership);
    try {
      return new SnapshotStore.Meta(
          in.getLong(12),
          in.getLong(20),
          in.getLong(28),
          MembershipCodec.decode(membership),
          in.getLong(36),
          in.getInt(44));
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static int checksum(ByteBuffer header) {
    CRC32C crc = new CRC32C();
    crc.update(header.duplicate().clear().position(4));
    return (int) crc.getValue();
  }
}
