package hraftd;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** The packages depend on each other in one direction only, and each says why it exists. */
class ArchitectureTest {

  private static final JavaClasses WITH_TESTS = new ClassFileImporter().importPackages("hraftd");

  private static final JavaClasses HRAFTD =
      WITH_TESTS.that(DescribedPredicate.describe("are no tests", c -> !isTest(c)));

  private static boolean isTest(JavaClass c) {
    return c.getSource().stream()
        .map(source -> Location.of(source.getUri()))
        .noneMatch(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS::includes);
  }

  /** Which packages of ours a package may use. The root package wires them, so it may use all. */
  static final Map<String, Set<String>> MAY_USE =
      Map.ofEntries(
          room("hraftd.kv"),
          room("hraftd.kv.codec", "hraftd.kv"),
          room("hraftd.kv.map", "hraftd.kv"),
          room("hraftd.kv.state", "hraftd.kv", "hraftd.kv.codec", "hraftd.kv.map"),
          room("hraftd.watch", "hraftd.kv"),
          room("hraftd.metrics"),
          room("hraftd.text"),
          room("hraftd.fatal"),
          room("hraftd.logging", "hraftd.fatal"),
          room("hraftd.raft", "hraftd.kv", "hraftd.kv.state", "hraftd.text"),
          room("hraftd.raft.core", "hraftd.raft", "hraftd.kv"),
          room("hraftd.events", "hraftd.raft", "hraftd.kv", "hraftd.fatal"),
          room("hraftd.raft.disk"),
          room("hraftd.raft.log", "hraftd.raft", "hraftd.raft.core", "hraftd.raft.disk"),
          room("hraftd.raft.snapshot", "hraftd.raft", "hraftd.raft.core", "hraftd.raft.disk"),
          room("hraftd.raft.net", "hraftd.raft", "hraftd.raft.core", "hraftd.text"),
          room(
              "hraftd.raft.node",
              "hraftd.raft",
              "hraftd.raft.core",
              "hraftd.raft.disk",
              "hraftd.raft.log",
              "hraftd.raft.snapshot",
              "hraftd.raft.net",
              "hraftd.kv",
              "hraftd.kv.codec",
              "hraftd.kv.state",
              "hraftd.fatal"),
          room("hraftd.jgroups", "hraftd.raft", "hraftd.kv", "hraftd.kv.codec", "hraftd.kv.state"),
          room("hraftd.cluster", "hraftd.raft", "hraftd.kv", "hraftd.text", "hraftd.fatal"),
          room("hraftd.security", "hraftd.kv", "hraftd.fatal"),
          room(
              "hraftd.http",
              "hraftd.metrics",
              "hraftd.raft",
              "hraftd.security",
              "hraftd.text",
              "hraftd.fatal"),
          room(
              "hraftd.http.api",
              "hraftd.http",
              "hraftd.cluster",
              "hraftd.events",
              "hraftd.watch",
              "hraftd.metrics",
              "hraftd.raft",
              "hraftd.security",
              "hraftd.kv",
              "hraftd.kv.codec",
              "hraftd.kv.state",
              "hraftd.text"));

  private static Map.Entry<String, Set<String>> room(String name, String... mayUse) {
    return Map.entry(name, Set.of(mayUse));
  }

  /** Java's own and the annotations, which every package may use. */
  private static final List<String> EVERYWHERE = List.of("java..", "org.jspecify..");

  @Test
  void everyPackageUsesOnlyThoseBelowIt() {
    for (Map.Entry<String, Set<String>> rule : MAY_USE.entrySet()) {
      Set<String> forbidden = new TreeSet<>(MAY_USE.keySet());
      forbidden.add("hraftd");
      forbidden.remove(rule.getKey());
      forbidden.removeAll(rule.getValue());
      noClasses()
          .that()
          .resideInAPackage(rule.getKey())
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(forbidden.toArray(String[]::new))
          .allowEmptyShould(true)
          .check(HRAFTD);
    }
  }

  @Test
  void everyPackageHasItsRule() {
    Set<String> known = new TreeSet<>(MAY_USE.keySet());
    known.add("hraftd");
    Set<String> present =
        HRAFTD.stream()
            .map(JavaClass::getPackageName)
            .collect(Collectors.toCollection(TreeSet::new));
    present.removeAll(known);
    assertEquals(Set.of(), present, "a new package needs a line in MAY_USE");
  }

  @Test
  void aNameIsForOneClass() {
    Map<String, List<String>> byName =
        WITH_TESTS.stream()
            .filter(c -> c.isTopLevelClass() && !c.getSimpleName().equals("package-info"))
            .collect(
                Collectors.groupingBy(
                    JavaClass::getSimpleName,
                    TreeMap::new,
                    Collectors.mapping(JavaClass::getName, Collectors.toList())));
    byName.values().removeIf(classes -> classes.size() == 1);
    assertEquals(Map.of(), byName, "main and tests together");
  }

  @Test
  void chaosBenchAndLabRunWithoutJUnit() {
    noClasses()
        .that()
        .resideInAnyPackage("hraftd.chaos..", "hraftd.bench", "hraftd.lab", "hraftd.testing")
        .and()
        .haveSimpleNameNotEndingWith("Test")
        .and()
        .haveSimpleNameNotEndingWith("IT")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.junit..")
        .check(WITH_TESTS);
  }

  @Test
  void noCycles() {
    slices().matching("hraftd.(**)").should().beFreeOfCycles().check(HRAFTD);
  }

  @Test
  void onlyTheOtherEngineKnowsJGroups() {
    noClasses()
        .that()
        .resideOutsideOfPackage("hraftd.jgroups..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.jgroups..")
        .check(HRAFTD);
  }

  @Test
  void onlyHttpKnowsJavalin() {
    noClasses()
        .that()
        .resideOutsideOfPackage("hraftd.http")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.javalin..", "org.eclipse.jetty..", "jakarta.servlet..")
        .check(HRAFTD);
  }

  @Test
  void nothingReachesIntoJettyOrJavalin() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.eclipse.jetty..internal..")
        .orShould()
        .dependOnClassesThat()
        .haveNameMatching("io\\.javalin\\.config\\.(JavalinState|JettyInternalConfig)")
        .orShould()
        .accessField(Javalin.class, "unsafe")
        .orShould()
        .accessField(JavalinConfig.class, "unsafe")
        .check(HRAFTD);
  }

  @Test
  void theReplicatedStateIsPure() {
    List<String> allowed = new ArrayList<>(EVERYWHERE);
    allowed.add("hraftd.kv..");
    classes()
        .that()
        .resideInAPackage("hraftd.kv..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(allowed.toArray(String[]::new))
        .check(HRAFTD);
    hasNoOutsideWorld("hraftd.kv..");
  }

  @Test
  void raftItselfIsDeterministic() {
    List<String> allowed = new ArrayList<>(EVERYWHERE);
    allowed.addAll(List.of("hraftd.raft.core", "hraftd.raft", "hraftd.kv"));
    classes()
        .that()
        .resideInAPackage("hraftd.raft.core")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(allowed.toArray(String[]::new))
        .check(HRAFTD);
    hasNoOutsideWorld("hraftd.raft.core");
  }

  private static void hasNoOutsideWorld(String room) {
    noClasses()
        .that()
        .resideInAPackage(room)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.net..", "java.nio.file..", "java.nio.channels..", "java.time..")
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.lang.Thread")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .check(HRAFTD);
  }

  @Test
  void everyPackageIsNullMarked() {
    Set<String> packages =
        HRAFTD.stream()
            .map(JavaClass::getPackageName)
            .collect(Collectors.toCollection(TreeSet::new));
    for (String name : packages) {
      assertTrue(
          HRAFTD.getPackage(name).isAnnotatedWith(NullMarked.class),
          name + " needs a package-info.java with @NullMarked");
    }
  }
}
