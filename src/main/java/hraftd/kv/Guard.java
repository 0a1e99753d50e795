package hraftd.kv;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What must be true of a key for a put or delete to happen, decided when the entry is applied. */
public sealed interface Guard {

  /** No condition. */
  Guard NONE = new None();

  /**
   * Whether it holds.
   *
   * @param item what is under the key; null if it is absent
   */
  boolean allows(@Nullable Item item);

  /** No condition: always true. */
  record None() implements Guard {
    @Override
    public boolean allows(@Nullable Item item) {
      return true;
    }
  }

  /** True if the key exists in this version. */
  record VersionIs(long version) implements Guard {
    @Override
    public boolean allows(@Nullable Item item) {
      return item != null && item.version() == version;
    }
  }

  /** True if the key exists. */
  record Exists() implements Guard {
    @Override
    public boolean allows(@Nullable Item item) {
      return item != null;
    }
  }

  /** True if the key does not exist. */
  record Absent() implements Guard {
    @Override
    public boolean allows(@Nullable Item item) {
      return item == null;
    }
  }

  /** True if the key does not exist in this version (it may be absent). */
  record VersionIsNot(long version) implements Guard {
    @Override
    public boolean allows(@Nullable Item item) {
      return item == null || item.version() != version;
    }
  }

  /** True if the key exists in one of these versions. */
  record VersionIn(List<Long> versions) implements Guard {
    /** Copies. */
    public VersionIn {
      versions = List.copyOf(versions);
    }

    @Override
    public boolean allows(@Nullable Item item) {
      return item != null && versions.contains(item.version());
    }
  }

  /** True if the key exists in none of these versions (it may be absent). */
  record VersionNotIn(List<Long> versions) implements Guard {
    /** Copies. */
    public VersionNotIn {
      versions = List.copyOf(versions);
    }

    @Override
    public boolean allows(@Nullable Item item) {
      return item == null || !versions.contains(item.version());
    }
  }
}
