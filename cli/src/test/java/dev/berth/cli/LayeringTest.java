package dev.berth.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The directions inside the client, and what it may know of the rest: the API and nothing else. */
class LayeringTest {
    private final JavaClasses cli = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.berth.cli");

    @Test
    void clientKnowsOnlyTheApi() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.berth.controller..", "dev.berth.agent..", "dev.berth.proto.agent..")
                .orShould()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.berth.proto.journal..", "org.slf4j..", "ch.qos.logback..")
                .check(cli);
    }

    @Test
    void packagesHaveOneDirection() {
        slices().matching("dev.berth.cli.(*)..").should().beFreeOfCycles().check(cli);
        noClasses()
                .that()
                .resideInAnyPackage("dev.berth.cli.*..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.berth.cli")
                .check(cli);
    }

    @Test
    void nounsNeverCallEachOther() {
        slices().matching("dev.berth.cli.(pod|deployment|volume|host|gpu)..")
                .should()
                .notDependOnEachOther()
                .check(cli);
    }

    /** What is loaded in every run counts in the time to start: these are for those who ask for them. */
    @Test
    void slowLibrariesAreKeptApart() {
        noClasses()
                .that()
                .haveNameNotMatching(".*\\.(Json|Yaml)")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("com.google.protobuf.util..", "org.snakeyaml..")
                .check(cli);
        noClasses()
                .that()
                .haveNameNotMatching(".*\\.WithoutTls(\\$.*)?")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("javax.net.ssl..")
                .check(cli);
    }
}
