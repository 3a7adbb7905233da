package dev.berth.agent;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The agent's directions: model ← core ← loop ← {pod, link} ← telemetry; store and host know the model alone, volume
 * model and store; gpu and container know nothing of all that. Sizes and names are checked for all modules by the controller's HouseRulesTest.
 */
class LayeringTest {
    private static final String ROOT = "dev.berth.agent.";
    private static final List<String> ALL = List.of(
            "model",
            "core",
            "loop",
            "store",
            "host",
            "pod",
            "link",
            "telemetry",
            "gpu",
            "container",
            "volume",
            "transfer");

    private final JavaClasses agent = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.berth.agent");

    @Test
    void eachPackageKnowsOnlyThoseBelowIt() {
        knowsOnly("model");
        knowsOnly("core", "model");
        knowsOnly("store", "model");
        knowsOnly("host", "model");
        knowsOnly("container");
        knowsOnly("gpu", "store", "container", "volume");
        knowsOnly("loop", "model", "core", "store");
        knowsOnly("pod", "model", "core", "loop", "host", "gpu", "container", "volume", "transfer");
        knowsOnly("link", "model", "core", "loop");
        knowsOnly("telemetry", "loop", "link", "container");
        knowsOnly("transfer", "model");
    }

    @Test
    void generatedProtosStayAtTheEdges() {
        for (String inner : ALL) {
            if (!List.of("link", "telemetry", "transfer").contains(inner)) {
                noClasses()
                        .that()
                        .resideInAPackage(ROOT + inner)
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage("dev.berth.proto..", "com.google.protobuf..", "io.grpc..")
                        .check(agent);
            }
        }
    }

    @Test
    void coreAndModelHaveNoClockNoThreadNoChanceAndNoDisk() {
        noClasses()
                .that()
                .resideInAnyPackage(ROOT + "core", ROOT + "model")
                .should()
                .dependOnClassesThat()
                .haveNameMatching("java\\.util\\.(Random|UUID|Timer|HashMap|HashSet)|java\\.util\\.concurrent\\..*"
                        + "|java\\.util\\.random\\..*|java\\.security\\..*"
                        + "|java\\.time\\.(Clock|InstantSource)|java\\.lang\\.Thread|java\\.io\\..*"
                        + "|java\\.nio\\.file\\..*|org\\.slf4j\\..*")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(java.time.Instant.class, "now")
                .check(agent);
    }

    private void knowsOnly(String one, String... known) {
        List<String> allowed = List.of(known);
        for (String other : ALL) {
            if (!other.equals(one) && !allowed.contains(other)) {
                noClasses()
                        .that()
                        .resideInAPackage(ROOT + one)
                        .should()
                        .dependOnClassesThat()
                        .resideInAPackage(ROOT + other)
                        .check(agent);
            }
        }
    }
}
