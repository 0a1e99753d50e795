package hraftd.e2e;

/** What a node replicates with: the tests of the key API run on each. */
enum EngineUnderTest {
  RAFT("raft"),
  JGROUPS_RAFT("jgroups-raft");

  private final String flag;

  EngineUnderTest(String flag) {
    this.flag = flag;
  }

  /** What {@code -engine} and {@code /status} call it. */
  String flag() {
    return flag;
  }

  @Override
  public String toString() {
    return flag;
  }
}
