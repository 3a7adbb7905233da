package dev.berth.controller.rules;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The directions of architecture.md: model ← cluster ← domain packages ← engine ← loop ← rpc, telemetry. */
class LayeringTest {
    private static final String ROOT = "dev.berth.controller.";
    private static final List<String> DOMAIN = List.of("host", "pod", "deployment", "scheduling");
    private static final List<String> PURE =
            List.of("model", "cluster", "host", "pod", "deployment", "scheduling", "engine");

    private final JavaClasses controller = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.berth.controller");

    @Test
    void eachLayerKnowsOnlyThoseBelowIt() {
        onlyUsedBy(
                "model",
                "cluster",
                "host",
                "pod",
                "deployment",
                "scheduling",
                "engine",
                "loop",
                "store",
                "protos",
                "rpc",
                "telemetry");
        onlyUsedBy(
                "cluster",
                "host",
                "pod",
                "deployment",
                "scheduling",
                "engine",
                "loop",
                "store",
                "protos",
                "rpc",
                "telemetry");
        onlyUsedBy("engine", "loop");
        onlyUsedBy("store", "loop", "");
        onlyUsedBy("loop", "rpc", "telemetry", "");
        onlyUsedBy("rpc", "");
    }

    @Test
    void domainPackagesNeverCallEachOther() {
        for (String one : DOMAIN) {
            for (String other : DOMAIN) {
                if (!one.equals(other)) {
                    noClasses()
                            .that()
                            .resideInAPackage(ROOT + one)
                            .should()
                            .dependOnClassesThat()
                            .resideInAPackage(ROOT + other)
                            .check(controller);
                }
            }
        }
    }

    @Test
    void generatedProtosStayAtTheEdges() {
        noClasses()
                .that()
                .resideInAnyPackage(packages(PURE))
                .or()
                .resideInAPackage(ROOT + "loop")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.berth.proto..", "com.google.protobuf..", "io.grpc..")
                .check(controller);
    }

    @Test
    void purePackagesHaveNoClockNoThreadAndNoChance() {
        ArchRule rule = noClasses()
                .that()
                .resideInAnyPackage(packages(PURE))
                .should()
                .dependOnClassesThat()
                .haveNameMatching(
                        "java\\.util\\.(Random|UUID|Timer)|java\\.util\\.concurrent\\..*|java\\.time\\.(Clock|InstantSource)"
                                + "|java\\.lang\\.Thread|java\\.io\\..*|java\\.nio\\.file\\..*|java\\.sql\\..*|org\\.slf4j\\..*")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(java.time.Instant.class, "now");
        rule.check(controller);
    }

    private void onlyUsedBy(String layer, String... users) {
        String[] allowed = new String[users.length + 1];
        allowed[0] = ROOT + layer;
        for (int i = 0; i < users.length; i++) {
            allowed[i + 1] = users[i].isEmpty() ? "dev.berth.controller" : ROOT + users[i];
        }
        classes()
                .that()
                .resideInAPackage(ROOT + layer)
                .should()
                .onlyHaveDependentClassesThat()
                .resideInAnyPackage(allowed)
                .allowEmptyShould(true)
                .check(controller);
    }

    private static String[] packages(List<String> names) {
        return names.stream().map(name -> ROOT + name).toArray(String[]::new);
    }
}
