package hraftd.kv.state;

import hraftd.kv.CopyComparison;
import hraftd.kv.Item;
import hraftd.kv.Key;
import hraftd.kv.KvView;
import hraftd.kv.StateHash;
import hraftd.kv.Tokens;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The visible part of the state: what readers get. */
record Contents(
    long revision,
    long clockMillis,
    ItemIndex items,
    HashedTokens hashedTokens,
    @Nullable CopyComparison comparison,
    boolean remembersByAge)
    implements KvView {

  static final Contents EMPTY = new Contents(0, 0, ItemIndex.EMPTY, HashedTokens.NONE, null, false);

  /** The same at a later clock; an earlier one is ignored. */
  Contents at(long clock) {
    return clock <= clockMillis
        ? this
        : new Contents(revision, clock, items, hashedTokens, comparison, remembersByAge);
  }

  /** The same with this as the newest comparison of the copies. */
  Contents compared(CopyComparison newest) {
    return new Contents(revision, clockMillis, items, hashedTokens, newest, remembersByAge);
  }

  /** The same, with what was done once remembered so. */
  Contents remembering(boolean byAge) {
    return new Contents(revision, clockMillis, items, hashedTokens, comparison, byAge);
  }

  /** The same, and whatever was changed since. */
  Contents with(long newRevision, ItemIndex newItems) {
    return new Contents(
        newRevision, clockMillis, newItems, hashedTokens, comparison, remembersByAge);
  }

  /** The same with these tokens. */
  Contents with(Tokens tokens) {
    return new Contents(
        revision, clockMillis, items, hashedTokens.to(tokens), comparison, remembersByAge);
  }

  /** The same without anything of a comparison. */
  Contents neverCompared() {
    return new Contents(revision, clockMillis, items, hashedTokens, null, remembersByAge);
  }

  /** What this copy would report. */
  CopyComparison.At now() {
    return new CopyComparison.At(revision, hash());
  }

  @Override
  public Tokens tokens() {
    return hashedTokens.tokens();
  }

  @Override
  public long size() {
    return items.size();
  }

  @Override
  public @Nullable Item get(Key key) {
    return items.get(key);
  }

  @Override
  public List<Item> list(Key prefix, @Nullable Key after, int limit) {
    Key least = after == null || after.compareTo(prefix) < 0 ? prefix : after;
    ItemIndex.Cursor from = items.from(least);
    List<Item> page = new ArrayList<>();
    while (page.size() < limit && from.next()) {
      Item item = from.item();
      if (!item.key().startsWith(prefix)) {
        break;
      }
      if (!item.key().equals(after)) {
        page.add(item);
      }
    }
    return page;
  }

  @Override
  public StateHash hash() {
    return items.hash().plus(hashedTokens.hash());
  }

  @Override
  public StateHash recount() {
    return items.recount().plus(hashedTokens.recount());
  }

  @Override
  public long expiring() {
    return items.expiring();
  }

  @Override
  public long nextExpiry() {
    return items.nextExpiry();
  }
}
