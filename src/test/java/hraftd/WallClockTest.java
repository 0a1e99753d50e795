package hraftd;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import hraftd.security.WallClock;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZonedDateTime;
import java.util.Date;
import org.junit.jupiter.api.Test;

/**
 * The host's clock may jump and differ between hosts: nothing is decided by it. {@link
 * RecoverCommand} asks it for the name of what it puts aside, the threads of the cluster and the
 * scrubber tell people by it since when something is so, and the lines of the log have its time.
 * What is measured is measured with {@link System#nanoTime}.
 */
class WallClockTest {

  @Test
  void nothingGoesByTheHostsClock() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName(RecoverCommand.class.getName())
        .and()
        .doNotHaveFullyQualifiedName("hraftd.cluster.RealClusterThreads")
        .and()
        .doNotHaveFullyQualifiedName(WallClock.class.getName())
        .and()
        .doNotHaveFullyQualifiedName("hraftd.raft.node.Scrubber")
        .and()
        .resideOutsideOfPackage("hraftd.logging")
        .should()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(Instant.class, "now")
        .orShould()
        .callMethod(LocalDateTime.class, "now")
        .orShould()
        .callMethod(ZonedDateTime.class, "now")
        .orShould()
        .callMethod(Clock.class, "systemUTC")
        .orShould()
        .callMethod(Clock.class, "systemDefaultZone")
        .orShould()
        .callConstructor(Date.class)
        .check(
            new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("hraftd"));
  }
}
