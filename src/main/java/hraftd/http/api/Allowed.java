package hraftd.http.api;

import hraftd.http.Problem;
import hraftd.http.Request;
import hraftd.kv.Command.Condition;
import hraftd.kv.Command.Operation;
import hraftd.kv.Command.Pair;
import hraftd.kv.Command.Txn;
import hraftd.kv.Key;
import hraftd.kv.KvView;
import hraftd.kv.Right;
import hraftd.kv.Token;
import hraftd.security.Caller;
import hraftd.security.WallClock;
import java.util.List;
import java.util.Locale;

/**
 * Whether a request's keys are its sender's to read or write: asked before the store is looked at,
 * so that neither the answer nor its time tells whether a key is there.
 */
final class Allowed {

  private Allowed() {}

  /**
   * Nothing, if the sender may read that key.
   *
   * @throws Problem 403 if not
   */
  static void read(Request request, Key key) {
    require(request.caller(), Right.READ, key);
  }

  /**
   * Nothing, if the sender may write that key.
   *
   * @throws Problem 403 if not
   */
  static void write(Request request, Key key) {
    require(request.caller(), Right.WRITE, key);
  }

  /**
   * Nothing, if the sender may write all those keys.
   *
   * @throws Problem 403 if not
   */
  static void write(Request request, List<Pair> pairs) {
    for (Pair pair : pairs) {
      require(request.caller(), Right.WRITE, pair.key());
    }
  }

  /**
   * Nothing, if the sender may do that with every key that begins so.
   *
   * @throws Problem 403 if not
   */
  static void all(Request request, Right right, Key prefix) {
    Caller caller = request.caller();
    if (!caller.mayAll(right, prefix)) {
      throw refused(caller, right, "all keys of this prefix");
    }
  }

  /**
   * Nothing, if the sender may read what the transaction looks at and write what it writes, in
   * whichever case.
   *
   * @throws Problem 403 if not
   */
  static void transaction(Request request, Txn txn) {
    Caller caller = request.caller();
    for (Condition condition : txn.conditions()) {
      require(caller, Right.READ, condition.key());
    }
    operations(caller, txn.then());
    operations(caller, txn.otherwise());
  }

  private static void operations(Caller caller, List<Operation> operations) {
    for (Operation operation : operations) {
      if (operation instanceof Operation.PutKey put) {
        require(caller, Right.WRITE, put.pair().key());
      } else if (operation instanceof Operation.DeleteKey delete) {
        require(caller, Right.WRITE, delete.key());
      } else if (operation instanceof Operation.GetKey get) {
        require(caller, Right.READ, get.key());
      } else {
        throw new IllegalStateException("nobody has said who may do " + operation);
      }
    }
  }

  /**
   * Nothing, if whoever sent a request still is who that was when it came.
   *
   * @throws Problem 401 if the token has been taken back, or its time is over
   */
  static void still(Store store, Request request) {
    still(store.state().view(), request);
  }

  /**
   * The same as of a view: what is answered from that very one was that one's to read.
   *
   * @throws Problem 401 if the token has been taken back there, or its time is over
   */
  static void still(KvView view, Request request) {
    Token token = request.caller().token();
    if (token != null && !Store.isWorthAsMuch(view, token, WallClock.millis())) {
      throw TokenAccess.unauthorized("this token was taken back meanwhile, or its time is over");
    }
  }

  private static void require(Caller caller, Right right, Key key) {
    if (!caller.may(right, key)) {
      throw refused(caller, right, "this key");
    }
  }

  private static Problem refused(Caller caller, Right right, String what) {
    return TokenAccess.refused(
        caller,
        "'" + caller.name() + "' may not " + right.name().toLowerCase(Locale.ROOT) + " " + what);
  }
}
