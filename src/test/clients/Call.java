import java.util.List;
import java.util.Map;
import kv.ApiClient;
import kv.ApiException;
import kv.api.ClusterApi;
import kv.api.KeysApi;
import kv.api.TransactionsApi;
import kv.model.Operation;
import kv.model.Page;
import kv.model.Put;
import kv.model.Status;
import kv.model.Txn;
import kv.model.TxnResult;

/** Uses the client that openapi-generator makes of openapi.yaml; the argument is a node's address. */
public final class Call {

  private static void check(boolean holds, Object what) {
    if (!holds) {
      throw new IllegalStateException(String.valueOf(what));
    }
  }

  public static void main(String[] args) throws ApiException {
    ApiClient client = new ApiClient();
    client.updateBaseUri("http://" + args[0]);
    KeysApi keys = new KeysApi(client);

    Long revision =
        keys.putKeys(Map.of("java", "generated"), null, null, null, null, null, null).getRevision();
    check(revision != null && revision > 0, revision);
    Map<String, String> found =
        keys.getKey("java", null, null, null, null, null, null, null, null, null, null);
    check(found.equals(Map.of("java", "generated")), found);
    Page page = keys.listKeys("java", null, null, null, null, null, null, null);
    check(revision.equals(page.getKeys().get(0).getVersion()), page);

    Txn txn =
        new Txn()
            .then(
                List.of(
                    new Operation().put(new Put().key("java2").value("2")),
                    new Operation().get("java")));
    TxnResult result = new TransactionsApi(client).transact(txn, null, null, null, null, null);
    check("generated".equals(result.getResults().get(1).getValue()), result);
    Status status = new ClusterApi(client).status(null);
    check(status.getState() == Status.StateEnum.LEADER, status);

    try {
      keys.getKey("absent", null, null, null, null, null, null, null, null, null, null);
      check(false, "an absent key was found");
    } catch (ApiException e) {
      check(e.getCode() == 404 && e.getResponseBody().contains("not_found"), e);
    }
    System.out.println("the Java client: what it writes it reads");
  }
}
