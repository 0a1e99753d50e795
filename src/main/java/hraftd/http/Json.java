package hraftd.http;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import com.fasterxml.jackson.databind.DatabindException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import hraftd.text.Printable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Jackson, set up once for this program. */
public final class Json {

  /**
   * For streaming. Field names are keys here, each a new one: a table of all names seen would only
   * grow and be contended for.
   */
  public static final JsonFactory FACTORY =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          // Beyond the Basic Multilingual Plane too a key looks in an answer as it was sent.
          .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNameLength(Route.Plane.DATA.maxBodyBytes())
                  .build())
          .build();

  /**
   * A tree costs some hundred bytes for each part of a document, however short: millions fit in a
   * body. The largest transaction that is allowed has about a third of this many.
   */
  static final int MAX_TREE_TOKENS = 16_384;

  /** For requests and answers that are rare, as trees. */
  public static final ObjectMapper MAPPER =
      JsonMapper.builder(
              FACTORY
                  .rebuild()
                  .streamReadConstraints(
                      FACTORY
                          .streamReadConstraints()
                          .rebuild()
                          .maxTokenCount(MAX_TREE_TOKENS)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private static final int FIRST_BUFFER_BYTES = 256;

  /** How the library says that a name is there twice, and which. */
  private static final Pattern TWICE =
      Pattern.compile("Duplicate field '(.+)' for ", Pattern.DOTALL);

  /** So much of a name is said again. */
  private static final int SHOWN_BYTES = 64;

  private Json() {}

  /** Writes a document. */
  @FunctionalInterface
  public interface Writer {
    /** Writes exactly one value. */
    void write(JsonGenerator json) throws IOException;
  }

  /** The document as UTF-8. */
  public static byte[] write(Writer writer) {
    try (ByteArrayBuilder out = new ByteArrayBuilder(FIRST_BUFFER_BYTES);
        JsonGenerator json = FACTORY.createGenerator(out, JsonEncoding.UTF8)) {
      writer.write(json);
      json.flush();
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory cannot fail", e);
    }
  }

  /**
   * The request's body as an object, whatever its Content-Type; for requests that are rare.
   *
   * @throws Problem 400 if it is not a JSON object
   */
  public static JsonNode object(byte[] body) {
    requireUtf8(body);
    JsonNode tree;
    try {
      tree = MAPPER.readTree(body);
    } catch (IOException e) {
      throw Problem.badRequest("the body is not valid JSON: " + reason(e));
    }
    if (tree == null || !tree.isObject()) {
      throw Problem.badRequest("the body must be a JSON object");
    }
    return tree;
  }

  /**
   * Jackson does not notice every byte sequence that is no UTF-8, and takes one that has a zero at
   * its start for UTF-16 or UTF-32.
   *
   * @throws Problem 400 if the body is not UTF-8
   */
  public static void requireUtf8(byte[] body) {
    boolean wide = body.length > 1 && (body[0] == 0 || body[1] == 0);
    if (wide || !Percent.isUtf8(body)) {
      throw Problem.badRequest("the body is not valid UTF-8");
    }
  }

  /**
   * A JSON string as bytes.
   *
   * @param what names it in the error
   * @throws Problem 400 if it holds half of a surrogate pair, which no UTF-8 can express
   */
  public static byte[] utf8(String text, String what) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        if (Character.isLowSurrogate(c)
            || i + 1 == text.length()
            || !Character.isLowSurrogate(text.charAt(i + 1))) {
          throw Problem.badRequest(what + " is not valid Unicode: half of a surrogate pair");
        }
        i++;
      }
    }
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Writes bytes as a string under a name, or in Base64 under the name and "64" if they are not
   * UTF-8.
   */
  public static void writeBytes(JsonGenerator json, String name, byte[] bytes) throws IOException {
    if (Percent.isUtf8(bytes)) {
      json.writeFieldName(name);
      json.writeUTF8String(bytes, 0, bytes.length);
    } else {
      json.writeFieldName(name + "64");
      json.writeBinary(bytes);
    }
  }

  /**
   * Refuses an object with a field of another name: that is a slip of the pen, which would change
   * what the request means.
   *
   * @param where says which object, for the error
   * @throws Problem 400 that names the field
   */
  public static void onlyFields(JsonNode object, String where, Set<String> known) {
    for (Iterator<String> names = object.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!known.contains(name)) {
        throw Problem.badRequest(
            where + " has an unknown field '" + Printable.cut(name, SHOWN_BYTES) + "'");
      }
    }
  }

  /** Why a text is not JSON, and where: for the person who wrote it, in no library's words. */
  public static String reason(IOException e) {
    if (!(e instanceof JsonProcessingException json)) {
      return "it is not UTF-8";
    }
    String what;
    if (e instanceof JsonEOFException) {
      what = "it ends early";
    } else if (e instanceof StreamConstraintsException) {
      what = "it has too many parts, is nested too deeply, or a number in it is too long";
    } else if (e instanceof DatabindException) {
      Matcher twice = TWICE.matcher(String.valueOf(json.getOriginalMessage()));
      what =
          twice.lookingAt()
              ? "'" + Printable.cut(twice.group(1), SHOWN_BYTES) + "' is there twice"
              : "something follows the document";
    } else {
      what = "this is not to be expected here";
    }
    JsonLocation where = json.getLocation();
    return where == null
        ? what
        : "line " + where.getLineNr() + ", column " + where.getColumnNr() + ": " + what;
  }
}
