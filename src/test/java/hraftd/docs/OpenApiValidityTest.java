package hraftd.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.swagger.v3.parser.OpenAPIV3Parser;
import io.swagger.v3.parser.core.models.ParseOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.yaml.snakeyaml.Yaml;

/**
 * openapi.yaml is a document of OpenAPI 3.1 of which generators make good clients. A parser in Java
 * has the say and not redocly, as it needs no Node.js and so runs in every build; what it passes
 * over is looked at here.
 */
class OpenApiValidityTest {

  private static final Path FILE = Path.of("src/main/resources/openapi.yaml");

  private static final Set<String> TYPES =
      Set.of("string", "integer", "number", "boolean", "object", "array", "null");

  /** Schemas that need no name, as a generator has a type for them. */
  private static final Set<String> PLAIN = Set.of("string", "integer", "number", "boolean");

  private static List<String> complaints(String document) {
    ParseOptions options = new ParseOptions();
    options.setResolve(true);
    return new OpenAPIV3Parser().readContents(document, null, options).getMessages();
  }

  private static String document() throws IOException {
    return Files.readString(FILE);
  }

  /** Shows every map of the document, with the way to it. */
  private static void walk(Object part, String way, BiConsumer<String, Map<?, ?>> visitor) {
    if (part instanceof Map<?, ?> map) {
      visitor.accept(way, map);
      map.forEach((key, value) -> walk(value, way + "/" + key, visitor));
    } else if (part instanceof List<?> list) {
      list.forEach(each -> walk(each, way + "/-", visitor));
    }
  }

  private static void walk(BiConsumer<String, Map<?, ?>> visitor) throws IOException {
    walk(new Yaml().<Object>load(document()), "", visitor);
  }

  @Test
  void aParserHasNothingToSay() throws IOException {
    assertEquals(List.of(), complaints(document()));
  }

  /** That it would have. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "$ref: '#/components/parameters/prefix'  | $ref: '#/components/parameters/prefixed'",
        "parameters:                             | paramters:",
        "required: [title, status, detail, code] | required: title",
        "operationId: putKeys                    | operationId: listKeys",
        "in: query                               | in: querry",
        "description: Written.                   | summary: Written.",
      })
  void mistakesAreFound(String right, String wrong) throws IOException {
    assertTrue(document().contains(right), right);
    String document = document();
    int at = document.indexOf(right);
    String mistaken = document.substring(0, at) + wrong + document.substring(at + right.length());
    assertFalse(complaints(mistaken).isEmpty(), wrong);
  }

  @Test
  void typesAreThoseOfJson() throws IOException {
    Set<String> unknown = new TreeSet<>();
    walk(
        (way, map) -> {
          boolean isOfJson =
              !way.endsWith("/properties") && !way.matches("/components/securitySchemes/[^/]+");
          Object type = isOfJson ? map.get("type") : null;
          for (Object each :
              type instanceof List<?> list ? list : List.of(type == null ? "null" : type)) {
            if (!TYPES.contains(String.valueOf(each))) {
              unknown.add(way + ": " + each);
            }
          }
        });
    assertEquals(Set.of(), unknown);
  }

  /** In the middle of a line YAML takes it for a comment, unless the text is in quotes. */
  @Test
  void noTextEndsAtANumberSign() throws IOException {
    List<String> cut =
        document()
            .lines()
            .filter(line -> !line.strip().startsWith("#"))
            .filter(line -> line.replaceAll("'[^']*'|\"[^\"]*\"", "").contains(" #"))
            .toList();
    assertEquals(List.of(), cut);
  }

  @Test
  void everyComponentIsUsed() throws IOException {
    Set<String> defined = new TreeSet<>();
    Set<String> used = new TreeSet<>();
    walk(
        (way, map) -> {
          if (way.matches("/components/[^/]+")) {
            map.keySet().forEach(name -> defined.add("#" + way + "/" + name));
          }
          if (map.get("$ref") instanceof String reference) {
            used.add(reference);
          }
          if (way.matches("/security/-")) {
            map.keySet().forEach(name -> used.add("#/components/securitySchemes/" + name));
          }
        });
    assertFalse(defined.isEmpty());
    assertEquals(defined, used);
  }

  /** A generator calls what has none InlineObject7. */
  @Test
  void everyObjectHasAName() throws IOException {
    Set<String> nameless = new TreeSet<>();
    walk(
        (way, map) -> {
          boolean isNamed = way.matches("/components/schemas/[^/]+");
          if (!isNamed && map.get("properties") instanceof Map<?, ?>) {
            nameless.add(way);
          }
          if (way.matches(".*/content/[^/]+(/[^/]+)?")
              && map.get("schema") instanceof Map<?, ?> schema) {
            boolean plain = PLAIN.contains(String.valueOf(schema.get("type")));
            if (!schema.containsKey("$ref") && !plain && !schema.isEmpty()) {
              nameless.add(way + ": " + schema);
            }
          }
        });
    assertEquals(Set.of(), nameless);
  }
}
