package io.millrace.examples.visits;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.examples.Printed;
import org.junit.jupiter.api.Test;

class VisitsTest {
    @Test
    void shouldPrintVisitsAndImpatientClicks() throws Exception {
        assertThat(Printed.by(() -> Visits.main(new String[0])))
                .containsExactly(
                        "bob from minute 1: /home 20 ms",
                        "ann from minute 0: /search 410 ms, /search 390 ms",
                        "ann from minute 30: /home 30 ms",
                        "ann clicked twice on /search");
    }
}
