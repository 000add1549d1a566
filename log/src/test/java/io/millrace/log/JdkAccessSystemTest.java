package io.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.record.RecordKind;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs on the JDK in use, without any flag. */
class JdkAccessSystemTest {
    @TempDir
    private Path directory;

    @Test
    void shouldNeedNoJvmFlagAndPrintNoWarning() throws Exception {
        final Process process = ChildJvm.of(Program.class, directory.toString())
                .redirectErrorStream(true)
                .start();

        final String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(output).isEqualTo("position 4096\n");
        assertThat(process.exitValue()).isZero();
    }

    /** What somebody who embeds the log would write. */
    static final class Program {
        private Program() {}

        public static void main(final String[] args) {
            final RecordClaim claim = new RecordClaim();
            final LogContext context =
                    new LogContext().directory(Path.of(args[0])).segmentLength(64 * 1024);
            try (LogStore store = LogStore.launch(context)) {
                final LogAppender appender =
                        store.createTopic(TopicSpec.named("t")).partition(0).appender();
                System.out.println("position " + appender.claim(claim, RecordKind.DATA, 1, 0, 8));
                claim.commit();
            }
        }
    }
}
