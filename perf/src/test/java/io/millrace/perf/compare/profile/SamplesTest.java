package io.millrace.perf.compare.profile;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SamplesTest {
    @ParameterizedTest
    @CsvSource({
        "io.millrace.log.LogReader, LogReader",
        "io.millrace.operators.task.ChainDriver.1778081847, ChainDriver",
        "io.millrace.operators.task.ChainDriver/0x00007f8b3c0a1000, ChainDriver",
        "io.millrace.operators.task.ChainDriver+0x00007f8b3c0a1000/1778081847, ChainDriver",
        "io.millrace.streams.JobTasks$Share, JobTasks$Share"
    })
    void shouldNameACopyOfAClassAsTheClass(final String type, final String expected) {
        assertThat(Samples.simpleName(type)).isEqualTo(expected);
    }
}
