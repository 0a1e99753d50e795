package hraftd.watch;

import hraftd.kv.Item;
import hraftd.kv.Key;
import hraftd.kv.KvView;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What existed when a watch began and is still to be sent, one item after the other. One thread.
 */
final class Backlog {

  /** Items read from the store at a time. */
  private static final int PAGE_ITEMS = 256;

  private final KvView view;
  private final Filter filter;
  private final Backlogs backlogs;
  private List<Item> page = List.of();
  private int index;
  private @Nullable Key after;
  private boolean complete;

  /**
   * What the view has for the filter.
   *
   * @param backlogs whose turns it takes
   */
  Backlog(KvView view, Filter filter, Backlogs backlogs) {
    this.view = view;
    this.filter = filter;
    this.backlogs = backlogs;
  }

  /** Those whose turns it takes. */
  Backlogs backlogs() {
    return backlogs;
  }

  /** The revision that it shows. */
  long revision() {
    return view.revision();
  }

  /** The next item; null after the last. */
  @Nullable Item next() {
    if (index == page.size() && !complete) {
      page = filter.page(view, after, PAGE_ITEMS);
      index = 0;
      complete = page.size() < PAGE_ITEMS;
    }
    if (index == page.size()) {
      return null;
    }
    Item item = page.get(index++);
    after = item.key();
    return item;
  }
}
