package hraftd.kv.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.kv.Command;
import hraftd.kv.Command.Pair;
import hraftd.kv.Commands;
import hraftd.kv.Guard;
import hraftd.kv.Item;
import hraftd.kv.Key;
import hraftd.kv.Right;
import hraftd.kv.Rule;
import hraftd.kv.Shown;
import hraftd.kv.Token;
import hraftd.testing.Property;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class CommandCodecTest {

  private static final byte[] VALUE = {1, 2, 3};

  @Test
  void comesBackAsItWent() {
    Property.holds(
        draw -> {
          Command command = Commands.any(draw);
          byte[] bytes = CommandCodec.encode(command);
          Command decoded = CommandCodec.decode(bytes);
          assertEquals(Shown.of(command), Shown.of(decoded));
          assertArrayEquals(bytes, CommandCodec.encode(decoded));
        });
  }

  /** What a node of hraftd 1.0 is sent it reads, and nothing else happens there. */
  @Test
  void version10GetsWhatItCanRead() {
    Property.holds(
        draw -> {
          Command command = Commands.any(draw);
          byte[] bytes = CommandCodec.encode(command);
          Command inner = command instanceof Command.Once once ? once.command() : command;
          boolean compares = inner instanceof Command.Compare || inner instanceof Command.Report;
          byte[] sent = CommandCodec.forVersion10(bytes);
          if (compares && inner == command) {
            assertEquals(new Command.Tick(), CommandCodec.decode(Objects.requireNonNull(sent)));
          } else if (compares
              || inner instanceof Command.RememberByAge
              || inner instanceof Command.RememberByNumber
              || ofTokens(inner)
              || (inner instanceof Command.RestoreCommit commit && commit.above() != 0)) {
            assertNull(sent);
          } else {
            assertSame(bytes, sent);
          }
          assertEquals(sent == bytes, CommandCodec.isOfVersion10(bytes));
          boolean remembers =
              inner instanceof Command.RememberByAge || inner instanceof Command.RememberByNumber;
          assertEquals(!remembers && !ofTokens(inner), CommandCodec.isOfVersion11(bytes));
          assertEquals(
              inner instanceof Command.RememberByNumber || inner instanceof Command.DeleteToken,
              CommandCodec.leadsBack(bytes));
        });
  }

  private static boolean ofTokens(Command command) {
    return command instanceof Command.PutToken || command instanceof Command.DeleteToken;
  }

  @Test
  void refusesWhatIsCutOffOrGoesOn() {
    Property.holds(
        300,
        draw -> {
          byte[] bytes = CommandCodec.encode(Commands.any(draw));
          for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThrows(IllegalArgumentException.class, () -> CommandCodec.decode(cut));
          }
          byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
          assertThrows(IllegalArgumentException.class, () -> CommandCodec.decode(longer));
        });
  }

  @Test
  void garbageIsRefusedOrIsTheOnlyFormOfACommand() {
    Property.holds(
        draw -> {
          byte[] bytes = CommandCodec.encode(Commands.any(draw));
          for (int i = draw.anInt(1, 3); i > 0; i--) {
            bytes[draw.anInt(0, bytes.length - 1)] = draw.aByte();
          }
          assertRefusedOrTheOnlyForm(bytes);
        });
  }

  private static void assertRefusedOrTheOnlyForm(byte[] bytes) {
    Command decoded;
    try {
      decoded = CommandCodec.decode(bytes);
    } catch (IllegalArgumentException e) {
      return;
    }
    assertArrayEquals(bytes, CommandCodec.encode(decoded));
  }

  @Test
  void putOfOnePairIsCompact() {
    byte[] bytes = CommandCodec.encode(put(Key.of("key"), VALUE));
    assertEquals(2 + 2 + 1 + 3 + 1 + 3 + 1, bytes.length);
  }

  @Test
  void decodedCommandDoesNotShareTheBytes() {
    byte[] bytes = CommandCodec.encode(put(Key.of("key"), VALUE));
    Command decoded = CommandCodec.decode(bytes);
    Arrays.fill(bytes, (byte) 9);
    assertEquals(Shown.of(put(Key.of("key"), VALUE)), Shown.of(decoded));
  }

  @Test
  void saysWhatIsWrong() {
    byte[] bytes = CommandCodec.encode(new Command.Tick());
    bytes[0] = 9;
    assertRefused("unknown command format 9", bytes);
    bytes[0] = 1;
    bytes[1] = 99;
    assertRefused("unknown command 99", bytes);
    assertRefused("command format is cut off", new byte[0]);
    assertRefused("key is empty", new byte[] {1, 2, 0, 0});
    assertRefused("key of 5000, at most 4096", new byte[] {1, 2, 0, (byte) 0x88, 0x27});
    assertRefused("key is not a proper number", new byte[] {1, 2, 0, (byte) 0x81, 0});
    byte[] tooLarge = new byte[13];
    Arrays.fill(tooLarge, (byte) 0xff);
    System.arraycopy(new byte[] {1, 2, 0}, 0, tooLarge, 0, 3);
    tooLarge[12] = 2;
    assertRefused("key is not a proper number", tooLarge);
    assertRefused("number of pairs is cut off", new byte[] {1, 1, 0, 127});
    assertRefused("a put of no pair", new byte[] {1, 1, 0, 0});
  }

  @Test
  void encodesNothingThatCannotBeDecoded() {
    Key tooLong = new Key(new byte[Key.MAX_BYTES + 1]);
    byte[] tooMuch = new byte[Item.MAX_VALUE_BYTES + 1];
    Command tick = new Command.Tick();
    for (Command wrong :
        List.of(
            put(Key.of(""), VALUE),
            put(tooLong, VALUE),
            put(Key.of("k"), tooMuch),
            new Command.Put(List.of(), Guard.NONE),
            new Command.Put(List.of(new Pair(Key.of("k"), VALUE, -1)), Guard.NONE),
            new Command.DeletePrefix(tooLong),
            new Command.Expire(-1),
            new Command.RestoreCommit(1, -1, 0),
            new Command.RestoreCommit(1, 1, -1),
            new Command.RestorePart(1, -1, List.of()),
            new Command.Once("", 1, tick),
            new Command.Once("x".repeat(Command.Once.MAX_KEY_CHARS + 1), 1, tick))) {
      assertThrows(
          IllegalArgumentException.class, () -> CommandCodec.encode(wrong), wrong::toString);
    }
    Command largest = put(new Key(new byte[Key.MAX_BYTES]), new byte[Item.MAX_VALUE_BYTES]);
    assertEquals(Shown.of(largest), Shown.of(CommandCodec.decode(CommandCodec.encode(largest))));
  }

  @Test
  void aRestoreThatLeavesNoRevisionIsNoCommand() {
    byte[] bytes =
        CommandCodec.encode(new Command.RestoreCommit(1, 1, Command.RestoreCommit.MAX_ABOVE));
    bytes[bytes.length - 1]++;
    assertRefused("a restore above revision", bytes);
  }

  @Test
  void aTokenThatNobodyMayHaveIsNoCommand() {
    byte[] anonymous =
        CommandCodec.encode(
            new Command.PutToken(
                new Token(
                    Token.ANONYMOUS,
                    null,
                    List.of(new Rule(Key.of("a"), Right.READ), new Rule(Key.of("b"), Right.ADMIN)),
                    0,
                    0,
                    Token.Limits.NONE),
                0));
    int hash = 2 + 1 + Token.ANONYMOUS.length();
    assertRefused("only 'anonymous' has no token", with(anonymous, 3, (byte) 'b'));
    assertRefused("a token's name with other characters", with(anonymous, 3, (byte) '\n'));
    assertRefused("a token's hash of 1 bytes", with(anonymous, hash, (byte) 1));
    assertRefused("hash of 33, at most 32", with(anonymous, hash, (byte) 33));
    assertRefused("number of rules is cut off", with(anonymous, hash + 1, (byte) 101));
    assertRefused("two rules for one prefix", with(anonymous, hash + 6, (byte) 'a'));
    assertRefused("unknown right 0", with(anonymous, hash + 4, (byte) 0));
    assertRefused("unknown right 4", with(anonymous, hash + 4, (byte) 4));
    byte[] many = Arrays.copyOf(anonymous, 1000);
    many[hash + 1] = Token.MAX_RULES + 1;
    assertRefused("a token with 101 rules", many);
    assertRefused("a token's name of 0 characters", new byte[] {1, 18, 0});
    assertRefused("name of 200, at most 128", new byte[] {1, 18, (byte) 0xc8, 1});
  }

  private static byte[] with(byte[] bytes, int at, byte other) {
    byte[] changed = bytes.clone();
    changed[at] = other;
    return changed;
  }

  @Test
  void onceInAOnceIsNoCommand() {
    Command.Once once = new Command.Once("k", 1, new Command.Tick());
    assertThrows(IllegalArgumentException.class, () -> new Command.Once("l", 1, once));
    byte[] bytes = CommandCodec.encode(once);
    byte[] head = Arrays.copyOf(bytes, bytes.length - 1);
    byte[] twice = Arrays.copyOf(head, head.length + bytes.length - 1);
    System.arraycopy(bytes, 1, twice, head.length, bytes.length - 1);
    assertRefused("a command cannot be once twice", twice);
  }

  /** Whoever reads it must not need a stack as deep. */
  @Test
  void aLongChainOfOncesIsNoCommand() {
    byte[] once = CommandCodec.encode(new Command.Once("k", 1, new Command.Tick()));
    int link = once.length - 2;
    byte[] chain = new byte[1 + 100_000 * link];
    chain[0] = once[0];
    for (int i = 0; i < 100_000; i++) {
      System.arraycopy(once, 1, chain, 1 + i * link, link);
    }
    assertRefused("a command cannot be once twice", chain);
  }

  private static void assertRefused(String why, byte[] bytes) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> CommandCodec.decode(bytes));
    assertTrue(String.valueOf(e.getMessage()).contains(why), e::toString);
  }

  private static Command put(Key key, byte[] value) {
    return new Command.Put(List.of(new Pair(key, value, 0)), Guard.NONE);
  }
}
