package hraftd.kv;

import org.jspecify.annotations.Nullable;

/**
 * One key that an entry changed.
 *
 * @param key which
 * @param item what it is now; null if it is gone
 * @param expired true if it is gone because its time was over
 */
public record Change(Key key, @Nullable Item item, boolean expired) {}
