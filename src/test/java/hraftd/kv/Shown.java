package hraftd.kv;

import java.lang.reflect.RecordComponent;
import java.util.Collection;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Values as text, by content also where a record holds an array: to compare them in tests. */
public final class Shown {
  private Shown() {}

  public static String of(@Nullable Object value) {
    if (value == null) {
      return "null";
    }
    if (value instanceof byte[] bytes) {
      return HexFormat.of().formatHex(bytes);
    }
    if (value instanceof Collection<?> many) {
      StringBuilder all = new StringBuilder("[");
      many.forEach(one -> all.append(of(one)).append(' '));
      return all.append(']').toString();
    }
    return value instanceof Record held ? ofRecord(held) : value.toString();
  }

  private static String ofRecord(Record held) {
    StringBuilder all = new StringBuilder(held.getClass().getSimpleName()).append('(');
    for (RecordComponent component : held.getClass().getRecordComponents()) {
      try {
        all.append(component.getName()).append('=');
        all.append(of(component.getAccessor().invoke(held))).append(' ');
      } catch (ReflectiveOperationException e) {
        throw new LinkageError("a record without its accessor", e);
      }
    }
    return all.append(')').toString();
  }
}
