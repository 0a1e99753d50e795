package hraftd.raft.core;

import hraftd.raft.HostPort;
import hraftd.raft.Member;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The binary form of a {@link Membership}, in entries of {@link Entry.Kind#MEMBERSHIP}, in
 * snapshots and on the wire: a format byte, the number of members, then each member's fields, then
 * who was removed and who is replaced. The same membership always gives the same bytes. Stateless,
 * for any thread.
 */
public final class MembershipCodec {
  /** Of hraftd 1.0, and where nobody was removed or is being replaced. */
  private static final byte WITHOUT_PAST = 1;

  /** Since hraftd 1.1: the nodes that were removed follow, and who is being replaced by whom. */
  private static final byte WITH_PAST = 2;

  /**
   * {@link NodeId} allows 128 characters; one takes at most three bytes in UTF-8 (a pair: four).
   */
  private static final int MAX_ID_BYTES = 3 * 128;

  /** The longest name in the DNS is 253 characters; an IPv6 address with its scope is shorter. */
  private static final int MAX_HOST_BYTES = 255;

  private MembershipCodec() {}

  /**
   * The membership as bytes.
   *
   * @throws IllegalArgumentException if it has more members, or longer names, than can be decoded
   */
  public static byte[] encode(Membership membership) {
    List<Member> members = membership.members();
    check(members.size() <= Membership.MAX_MEMBERS, "too many members");
    int memberBytes = 2 + MAX_ID_BYTES + 8 + 2 * (2 + MAX_HOST_BYTES + 2) + 1;
    List<NodeId> removed = membership.removed();
    Map<NodeId, NodeId> replacements = membership.replacements();
    boolean past = !removed.isEmpty() || !replacements.isEmpty();
    int pastBytes = 4 + removed.size() * (2 + MAX_ID_BYTES + 8) + replacements.size() * 4;
    ByteBuffer out = ByteBuffer.allocate(3 + members.size() * memberBytes + pastBytes);
    out.put(past ? WITH_PAST : WITHOUT_PAST).putShort((short) members.size());
    for (Member member : members) {
      check(!member.id().isEmpty(), "empty id");
      putText(out, member.id(), MAX_ID_BYTES);
      out.putLong(member.node().incarnation());
      putAddress(out, member.raft());
      putAddress(out, member.http());
      out.put((byte) (member.voter() ? 1 : 0));
    }
    if (past) {
      out.putShort((short) removed.size());
      for (NodeId node : removed) {
        putText(out, node.id(), MAX_ID_BYTES);
        out.putLong(node.incarnation());
      }
      List<NodeId> nodes = members.stream().map(Member::node).toList();
      out.putShort((short) replacements.size());
      replacements.forEach(
          (by, replaced) ->
              out.putShort((short) nodes.indexOf(by)).putShort((short) nodes.indexOf(replaced)));
    }
    byte[] bytes = new byte[out.position()];
    out.flip().get(bytes);
    return bytes;
  }

  /**
   * The membership that these bytes are.
   *
   * @throws IllegalArgumentException if they are not exactly one membership of a known format
   */
  public static Membership decode(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    try {
      byte format = in.get();
      check(format == WITHOUT_PAST || format == WITH_PAST, "unknown format");
      int count = Short.toUnsignedInt(in.getShort());
      check(count <= Membership.MAX_MEMBERS, "too many members");
      List<Member> members = new ArrayList<>();
      Set<String> ids = new HashSet<>();
      for (int i = 0; i < count; i++) {
        String id = text(in, MAX_ID_BYTES);
        check(!id.isEmpty(), "empty id");
        check(ids.add(id), "an id twice");
        NodeId node = new NodeId(id, in.getLong());
        HostPort raft = address(in);
        HostPort http = address(in);
        byte voter = in.get();
        check(voter == 0 || voter == 1, "neither voter nor learner");
        members.add(new Member(node, raft, http, voter == 1));
      }
      List<NodeId> removed = List.of();
      Map<NodeId, NodeId> replacements = Map.of();
      if (format == WITH_PAST) {
        removed = removed(in);
        replacements = replacements(in, members);
        check(!removed.isEmpty() || !replacements.isEmpty(), "a past without anything in it");
      }
      check(!in.hasRemaining(), "bytes behind the end");
      return new Membership(members, removed, replacements);
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("membership: cut off", e);
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("membership: not UTF-8", e);
    }
  }

  private static List<NodeId> removed(ByteBuffer in) throws CharacterCodingException {
    int count = Short.toUnsignedInt(in.getShort());
    check(count <= Membership.MAX_REMOVED, "not so many can have been removed");
    List<NodeId> removed = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String id = text(in, MAX_ID_BYTES);
      check(!id.isEmpty(), "empty id");
      removed.add(new NodeId(id, in.getLong()));
    }
    return removed;
  }

  private static Map<NodeId, NodeId> replacements(ByteBuffer in, List<Member> members) {
    int count = Short.toUnsignedInt(in.getShort());
    Map<NodeId, NodeId> replacements = new HashMap<>();
    for (int i = 0; i < count; i++) {
      int by = Short.toUnsignedInt(in.getShort());
      int replaced = Short.toUnsignedInt(in.getShort());
      check(Math.max(by, replaced) < members.size(), "a replacement by or of no member");
      check(by != replaced, "a member that replaces itself");
      NodeId before = replacements.put(members.get(by).node(), members.get(replaced).node());
      check(before == null, "a member that replaces two");
    }
    return replacements;
  }

  private static void putAddress(ByteBuffer out, HostPort address) {
    putText(out, address.host(), MAX_HOST_BYTES);
    out.putShort((short) address.port());
  }

  private static HostPort address(ByteBuffer in) throws CharacterCodingException {
    return new HostPort(text(in, MAX_HOST_BYTES), Short.toUnsignedInt(in.getShort()));
  }

  private static void putText(ByteBuffer out, String text, int maxBytes) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    check(bytes.length <= maxBytes, "a name is too long");
    out.putShort((short) bytes.length).put(bytes);
  }

  private static String text(ByteBuffer in, int maxBytes) throws CharacterCodingException {
    int length = Short.toUnsignedInt(in.getShort());
    check(length <= maxBytes, "a name is too long");
    if (length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    ByteBuffer slice = in.slice(in.position(), length);
    in.position(in.position() + length);
    return StandardCharsets.UTF_8.newDecoder().decode(slice).toString();
  }

  private static void check(boolean condition, String problem) {
    if (!condition) {
      throw new IllegalArgumentException("membership: " + problem);
    }
  }
}
