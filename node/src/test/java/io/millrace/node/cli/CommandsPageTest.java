package io.millrace.node.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.node.Node;
import io.millrace.node.NodeContext;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What docs/commands.md says to type works. */
@Timeout(60)
class CommandsPageTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern WALK_THROUGH = Pattern.compile("```walk-through\n(.*?)```", Pattern.DOTALL);
    private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");

    private final CommandRun command = new CommandRun();

    @Test
    void shouldDoAllThatIsToBeTyped(@TempDir final Path directory) throws Exception {
        final String page = Files.readString(ROOT.resolve("docs/commands.md"));
        final StringBuilder printed = new StringBuilder();
        int lineCount = 0;
        try (Node node = Node.launch(new NodeContext().directory(directory).segmentLength(64 * 1024))) {
            final Matcher blocks = WALK_THROUGH.matcher(page);
            while (blocks.find()) {
                for (final String line : blocks.group(1).split("\n")) {
                    if (!line.startsWith("export ")) {
                        printed.append(type(line, directory));
                        lineCount++;
                    }
                }
            }
            assertThat(node.failure()).isNull();
        }

        assertThat(lineCount).isGreaterThan(6);
        assertThat(printed).contains("alice:hello\n", "\"symbol\":\"BTC-USD\",\"tradeId\":1,\"price\":101.25");
    }

    private String type(final String line, final Path directory) {
        final List<String> words = new ArrayList<>();
        final Matcher matcher = WORD.matcher(line);
        while (matcher.find()) {
            words.add(matcher.group(1) == null ? matcher.group(2) : matcher.group(1));
        }
        final InputStream inputBefore = ProduceCommand.input;
        final PrintStream outBefore = System.out;
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        System.setOut(new PrintStream(out, true, UTF_8));
        try {
            final int pipe = words.indexOf("|");
            if (pipe > 0) {
                ProduceCommand.input = new ByteArrayInputStream(
                        words.get(1).replace("\\n", "\n").getBytes(UTF_8));
            }
            final List<String> args = new ArrayList<>();
            for (final String word : words.subList(pipe + 2, words.size())) {
                args.add(word.startsWith("node/src/") ? ROOT.resolve(word).toString() : word);
            }
            args.add("--node");
            args.add(directory.toString());
            assertThat(command.run(args.toArray(String[]::new)))
                    .as(line + command.err)
                    .isZero();
        } finally {
            System.setOut(outBefore);
            ProduceCommand.input = inputBefore;
        }
        return out.toString(UTF_8);
    }
}
