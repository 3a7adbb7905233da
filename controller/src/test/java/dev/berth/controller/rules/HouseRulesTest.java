package dev.berth.controller.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What no compiler checks, over the sources of all modules: sizes, and words that do not belong. */
class HouseRulesTest {
    private static final int MAX_FILE_LINES = 400;
    private static final int MAX_METHOD_LINES = 60;
    private static final Pattern METHOD_START = Pattern.compile("^ {4}( {4})?[\\w<@\\[].*\\{$");
    private static final Pattern TYPE_START = Pattern.compile(
            ".*\\b(class|interface|enum|record|static) .*\\b(class|interface|enum|record)\\b.*|.*\\b(class|interface|enum|record) \\w+.*");
    private static final Pattern STATEMENT =
            Pattern.compile("^ *(return|if|for|while|do|switch|try|else|throw|synchronized|case|yield)\\b.*");
    /** A status that names its state, or a move that no table was asked for. */
    private static final Pattern PAST_THE_TABLE =
            Pattern.compile("new PodStatus\\([^;]*?(?<!== )PodState\\.[A-Z]|new Move\\.To\\(");

    private static final Pattern UNWANTED_NAME =
            Pattern.compile(".*(Manager|Helper|Util|Utils|Impl|Misc|Common)\\.java");

    @Test
    void noFileIsLongerThanOneIdea() throws IOException {
        for (Path file : sources("main", "test")) {
            assertThat(Files.readAllLines(file)).as("%s", file).hasSizeLessThanOrEqualTo(MAX_FILE_LINES);
        }
    }

    @Test
    void noMethodIsLongerThanAScreen() throws IOException {
        List<String> tooLong = new ArrayList<>();
        for (Path file : sources("main", "test")) {
            List<String> lines = Files.readAllLines(file);
            for (int i = 0; i < lines.size(); i++) {
                if (METHOD_START.matcher(lines.get(i)).matches()
                        && !STATEMENT.matcher(lines.get(i)).matches()) {
                    int first = signatureStart(lines, i);
                    int length = closing(lines, first, i) - first + 1;
                    if (length > MAX_METHOD_LINES
                            && !TYPE_START.matcher(lines.get(first)).matches()) {
                        tooLong.add(file.getFileName() + ":" + (first + 1) + " has " + length + " lines");
                    }
                }
            }
        }
        assertThat(tooLong).isEmpty();
    }

    @Test
    void namesSayWhatAThingIs() throws IOException {
        assertThat(sources("main", "test"))
                .noneSatisfy(file -> assertThat(file.getFileName().toString()).matches(UNWANTED_NAME));
    }

    @Test
    void nothingSleepsToPassATest() throws IOException {
        for (Path file : sources("main", "test")) {
            if (!file.endsWith("HouseRulesTest.java")) {
                assertThat(Files.readString(file))
                        .as("%s", file)
                        .doesNotContain("Thread.sleep", "@Disabled", "printStackTrace");
            }
        }
    }

    /** Whatever becomes of a pod by the engine's word, the table of its moves has said so (INV-15). */
    @Test
    void theEngineMovesPodsByTheirTableAlone() throws IOException {
        for (Path file : sources("main")) {
            if (file.getParent().endsWith("engine")) {
                assertThat(Files.readString(file)).as("%s", file).doesNotContainPattern(PAST_THE_TABLE);
            }
        }
    }

    /** Where the signature begins whose last line this is: the formatter indents wrapped ones by eight more. */
    private static int signatureStart(List<String> lines, int last) {
        String line = lines.get(last);
        boolean wrapped = line.strip().startsWith("implements ")
                || (line.indexOf(')') >= 0 && line.lastIndexOf('(', line.indexOf(')')) < 0);
        int start = last;
        while (wrapped && indent(lines.get(start)) > indent(line) - 8) {
            start--;
        }
        return start;
    }

    /** The line that closes the block: the first with the indent of its first line and a brace. */
    private static int closing(List<String> lines, int first, int last) {
        String end = " ".repeat(indent(lines.get(first))) + "}";
        for (int i = last + 1; i < lines.size(); i++) {
            if (lines.get(i).startsWith(end)) {
                return i;
            }
        }
        throw new IllegalStateException("no end of the block that starts with " + lines.get(first));
    }

    private static int indent(String line) {
        return line.isBlank()
                ? Integer.MAX_VALUE
                : line.length() - line.stripLeading().length();
    }

    private static List<Path> sources(String... trees) throws IOException {
        Path root = Path.of("").toAbsolutePath().getParent();
        List<Path> files = new ArrayList<>();
        for (String module : List.of("agent", "controller", "cli")) {
            for (String tree : trees) {
                Path folder = root.resolve(module).resolve("src").resolve(tree).resolve("java");
                if (Files.isDirectory(folder)) {
                    try (Stream<Path> found = Files.walk(folder)) {
                        found.filter(file -> file.toString().endsWith(".java")).forEach(files::add);
                    }
                }
            }
        }
        assertThat(files).as("sources below %s", root).hasSizeGreaterThan(20);
        return files;
    }
}
