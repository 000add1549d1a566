package io.millrace.perf.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.perf.compare.scale.ScaleMeasure;
import io.millrace.perf.compare.scale.ScaleOutcome;
import io.millrace.perf.compare.scale.ScaleSize;
import io.millrace.perf.compare.scale.ScaleTask;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Takes two points of each curve that ends its processes in good order, in this process, with next to nothing to measure. */
@Timeout(120)
final class ScaleMeasuresTest {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @EnumSource(
            value = ScaleCurve.class,
            names = {"LOG"},
            mode = EnumSource.Mode.EXCLUDE)
    void shouldFindTheSameInAllPartsOfAPoint(final ScaleCurve curve) throws Exception {
        final ScaleReadings readings = new ScaleReadings();
        long before = 0;
        for (final long size : curve.sizes(ScaleSize.TINY)) {
            for (final String part : curve.parts()) {
                final Path own = curve.isGrowing() ? directory : Files.createDirectory(directory.resolve(part + size));
                final ScaleMeasure measure = (ScaleMeasure) Class.forName(curve.className())
                        .getDeclaredConstructor()
                        .newInstance();
                final ScaleOutcome outcome =
                        measure.run(new ScaleTask(ScaleSize.TINY, curve.id(), part, size, before, own));
                readings.add(curve, size, part, outcome);
                assertThat(outcome.results()).isPositive();
            }
            before = size;
        }

        assertThat(readings.failures()).isEmpty();
        for (final long size : curve.sizes(ScaleSize.TINY)) {
            assertThat(curve.lines())
                    .allSatisfy(line -> assertThat(readings.of(curve, size, line))
                            .as(line.id())
                            .isNotNull());
        }
    }
}
