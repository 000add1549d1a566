package io.millrace.testkit;

import io.millrace.streams.Topology;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes the drivers of a test and closes them after it; a parameter of test methods under {@link MillraceExtension}.
 */
public final class TestDrivers implements AutoCloseable {
    private final List<TopologyTestDriver> drivers = new ArrayList<>();

    TestDrivers() {}

    /**
     * Begins to describe a driver.
     *
     * @param topology to test.
     * @return its settings.
     */
    public TestDriverBuilder of(final Topology topology) {
        return new TestDriverBuilder(topology, drivers::add);
    }

    /**
     * Closes the drivers that the test did not close. Called by the extension.
     *
     * @throws AssertionError if one of them leaks state memory; all are closed all the same.
     */
    @Override
    public void close() {
        Throwable first = null;
        for (final TopologyTestDriver driver : drivers) {
            try {
                driver.close();
            } catch (final RuntimeException | AssertionError e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        if (first instanceof AssertionError e) {
            throw e;
        }
        if (first instanceof RuntimeException e) {
            throw e;
        }
    }
}
