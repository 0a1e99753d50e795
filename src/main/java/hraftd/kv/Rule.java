package hraftd.kv;

/**
 * What may be done with the keys that begin with a prefix, unless a rule with a longer prefix says
 * something else.
 *
 * @param prefix of keys, at most {@link Key#MAX_BYTES}; empty: all
 * @param may what is allowed there
 */
public record Rule(Key prefix, Right may) {}
