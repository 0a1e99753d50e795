package hraftd.raft.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.docs.HexBlocks;
import hraftd.raft.NodeId;
import hraftd.raft.WireFormat;
import hraftd.raft.core.Message;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The greeting and the frame in docs/formats.md have the bytes that they have there. */
class WireFormatTest {

  private static final NodeId NODE_1 = new NodeId("node1", 0x0a0b0c0d0e0f0102L);
  private static final NodeId NODE_2 = new NodeId("node2", 0x2122232425262728L);

  @Test
  void theDocumentedGreetingHasTheDocumentedBytes() throws IOException {
    assertEquals(
        HexBlocks.read("greeting"),
        HexFormat.of()
            .formatHex(
                new Preamble("c1", NODE_1, NODE_2)
                    .by(new Claim(0x3132333435363738L, Duration.ofSeconds(10), 12_000))
                    .encode()));
    assertEquals(
        HexBlocks.read("refusal"),
        HexFormat.of()
            .formatHex(Verdict.of(new Preamble("c1", NODE_1, NODE_2), "c2", NODE_2).encode()));
  }

  /** The document's bytes were computed by another program. */
  @Test
  void theDocumentedProofsHaveTheDocumentedBytes() throws IOException {
    HexFormat hex = HexFormat.of();
    byte[] offer = hex.parseHex(HexBlocks.read("offer"));
    Nonce openers = Nonce.of(Arrays.copyOfRange(offer, 1, offer.length));
    byte[] greeting =
        new Preamble("c1", NODE_1, NODE_2)
            .by(new Claim(0x3132333435363738L, Duration.ofSeconds(10), 12_000))
            .offering(new ProofOffer(/* required= */ true, openers))
            .encode();
    assertTrue(hex.formatHex(greeting).contains(HexBlocks.read("offer")));
    assertEquals(0x58, greeting[6]);
    assertEquals("a709dab4", hex.formatHex(greeting, greeting.length - 4, greeting.length));
    byte[] challenge = hex.parseHex(HexBlocks.read("challenge"));
    Verdict challenged = Verdict.decode(challenge);
    assertEquals(Verdict.Reason.CHALLENGE, challenged.reason());
    Nonce listeners = new Nonce(challenged.detail());
    byte[] secret = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    assertEquals(
        HexBlocks.read("opener"), hex.formatHex(SecretProof.ofOpener(secret, greeting, listeners)));
    byte[] answer = new Verdict(Verdict.Reason.ADMITTED, "2-4").encode();
    assertEquals(
        HexBlocks.read("listener"),
        hex.formatHex(answer)
            + hex.formatHex(SecretProof.ofListener(secret, greeting, listeners, answer)));
  }

  @Test
  void theDocumentedOpeningHasTheDocumentedBytes() throws IOException {
    assertEquals(
        HexBlocks.read("opening"),
        HexFormat.of().formatHex(Frame.opening(WireFormat.V3).toByteArray()));
  }

  @Test
  void theDocumentedFrameHasTheDocumentedBytes() throws IOException {
    WireWriter out = new WireWriter();
    Frame.begin(out, WireFormat.V3);
    MessageCodec.encode(
        List.of(
            new Message.AppendReply(
                NODE_2,
                NODE_1,
                /* term= */ 2,
                /* matched= */ true,
                /* index= */ 300,
                /* round= */ 7)),
        WireFormat.V3,
        out);
    Frame.finish(out, WireFormat.V3);
    assertEquals(HexBlocks.read("frame"), HexFormat.of().formatHex(out.toByteArray()));
  }
}
