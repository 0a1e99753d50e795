package hraftd.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import hraftd.raft.HostPort;
import hraftd.raft.Member;
import hraftd.raft.MemberId;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written can be read again, however long it is. */
class RecordFileTest {

  @TempDir private Path directory;

  /** So many members whose names are the longest in bytes. */
  private static ClusterRecord record(int members) {
    String id = "\uD83D\uDC1D".repeat(MemberId.MAX_KNOWN_CHARACTERS - 4);
    HostPort address = new HostPort("a".repeat(253), 65535);
    List<Member> all =
        IntStream.range(0, members)
            .mapToObj(i -> new NodeId(id + (1000 + i), -1 - i))
            .map(node -> new Member(node, address, address, /* voter= */ false))
            .toList();
    Membership membership = new Membership(all);
    return new ClusterRecord("c", all.get(0).node(), membership, membership, false, false);
  }

  @Test
  void the_most_members_with_the_longest_names() throws Exception {
    Path file = directory.resolve("cluster.json");
    ClusterRecord record = record(Membership.MAX_MEMBERS);
    RecordFile.write(file, record);
    assertEquals(record, RecordFile.read(file));
  }

  @Test
  void what_would_not_be_read_again_is_not_written() throws Exception {
    Path file = directory.resolve("cluster.json");
    RecordFile.write(file, record(1));
    ClusterRecord tooLong = record(4 * Membership.MAX_MEMBERS);
    String why =
        String.valueOf(
            assertThrows(IOException.class, () -> RecordFile.write(file, tooLong)).getMessage());
    assertEquals("cannot write " + file, why.substring(0, why.lastIndexOf(':')));
    assertEquals(record(1), RecordFile.read(file));
  }
}
