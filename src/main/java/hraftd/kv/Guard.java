package hraftd.kv;

/** What must be true of a key for a put or delete to happen, decided when the entry is applied. */
public sealed interface Guard {

  /** No condition. */
  Guard NONE = new None();

  /** Always true. */
  record None() implements Guard {}

  /** True if the key exists in this version. */
  record VersionIs(long version) implements Guard {}

  /** True if the key exists. */
  record Exists() implements Guard {}

  /** True if the key does not exist. */
  record Absent() implements Guard {}

  /** True if the key does not exist in this version (it may be absent). */
  record VersionIsNot(long version) implements Guard {}
}
