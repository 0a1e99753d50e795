package hraftd.http;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Percent-encoding in request targets, undone exactly once. */
public final class Percent {

  private static final char REPLACEMENT = '\uFFFD';

  private Percent() {}

  /**
   * The bytes that a part of a target stands for; they are valid UTF-8.
   *
   * @param raw as it came
   * @param plusIsSpace true in a query (form encoding), false in a path
   * @param what names the part in the error
   * @throws Problem 400 if an escape is malformed or the bytes are not UTF-8
   */
  public static byte[] decode(String raw, boolean plusIsSpace, String what) {
    int plain = 0;
    while (plain < raw.length() && isPlain(raw.charAt(plain), plusIsSpace)) {
      plain++;
    }
    if (plain == raw.length()) {
      return raw.getBytes(StandardCharsets.US_ASCII);
    }
    byte[] bytes = unescape(raw, plusIsSpace, what);
    if (!isUtf8(bytes)) {
      throw Problem.badRequest(what + " is not valid UTF-8");
    }
    return bytes;
  }

  private static boolean isPlain(char c, boolean plusIsSpace) {
    return c < 0x80 && c != '%' && !(plusIsSpace && c == '+');
  }

  private static byte[] unescape(String raw, boolean plusIsSpace, String what) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(raw.length());
    int at = 0;
    while (at < raw.length()) {
      char c = raw.charAt(at);
      if (c == '%') {
        int high = at + 2 < raw.length() ? Character.digit(raw.charAt(at + 1), 16) : -1;
        int low = at + 2 < raw.length() ? Character.digit(raw.charAt(at + 2), 16) : -1;
        if (high < 0 || low < 0 || raw.charAt(at + 1) >= 0x80 || raw.charAt(at + 2) >= 0x80) {
          throw Problem.badRequest(what + " has a malformed percent-encoding at offset " + at);
        }
        bytes.write(high << 4 | low);
        at += 3;
      } else if (c == '+' && plusIsSpace) {
        bytes.write(' ');
        at++;
      } else if (c < 0x80) {
        bytes.write(c);
        at++;
      } else if (c == REPLACEMENT) {
        // What the server's parser makes of bytes that are no UTF-8; the character itself must be
        // percent-encoded, or two keys would be taken for one.
        throw Problem.badRequest(what + " is not valid UTF-8");
      } else {
        int point = raw.codePointAt(at);
        bytes.writeBytes(Character.toString(point).getBytes(StandardCharsets.UTF_8));
        at += Character.charCount(point);
      }
    }
    return bytes.toByteArray();
  }

  /** The text with every character beyond ASCII percent-encoded as UTF-8; what is ASCII stays. */
  static String encodeNonAscii(String text) {
    int at = 0;
    while (at < text.length() && text.charAt(at) < 0x80) {
      at++;
    }
    if (at == text.length()) {
      return text;
    }
    StringBuilder encoded = new StringBuilder(text.length() * 2);
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      if (b >= 0) {
        encoded.append((char) b);
      } else {
        encoded.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
      }
    }
    return encoded.toString();
  }

  /** True if the bytes are valid UTF-8 (no surrogates, no overlong forms). */
  public static boolean isUtf8(byte[] bytes) {
    int at = 0;
    while (at < bytes.length && bytes[at] >= 0) {
      at++;
    }
    if (at == bytes.length) {
      return true;
    }
    try {
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }
}
