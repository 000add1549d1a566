package io.millrace.perf;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaModifier.SYNCHRONIZED;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.properties.HasName;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import io.millrace.perf.fixture.left.Left;
import io.millrace.perf.fixture.right.Right;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Holds the map of the modules in ARCHITECTURE.md against the classes: who may import whom, that packages form no cycle, and
 * what the message path may not use. This module sees every other one, which is why the test lives here.
 *
 * <p>A rule that finds no class to look at fails, and the planted fixtures show that each kind of rule can fail.
 */
final class ArchitectureTest {
    private static final String BASE = "io.millrace.";

    /** Each module, by the package it owns, and those that it may import. A new module is added here first. */
    private static final Map<String, List<String>> MODULES = modules();

    /** Modules in which no room imports the root package. In node, the command line and the demo sit on top of it. */
    private static final List<String> DOORS = List.of("log", "transport", "operators", "streams");

    private static final String[] MESSAGE_PATH = {
        BASE + "log.record..",
        BASE + "log.segment..",
        BASE + "transport.protocol..",
        BASE + "transport.ingress..",
        BASE + "transport.egress..",
        BASE + "operators.."
    };

    /** The one class on the message path that takes a lock: where a reader or an appender steps into another segment. */
    private static final String ONCE_PER_SEGMENT = "SegmentCache";

    /** What runs here must give the same result when it runs again. */
    private static final String[] REPLAYED = {BASE + "log.record..", BASE + "log.segment..", BASE + "operators.."};

    private static JavaClasses classes;

    private static Map<String, List<String>> modules() {
        final Map<String, List<String>> modules = new LinkedHashMap<>();
        modules.put("log", List.of());
        modules.put("stress", List.of("log"));
        modules.put("transport", List.of("log"));
        modules.put("broker", List.of("log"));
        modules.put("operators", List.of("log"));
        modules.put("streams", List.of("operators", "log"));
        modules.put("testkit", List.of("streams", "operators", "log"));
        modules.put("worker", List.of("streams", "operators", "transport", "log"));
        modules.put("node", List.of("worker", "streams", "operators", "broker", "transport", "log"));
        modules.put("torture", List.of("node", "worker", "transport", "streams", "operators", "log"));
        modules.put("examples", List.of("node", "worker", "streams", "operators", "transport", "log"));
        return modules;
    }

    @BeforeAll
    static void importClasses() {
        classes = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages(BASE.substring(0, BASE.length() - 1));
    }

    @ParameterizedTest
    @MethodSource("moduleNames")
    void shouldSeeTheClassesOfEveryModule(final String module) {
        assertThat(classes.stream().filter(resideInAnyPackage(BASE + module + "..")))
                .as("classes of the module that owns %s%s", BASE, module)
                .isNotEmpty();
    }

    @Test
    void shouldImportOnlyTheModulesListed() {
        LayeredArchitecture architecture =
                layeredArchitecture().consideringOnlyDependenciesInAnyPackage("io.millrace..");
        for (final String module : MODULES.keySet()) {
            architecture = architecture.layer(module).definedBy(BASE + module + "..");
        }
        for (final Map.Entry<String, List<String>> module : MODULES.entrySet()) {
            architecture = module.getValue().isEmpty()
                    ? architecture.whereLayer(module.getKey()).mayNotAccessAnyLayer()
                    : architecture
                            .whereLayer(module.getKey())
                            .mayOnlyAccessLayers(module.getValue().toArray(String[]::new));
        }

        architecture
                .ensureAllClassesAreContainedInArchitectureIgnoring(BASE + "perf..")
                .check(classes);
    }

    @Test
    void shouldHaveNoPackageCycle() {
        noPackageCycle().check(classes);
    }

    @ParameterizedTest
    @MethodSource("doors")
    void shouldNotImportTheDoorFromARoom(final String module) {
        noClasses()
                .that()
                .resideInAPackage(BASE + module + ".*..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(BASE + module)
                .check(classes);
    }

    @Test
    void shouldKeepAeronOutOfAllButTheWire() {
        noClasses()
                .that()
                .resideInAnyPackage(BASE + "log..", BASE + "operators..", BASE + "streams..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.aeron..")
                .check(classes);
    }

    /** benchmarks.jar holds this module and what it uses; a peer with libraries of its own is a module below perf/peers. */
    @Test
    void shouldKeepThePeersWithModulesOfTheirOwnOut() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.kafka..", "kafka..", BASE + "perf.kafka..")
                .check(classes);
    }

    @Test
    void shouldUseNoStreamOptionalOrLockOnTheMessagePath() {
        noStreamOrOptional(MESSAGE_PATH).check(classes);
        noSynchronizedMethod(MESSAGE_PATH).check(classes);
    }

    @Test
    void shouldTakeNoLockInABlockOnTheMessagePath() throws IOException {
        int files = 0;
        for (final String messagePath : MESSAGE_PATH) {
            for (final Path source : sourcesOf(messagePath)) {
                if (source.endsWith(ONCE_PER_SEGMENT + ".java")) {
                    continue;
                }
                assertThat(Files.readString(source))
                        .as("%s", source)
                        .doesNotContainPattern("(?m)^[^*/]*synchronized\\s*\\(");
                files++;
            }
        }

        assertThat(files).as("source files looked at").isPositive();
    }

    @Test
    void shouldAskNoClockAndNoChanceWhereReplayMustAgree() {
        noClockOrChance(REPLAYED).check(classes);
    }

    @Test
    void shouldCatchAPlantedCycle() {
        final JavaClasses planted = new ClassFileImporter().importClasses(Left.class, Right.class);

        assertThatThrownBy(() -> noPackageCycle().check(planted))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("Cycle detected");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void shouldCatchWhatIsPlantedOnTheMessagePath(final int number) {
        final JavaClasses planted = new ClassFileImporter().importClasses(Left.class);
        final String here = Left.class.getPackageName();
        final ArchRule rule = List.of(noStreamOrOptional(here), noSynchronizedMethod(here), noClockOrChance(here))
                .get(number);

        assertThatThrownBy(() -> rule.check(planted))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("Left.forbidden()");
    }

    @Test
    void shouldFailWhereARuleFindsNoClass() {
        assertThatThrownBy(() -> noClockOrChance("io.millrace.nowhere..").check(classes))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("failed to check any classes");
    }

    private static Stream<String> moduleNames() {
        return MODULES.keySet().stream();
    }

    private static Stream<String> doors() {
        return DOORS.stream();
    }

    /** The source files of a package and those below it; classes do not show a synchronized block. */
    private static List<Path> sourcesOf(final String packageAndBelow) throws IOException {
        final String name = packageAndBelow.substring(0, packageAndBelow.length() - 2);
        final String module = name.substring(BASE.length()).split("\\.", 2)[0];
        final Path folder = Repository.root().resolve(module + "/src/main/java/" + name.replace('.', '/'));
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList();
        }
    }

    private static ArchRule noPackageCycle() {
        return slices().assignedFrom(new EachPackage()).should().beFreeOfCycles();
    }

    private static ArchRule noStreamOrOptional(final String... packages) {
        return noClasses()
                .that()
                .resideInAnyPackage(packages)
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.util.stream..")
                .orShould()
                .dependOnClassesThat()
                .haveNameMatching("java\\.util\\.Optional.*");
    }

    private static ArchRule noSynchronizedMethod(final String... packages) {
        return noMethods()
                .that()
                .areDeclaredInClassesThat()
                .resideInAnyPackage(packages)
                .and()
                .areDeclaredInClassesThat()
                .haveSimpleNameNotContaining(ONCE_PER_SEGMENT)
                .should()
                .haveModifier(SYNCHRONIZED);
    }

    private static ArchRule noClockOrChance(final String... packages) {
        return noClasses()
                .that()
                .resideInAnyPackage(packages)
                .should()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(Math.class, "random")
                .orShould()
                .callMethodWhere(JavaCall.Predicates.target(HasName.Predicates.name("now")))
                .orShould()
                .accessTargetWhere(JavaAccess.Predicates.target(HasName.Predicates.name("randomUUID")))
                .orShould()
                .dependOnClassesThat()
                .haveNameMatching("java\\.(time\\.Clock|util\\.Random|util\\.concurrent\\.ThreadLocalRandom)"
                        + "|org\\.agrona\\.concurrent\\.(System|Offset|Cached|High).*Clock");
    }

    /** Makes every package a slice of its own, so that a package and one below it may not know each other either. */
    private static final class EachPackage implements SliceAssignment {
        @Override
        public SliceIdentifier getIdentifierOf(final JavaClass type) {
            return SliceIdentifier.of(type.getPackageName());
        }

        @Override
        public String getDescription() {
            return "each package";
        }
    }
}
