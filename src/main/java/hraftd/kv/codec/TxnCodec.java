package hraftd.kv.codec;

import hraftd.kv.Command;
import hraftd.kv.Command.Condition;
import hraftd.kv.Command.Operation;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The binary form of transactions: conditions, then the two lists of operations. */
final class TxnCodec {

  private static final int HOLDS = 0;
  private static final int VALUE_IS = 1;

  private static final int PUT = 0;
  private static final int DELETE = 1;
  private static final int GET = 2;

  private TxnCodec() {}

  static void write(Encoder out, Command.Txn txn) {
    out.varint(txn.conditions().size());
    for (Condition condition : txn.conditions()) {
      write(out, condition);
    }
    writeAll(out, txn.then());
    writeAll(out, txn.otherwise());
  }

  static Command.Txn read(Decoder in) {
    int count = in.count("number of conditions");
    List<Condition> conditions = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      conditions.add(readCondition(in));
    }
    return new Command.Txn(
        Collections.unmodifiableList(conditions), readOperations(in), readOperations(in));
  }

  private static void write(Encoder out, Condition condition) {
    if (condition instanceof Condition.ValueIs expected) {
      out.octet(VALUE_IS);
      out.key(expected.key());
      out.value(expected.value());
    } else {
      out.octet(HOLDS);
      out.key(condition.key());
      GuardCodec.write(out, ((Condition.Holds) condition).guard());
    }
  }

  private static Condition readCondition(Decoder in) {
    int kind = in.octet("condition");
    return switch (kind) {
      case HOLDS -> new Condition.Holds(in.key("key"), GuardCodec.read(in));
      case VALUE_IS -> new Condition.ValueIs(in.key("key"), in.value("value"));
      default -> throw Decoder.unknown("condition", kind);
    };
  }

  private static void writeAll(Encoder out, List<Operation> operations) {
    out.varint(operations.size());
    for (Operation operation : operations) {
      write(out, operation);
    }
  }

  private static void write(Encoder out, Operation operation) {
    if (operation instanceof Operation.PutKey put) {
      out.octet(PUT);
      PairCodec.write(out, put.pair());
    } else if (operation instanceof Operation.DeleteKey delete) {
      out.octet(DELETE);
      out.key(delete.key());
    } else {
      out.octet(GET);
      out.key(((Operation.GetKey) operation).key());
    }
  }

  private static List<Operation> readOperations(Decoder in) {
    int count = in.count("number of operations");
    List<Operation> operations = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      operations.add(readOperation(in));
    }
    return Collections.unmodifiableList(operations);
  }

  private static Operation readOperation(Decoder in) {
    int kind = in.octet("operation");
    return switch (kind) {
      case PUT -> new Operation.PutKey(PairCodec.read(in));
      case DELETE -> new Operation.DeleteKey(in.key("key"));
      case GET -> new Operation.GetKey(in.key("key"));
      default -> throw Decoder.unknown("operation", kind);
    };
  }
}
