package hraftd.http;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;

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
          .build();

  /** For requests and answers that are rare, as trees. */
  public static final ObjectMapper MAPPER = JsonMapper.builder(FACTORY).build();

  private static final int FIRST_BUFFER_BYTES = 256;

  private Json() {}

  /** Writes a document. */
  @FunctionalInterface
  public interface Writer {
    /** Writes exactly one value. */
    void write(JsonGenerator json) throws IOException;
  }

  /** The document as UTF-8. */
  public static byte[] write(Writer writer) {
    try (ByteArrayBuilder out =
            new ByteArrayBuilder(FACTORY._getBufferRecycler(), FIRST_BUFFER_BYTES);
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
    JsonNode tree;
    try {
      tree = MAPPER.readTree(body);
    } catch (IOException e) {
      throw Problem.badRequest("the body is not valid JSON: " + reason(e));
    }
    if (!tree.isObject()) {
      throw Problem.badRequest("the body must be a JSON object");
    }
    return tree;
  }

  /** Why a text is not JSON, without the parser's own locations. */
  static String reason(IOException e) {
    return e instanceof com.fasterxml.jackson.core.JsonProcessingException json
        ? json.getOriginalMessage()
        : String.valueOf(e.getMessage());
  }
}
