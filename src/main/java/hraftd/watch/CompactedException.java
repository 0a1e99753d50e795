package hraftd.watch;

/** Changes that somebody wants to see are no longer kept. */
public final class CompactedException extends Exception {

  private final long oldest;

  CompactedException(long oldest) {
    super("the changes right after this revision are gone; the oldest kept is " + oldest);
    this.oldest = oldest;
  }

  /** The smallest revision that a watch can resume from. */
  public long oldest() {
    return oldest;
  }
}
