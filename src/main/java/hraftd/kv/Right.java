package hraftd.kv;

/** What a {@link Rule} allows. Each right contains those before it. */
public enum Right {
  /** To get, list and watch keys. */
  READ,
  /** To put and delete them too, alone, by prefix and in transactions. */
  WRITE,
  /** All of that, and to set up, join, remove, shut down, back up, restore and make tokens. */
  ADMIN;

  /** True if who has this right has the other too. */
  public boolean covers(Right other) {
    return compareTo(other) >= 0;
  }
}
