package hraftd.http.api;

/** Who answers the data plane. */
enum Way {
  IN_FRONT_OF_JAVALIN,
  JAVALIN_ALONE
}
