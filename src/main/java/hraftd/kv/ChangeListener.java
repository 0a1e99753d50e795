package hraftd.kv;

import java.util.List;

/** Hears of every change of the state, in order, on the thread that applies: it must not block. */
public interface ChangeListener {

  /** A listener that ignores everything. */
  ChangeListener NONE =
      new ChangeListener() {
        @Override
        public void changed(long revision, List<Change> changes) {}

        @Override
        public void reset(long revision) {}
      };

  /**
   * The state has reached a new revision. The new view is already published.
   *
   * @param changes at least one; each key at most once, in key order
   */
  void changed(long revision, List<Change> changes);

  /**
   * Everything was replaced at once, by a snapshot or by a {@link Command.RestoreCommit}; the new
   * view is already published. What lay between is not known here, nor are the changes listed: who
   * follows the changes has to begin anew from the view.
   */
  void reset(long revision);
}
