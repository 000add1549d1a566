package io.millrace.perf.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class JavaCommandTest {
    private static final Path ROOT = Path.of("..");

    @Test
    void shouldMeasureJobsWithTheFlagThatUsersStartThemWith() throws IOException {
        assertThat(Files.readAllLines(ROOT.resolve("millrace"))).contains("readonly JOB_FLAG=" + JavaCommand.JOB_FLAG);
        assertThat(ROOT.resolve("docs/guide/deployment.md")).content().contains('`' + JavaCommand.JOB_FLAG + '`');
    }
}
