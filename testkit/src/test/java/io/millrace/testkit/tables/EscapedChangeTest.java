package io.millrace.testkit.tables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.operators.join.Change;
import io.millrace.streams.Codecs;
import io.millrace.streams.Topology;
import io.millrace.testkit.MillraceTest;
import io.millrace.testkit.TestDrivers;
import io.millrace.testkit.TopologyTestDriver;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** In test mode, a change of a table is caught when it is used after the call that it was lent for. */
@MillraceTest
class EscapedChangeTest {
    private final Topology topology = Topology.named("job");

    @Test
    void shouldCatchAChangeOfATable(final TestDrivers drivers) {
        final List<Change<String>> kept = new ArrayList<>();
        topology.table("prices", "in", Codecs.string(), Codecs.string())
                .changes()
                .peek(kept::add)
                .mapValues(Change::toString, Codecs.string())
                .to("out");
        final TopologyTestDriver driver = drivers.of(topology).start();

        driver.input("in", Codecs.string()).pipe(Codecs.string(), "a", driver.now(), "1");
        driver.input("in", Codecs.string()).pipe(Codecs.string(), "a", driver.now(), "2");

        assertThat(driver.output("out", Codecs.string()).readValues()).containsExactly("null -> 1", "1 -> 2");
        for (final Change<String> change : kept) {
            assertCaught("Change", "prices", change::hasBefore);
            assertCaught("Change", "prices", change::before);
            assertCaught("Change", "prices", change::isDelete);
            assertCaught("Change", "prices", change::after);
            assertCaught("Change", "prices", change::toString);
        }
    }

    private static void assertCaught(final String type, final String operator, final ThrowingCallable use) {
        assertThatThrownBy(use)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("a borrowed " + type + " of operator=" + operator + " was used after its call");
    }
}
